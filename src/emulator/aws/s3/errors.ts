import { AwsError } from '../../call.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
export const noSuchBucket = (name: string): AwsError =>
  new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404, { BucketName: name });

export const noSuchKey = (key: string): AwsError =>
  new AwsError('NoSuchKey', 'The specified key does not exist.', 404, { Key: key });

export const noSuchVersion = (key: string, versionId: string): AwsError =>
  new AwsError('NoSuchVersion', 'The specified version does not exist.', 404, { Key: key, VersionId: versionId });

export const preconditionFailed = (condition: string): AwsError =>
  new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412, {
    Condition: condition,
  });

export const invalidArgument = (message: string): AwsError => new AwsError('InvalidArgument', message, 400);

export const badDigest = (what: string): AwsError =>
  new AwsError('BadDigest', `The ${what} you specified did not match what we received.`, 400);
