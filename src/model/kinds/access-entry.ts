import { seconds } from '../../base/duration.ts';
import { fixed, mutable, observed, type Tags } from '../field.ts';
import { kind } from '../kind.ts';

/** An EKS access policy and where it holds: `namespaces` empty means the whole cluster. */
export interface AccessPolicy {
  readonly policyArn: string;
  readonly namespaces: readonly string[];
}

/** Lets an IAM principal into the cluster: https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html */
export const accessEntry = kind({
  concern: 'access',
  label: 'access entry',
  headline: ['principalArn', 'entryType'],
  found: 'parent',
  replace: 'delete-first',
  goesWith: 'clusterName',
  usually: { create: seconds(2), update: seconds(2), delete: seconds(2) },
  fields: {
    clusterName: fixed<string>()({ doc: 'the cluster', refersTo: 'cluster' }),
    principalArn: fixed<string>()({ doc: 'ARN of the IAM user or role', refersTo: 'role' }),
    entryType: fixed<'STANDARD' | 'EC2_LINUX' | 'FARGATE_LINUX'>()({ doc: 'people and programs, nodes, or Fargate' }),
    username: mutable<string>()({
      doc: 'name in Kubernetes; EKS derives one from the ARN where it is left out',
      optional: true,
    }),
    groups: mutable<readonly string[]>()({ doc: 'Kubernetes groups; not for nodes', compare: 'set' }),
    policies: mutable<readonly AccessPolicy[]>()({ doc: 'EKS access policies with their scope', compare: 'set' }),
    tags: mutable<Tags>()({ doc: 'tags' }),
    arn: observed<string>()({ doc: 'ARN' }),
  },
});
