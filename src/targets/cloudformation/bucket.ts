import { type Resource, refTo } from '../../model/graph.ts';
import type { CloudFormationKind } from './cloudformation-kind.ts';
import { document } from './expression.ts';

type Bucket = Resource<'bucket'>;

/** Only what expires loses its earlier versions. */
function lifecycle({ desired: { expiry, noncurrentDays } }: Bucket): unknown {
  if (expiry.length === 0) return undefined;
  const earlier = noncurrentDays === null ? {} : { NoncurrentVersionExpiration: { NoncurrentDays: noncurrentDays } };
  const rules = expiry.map(({ prefix, days }) => ({
    Id: `expire ${prefix}`,
    Status: 'Enabled',
    Prefix: prefix,
    ExpirationInDays: days,
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
    ...earlier,
  }));
  return { Rules: rules };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html */
export const bucket: CloudFormationKind<'bucket'> = {
  blocks: (bucket, { tagList }) => [
    {
      type: 'AWS::S3::Bucket',
      body: {
        BucketName: bucket.desired.name,
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          IgnorePublicAcls: true,
          BlockPublicPolicy: !bucket.desired.publicRead,
          RestrictPublicBuckets: !bucket.desired.publicRead,
        },
        VersioningConfiguration: bucket.desired.versioning ? { Status: 'Enabled' } : undefined,
        LifecycleConfiguration: lifecycle(bucket),
        Tags: tagList(bucket.desired.tags),
      },
      // CloudFormation deletes no bucket with something in it: a stack that had to would end in DELETE_FAILED.
      keeping: { onDeletion: 'RetainExceptOnCreate', onReplacement: 'Retain' },
    },
    {
      type: 'AWS::S3::BucketPolicy',
      suffix: 'Policy',
      body: { Bucket: refTo(bucket, 'bucketName'), PolicyDocument: document(bucket.desired.policy) },
    },
  ],
  attributes: { bucketName: 'Ref', arn: 'Arn' },
};
