import { minutes, seconds } from '../../base/duration.ts';
import { fixed, mutable, observed, type Tags } from '../field.ts';
import { kind } from '../kind.ts';

/** Which pods a profile takes. */
export interface FargateSelector {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Which pods run on Fargate: https://docs.aws.amazon.com/eks/latest/userguide/fargate-profile.html */
export const fargateProfile = kind({
  concern: 'nodes',
  label: 'Fargate profile',
  headline: ['selectors'],
  removing: 'its pods end',
  found: 'parent',
  replace: 'create-first',
  usually: { create: minutes(2), update: seconds(2), delete: minutes(2) },
  fields: {
    clusterName: fixed<string>()({ doc: 'the cluster', refersTo: 'cluster' }),
    name: fixed<string>()({ doc: 'unique in the cluster' }),
    podExecutionRoleArn: fixed<string>()({ doc: 'role that starts the pods', refersTo: 'role' }),
    subnetIds: fixed<readonly string[]>()({ doc: 'private subnets', refersTo: 'subnet', compare: 'set' }),
    selectors: fixed<readonly FargateSelector[]>()({ doc: 'namespaces and labels of the pods', compare: 'set' }),
    tags: mutable<Tags>()({ doc: 'tags' }),
    arn: observed<string>()({ doc: 'ARN' }),
  },
});
