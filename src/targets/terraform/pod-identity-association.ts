import type { TerraformKind } from './terraform-kind.ts';

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/eks_pod_identity_association */
export const podIdentityAssociation: TerraformKind<'pod-identity-association'> = {
  blocks: ({ desired }, { tags }) => [
    {
      type: 'aws_eks_pod_identity_association',
      body: {
        cluster_name: desired.clusterName,
        namespace: desired.namespace,
        service_account: desired.serviceAccount,
        role_arn: desired.roleArn,
        tags: tags(desired.tags),
      },
    },
  ],
  attributes: { associationId: 'association_id', arn: 'association_arn' },
  importIds: ({ settled, observed }) => [`${settled.clusterName},${observed.associationId}`],
};
