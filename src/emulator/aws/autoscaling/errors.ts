import { AwsError } from '../../call.ts';

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/CommonErrors.html */
export const validationError = (message: string): AwsError => new AwsError('ValidationError', message);
export const alreadyExists = (message: string): AwsError => new AwsError('AlreadyExists', message);
export const resourceInUse = (message: string): AwsError => new AwsError('ResourceInUse', message);
export const scalingInProgress = (message: string): AwsError => new AwsError('ScalingActivityInProgress', message);
