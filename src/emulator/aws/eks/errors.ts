import { AwsError } from '../../call.ts';

/** The members that EKS's errors name beside the message. */
export interface ErrorAbout {
  readonly clusterName?: string;
  readonly nodegroupName?: string;
  readonly fargateProfileName?: string;
  readonly addonName?: string;
}

export const notFound = (message: string, about: ErrorAbout = {}): AwsError =>
  new AwsError('ResourceNotFoundException', message, 404, { ...about });
export const inUse = (message: string, about: ErrorAbout = {}): AwsError =>
  new AwsError('ResourceInUseException', message, 409, { ...about });
export const invalidParameter = (message: string, about: ErrorAbout = {}): AwsError =>
  new AwsError('InvalidParameterException', message, 400, { ...about });
export const invalidRequest = (message: string, about: ErrorAbout = {}): AwsError =>
  new AwsError('InvalidRequestException', message, 400, { ...about });
export const limitExceeded = (message: string, about: ErrorAbout = {}): AwsError =>
  new AwsError('ResourceLimitExceededException', message, 400, { ...about });
