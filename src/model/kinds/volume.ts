import { seconds } from '../../base/duration.ts';
import { fixed, mutable, observed, type Tags } from '../field.ts';
import { kind } from '../kind.ts';

/** An EBS volume that outlives instances, such as the data of an etcd member: https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volumes.html */
export const volume = kind({
  concern: 'control plane',
  label: 'volume',
  headline: ['zone', 'size', 'volumeType'],
  removing: 'the data on it is gone',
  irreplaceable:
    'The volume holds the data of an etcd member. Leave zone, encryption and key as they are, or remove the seat and add another one.',
  found: 'tag',
  replace: 'delete-first',
  usually: { create: seconds(5), update: seconds(30), delete: seconds(5) },
  fields: {
    zone: fixed<string>()({ doc: 'the zone of the seat' }),
    encrypted: fixed<boolean>()({ doc: 'whether it is encrypted' }),
    kmsKeyArn: fixed<string | null>()({ doc: "ARN of its key, or null for the account's default key for EBS" }),
    size: mutable<number>()({ doc: 'GiB; AWS only lets it grow' }),
    volumeType: mutable<string>()({ doc: '`gp3`, `io2`' }),
    iops: mutable<number | null>()({ doc: 'operations per second, or null for the default of the type' }),
    throughput: mutable<number | null>()({ doc: 'MiB per second (gp3), or null for the default' }),
    tags: mutable<Tags>()({ doc: 'tags' }),
    volumeId: observed<string>()({ doc: 'id, `vol-...`' }),
  },
});
