import type { Resource } from '../../model/graph.ts';
import { oncePerPolicy, policySuffix } from './policy-suffix.ts';
import type { Block, EmitContext, TerraformKind } from './terraform-kind.ts';

/** A principal has a policy once: of one that is named twice, the later word is what EKS keeps. */
const policiesOf = ({ desired }: Resource<'access-entry'>) =>
  oncePerPolicy(desired.policies, ({ policyArn }) => policyArn);

/** Each policy of an entry is a resource of its own, for the same principal. */
const associations = (entry: Resource<'access-entry'>, context: EmitContext): readonly Block[] =>
  policiesOf(entry).map(({ policyArn, namespaces }) => ({
    type: 'aws_eks_access_policy_association',
    suffix: policySuffix(policyArn, context),
    after: ['aws_eks_access_entry'],
    body: {
      cluster_name: entry.desired.clusterName,
      principal_arn: entry.desired.principalArn,
      policy_arn: policyArn,
      access_scope: namespaces.length === 0 ? { type: 'cluster' } : { type: 'namespace', namespaces },
    },
  }));

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/eks_access_entry */
export const accessEntry: TerraformKind<'access-entry'> = {
  blocks: (entry, context) => [
    {
      type: 'aws_eks_access_entry',
      body: {
        cluster_name: entry.desired.clusterName,
        principal_arn: entry.desired.principalArn,
        type: entry.desired.entryType,
        // EKS gives nodes their group by itself and takes none.
        kubernetes_groups: entry.desired.entryType === 'STANDARD' ? entry.desired.groups : undefined,
        user_name: entry.desired.username,
        tags: context.tags(entry.desired.tags),
      },
    },
    ...associations(entry, context),
  ],
  attributes: { arn: 'access_entry_arn' },
  importIds: ({ settled: { clusterName }, name }, entry) => [
    `${clusterName}:${name}`,
    ...policiesOf(entry).map(({ policyArn }) => `${clusterName}#${name}#${policyArn}`),
  ],
};
