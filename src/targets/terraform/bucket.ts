import { type Resource, refTo } from '../../model/graph.ts';
import type { Block, TerraformKind } from './terraform-kind.ts';

type Bucket = Resource<'bucket'>;

/** Only what expires loses its earlier versions. */
function expiryRules({ desired: { expiry, noncurrentDays } }: Bucket): readonly unknown[] {
  const earlier =
    noncurrentDays === null ? {} : { noncurrent_version_expiration: [{ noncurrent_days: noncurrentDays }] };
  return expiry.map(({ prefix, days }) => ({
    id: `expire ${prefix}`,
    status: 'Enabled',
    filter: [{ prefix }],
    expiration: [{ days }],
    abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }],
    ...earlier,
  }));
}

/** S3 refuses a policy that lets the public in while that is still blocked. */
function settings(bucket: Bucket): Block[] {
  const { versioning, publicRead, policy, expiry } = bucket.desired;
  const name = { bucket: refTo(bucket, 'bucketName') };
  const access = {
    block_public_acls: true,
    ignore_public_acls: true,
    block_public_policy: !publicRead,
    restrict_public_buckets: !publicRead,
  };
  const versioned = { versioning_configuration: [{ status: 'Enabled' }] };
  return [
    { type: 'aws_s3_bucket_public_access_block', body: { ...name, ...access } },
    { type: 'aws_s3_bucket_policy', body: { ...name, policy }, after: ['aws_s3_bucket_public_access_block'] },
    ...(versioning ? [{ type: 'aws_s3_bucket_versioning', body: { ...name, ...versioned } }] : []),
    ...(expiry.length === 0
      ? []
      : [
          {
            type: 'aws_s3_bucket_lifecycle_configuration',
            body: { ...name, rule: expiryRules(bucket) },
            after: ['aws_s3_bucket_versioning'],
          },
        ]),
  ];
}

/** Goes with all that lies in it, as it does with `quilla destroy`: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/s3_bucket */
export const bucket: TerraformKind<'bucket'> = {
  blocks: (bucket, { tags }) => [
    {
      type: 'aws_s3_bucket',
      body: { bucket: bucket.desired.name, force_destroy: true, tags: tags(bucket.desired.tags) },
      notImported: ['force_destroy'],
    },
    ...settings(bucket),
  ],
  attributes: { bucketName: 'bucket', arn: 'arn' },
  importIds: ({ name }, bucket) => [name, ...settings(bucket).map(() => name)],
};
