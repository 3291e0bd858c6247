import { seconds } from '../../base/duration.ts';
import { fixed, mutable, observed, type Tags } from '../field.ts';
import { kind } from '../kind.ts';

/** When objects of a bucket are removed by themselves. */
export interface BucketExpiry {
  /** Objects whose key begins so. */
  readonly prefix: string;
  readonly days: number;
}

/** An S3 bucket: https://docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html */
export const bucket = kind({
  concern: 'security',
  label: 'bucket',
  headline: ['name'],
  removing: 'everything in it is gone, backups too',
  found: 'name',
  replace: 'create-first',
  usually: { create: seconds(3), update: seconds(2), delete: seconds(5) },
  fields: {
    name: fixed<string>()({ doc: 'unique in all of AWS; ends in a hash of account, region and cluster' }),
    versioning: mutable<boolean>()({ doc: 'whether earlier versions of objects are kept' }),
    publicRead: mutable<boolean>()({
      doc: 'false: S3 blocks every public access. True: the policy may let everybody read; lists stay closed',
    }),
    policy: mutable<string>()({ doc: 'bucket policy, a JSON document', compare: 'json', refersTo: 'role' }),
    expiry: mutable<readonly BucketExpiry[]>()({ doc: 'what is removed by itself, and when' }),
    noncurrentDays: mutable<number | null>()({
      doc: 'days that earlier versions of what expires are kept; those of all else, and with null all, stay',
    }),
    tags: mutable<Tags>()({ doc: 'tags' }),
    bucketName: observed<string>()({ doc: 'its name, for what lies in it' }),
    arn: observed<string>()({ doc: 'ARN' }),
  },
});
