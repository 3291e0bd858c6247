import { seconds } from '../../base/duration.ts';
import { fixed, mutable, observed, type Tags } from '../field.ts';
import { kind } from '../kind.ts';

/** A CloudWatch log group, made before EKS would make one that keeps everything for ever. */
export const logGroup = kind({
  concern: 'control plane',
  label: 'log group',
  headline: ['name', 'retentionDays'],
  removing: 'the logs that it keeps are lost',
  found: 'name',
  replace: 'delete-first',
  usually: { create: seconds(1), update: seconds(1), delete: seconds(1) },
  fields: {
    name: fixed<string>()({ doc: '`/aws/eks/CLUSTER/cluster`' }),
    retentionDays: mutable<number | null>()({ doc: 'days; null keeps for ever' }),
    tags: mutable<Tags>()({ doc: 'tags' }),
    arn: observed<string>()({ doc: 'ARN' }),
  },
});
