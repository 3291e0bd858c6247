import type { TerraformKind } from './terraform-kind.ts';

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/eks_fargate_profile */
export const fargateProfile: TerraformKind<'fargate-profile'> = {
  blocks: ({ desired }, { tags }) => [
    {
      type: 'aws_eks_fargate_profile',
      body: {
        cluster_name: desired.clusterName,
        fargate_profile_name: desired.name,
        pod_execution_role_arn: desired.podExecutionRoleArn,
        subnet_ids: desired.subnetIds,
        selector: desired.selectors.map(({ namespace, labels }) => ({ namespace, labels })),
        tags: tags(desired.tags),
      },
    },
  ],
  attributes: { arn: 'arn' },
  importIds: ({ settled }) => [`${settled.clusterName}:${settled.name}`],
};
