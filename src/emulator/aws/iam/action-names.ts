/** Prefixes of actions that differ from the name in credential scopes. */
const prefixes: Readonly<Record<string, string>> = { tagging: 'tag' };

/** S3 actions that are not called as their operations are: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations.html */
const s3Actions: Readonly<Record<string, string>> = {
  ListBuckets: 'ListAllMyBuckets',
  ListObjects: 'ListBucket',
  ListObjectsV2: 'ListBucket',
  HeadBucket: 'ListBucket',
  ListObjectVersions: 'ListBucketVersions',
  HeadObject: 'GetObject',
  CopyObject: 'PutObject',
  DeleteObjects: 'DeleteObject',
  PutBucketEncryption: 'PutEncryptionConfiguration',
  DeleteBucketEncryption: 'PutEncryptionConfiguration',
  GetBucketEncryption: 'GetEncryptionConfiguration',
  PutPublicAccessBlock: 'PutBucketPublicAccessBlock',
  GetPublicAccessBlock: 'GetBucketPublicAccessBlock',
  DeletePublicAccessBlock: 'PutBucketPublicAccessBlock',
  DeleteBucketTagging: 'PutBucketTagging',
  PutBucketLifecycleConfiguration: 'PutLifecycleConfiguration',
  GetBucketLifecycleConfiguration: 'GetLifecycleConfiguration',
  DeleteBucketLifecycle: 'PutLifecycleConfiguration',
  DeleteBucketOwnershipControls: 'PutBucketOwnershipControls',
};

/** The action that policies name for an operation: `ec2:CreateVpc`. */
export function actionName(signingName: string, operation: string): string {
  const name = signingName === 's3' ? (s3Actions[operation] ?? operation) : operation;
  return `${prefixes[signingName] ?? signingName}:${name}`;
}
