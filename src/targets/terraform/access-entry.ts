import type { Resource } from '../../model/graph.ts';
import type { Block, TerraformKind } from './terraform-kind.ts';

const policyName = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

/** Each policy of an entry is a resource of its own, for the same principal. */
const associations = ({ desired }: Resource<'access-entry'>): readonly Block[] =>
  desired.policies.map(({ policyArn, namespaces }) => ({
    type: 'aws_eks_access_policy_association',
    suffix: `_${policyName(policyArn as string)}`,
    after: ['aws_eks_access_entry'],
    body: {
      cluster_name: desired.clusterName,
      principal_arn: desired.principalArn,
      policy_arn: policyArn,
      access_scope: namespaces.length === 0 ? { type: 'cluster' } : { type: 'namespace', namespaces },
    },
  }));

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/eks_access_entry */
export const accessEntry: TerraformKind<'access-entry'> = {
  blocks: (entry, { tags }) => [
    {
      type: 'aws_eks_access_entry',
      body: {
        cluster_name: entry.desired.clusterName,
        principal_arn: entry.desired.principalArn,
        type: entry.desired.entryType,
        // EKS gives nodes their group by itself and takes none.
        kubernetes_groups: entry.desired.entryType === 'STANDARD' ? entry.desired.groups : undefined,
        user_name: entry.desired.username,
        tags: tags(entry.desired.tags),
      },
    },
    ...associations(entry),
  ],
  attributes: { arn: 'access_entry_arn' },
  importIds: ({ settled: { clusterName }, name }, { desired }) => [
    `${clusterName}:${name}`,
    ...desired.policies.map(({ policyArn }) => `${clusterName}#${name}#${policyArn}`),
  ],
};
