import { seconds } from '../../base/duration.ts';
import { fixed, mutable, observed, type Tags } from '../field.ts';
import { kind } from '../kind.ts';

/** Gives the pods of a service account an IAM role: https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html */
export const podIdentityAssociation = kind({
  concern: 'access',
  label: 'pod identity association',
  headline: ['namespace', 'serviceAccount'],
  found: 'parent',
  replace: 'delete-first',
  goesWith: 'clusterName',
  usually: { create: seconds(2), update: seconds(2), delete: seconds(2) },
  fields: {
    clusterName: fixed<string>()({ doc: 'the cluster', refersTo: 'cluster' }),
    namespace: fixed<string>()({ doc: 'namespace of the service account' }),
    serviceAccount: fixed<string>()({ doc: 'name of the service account' }),
    roleArn: mutable<string>()({ doc: 'the role', refersTo: 'role' }),
    tags: mutable<Tags>()({ doc: 'tags' }),
    associationId: observed<string>()({ doc: 'id, `a-...`' }),
    arn: observed<string>()({ doc: 'ARN' }),
  },
});
