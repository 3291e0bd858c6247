import {
  GetBucketAclCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLocationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  GetPublicAccessBlockCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { InventoryClients } from './clients.ts';
import { type InventoryObject, objectOf, orNone, pagesOf, plain } from './inventory-object.ts';

/** How S3 says that a bucket has no such part. */
const none = [
  'NoSuchBucketPolicy',
  'NoSuchLifecycleConfiguration',
  'NoSuchTagSet',
  'NoSuchPublicAccessBlockConfiguration',
  'OwnershipControlsNotFoundError',
  'ServerSideEncryptionConfigurationNotFoundError',
];

async function part<T extends object>(answer: Promise<T>): Promise<unknown> {
  const told = await orNone(answer, none);
  return told === undefined ? undefined : plain(told);
}

async function bucketOf(s3: S3Client, Bucket: string): Promise<InventoryObject> {
  const [tags, policy] = await Promise.all([
    orNone(s3.send(new GetBucketTaggingCommand({ Bucket })), none),
    orNone(s3.send(new GetBucketPolicyCommand({ Bucket })), none),
  ]);
  return objectOf('AWS::S3::Bucket', Bucket, {
    Name: Bucket,
    tags: tags?.TagSet,
    Policy: policy?.Policy === undefined ? undefined : (JSON.parse(policy.Policy) as unknown),
    PolicyStatus: await part(s3.send(new GetBucketPolicyStatusCommand({ Bucket }))),
    Location: await part(s3.send(new GetBucketLocationCommand({ Bucket }))),
    Versioning: await part(s3.send(new GetBucketVersioningCommand({ Bucket }))),
    Encryption: await part(s3.send(new GetBucketEncryptionCommand({ Bucket }))),
    PublicAccessBlock: await part(s3.send(new GetPublicAccessBlockCommand({ Bucket }))),
    OwnershipControls: await part(s3.send(new GetBucketOwnershipControlsCommand({ Bucket }))),
    Lifecycle: await part(s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))),
    Acl: await part(s3.send(new GetBucketAclCommand({ Bucket }))),
  });
}

async function contents(s3: S3Client, Bucket: string): Promise<InventoryObject[]> {
  const pages = await pagesOf(
    (ContinuationToken) => s3.send(new ListObjectsV2Command({ Bucket, ContinuationToken })),
    (answer) => answer.NextContinuationToken,
  );
  return Promise.all(
    pages
      .flatMap((page) => page.Contents ?? [])
      .map(async ({ Key }) => {
        const [{ Body, VersionId, ...told }, { TagSet: tags }] = await Promise.all([
          s3.send(new GetObjectCommand({ Bucket, Key })),
          s3.send(new GetObjectTaggingCommand({ Bucket, Key })),
        ]);
        const Content = await Body?.transformToString();
        return objectOf('AWS::S3::Object', `${Bucket}/${Key}`, { ...plain(told), Bucket, Key, Content, tags });
      }),
  );
}

/** Buckets with their sub-resources, and what lies in them. */
export async function bucketObjects({ s3 }: InventoryClients): Promise<InventoryObject[]> {
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  const all = await Promise.all(
    Buckets.map(async ({ Name }) => [await bucketOf(s3, Name!), ...(await contents(s3, Name!))]),
  );
  return all.flat();
}
