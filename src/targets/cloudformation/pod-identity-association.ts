import type { CloudFormationKind } from './cloudformation-kind.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-eks-podidentityassociation.html */
export const podIdentityAssociation: CloudFormationKind<'pod-identity-association'> = {
  blocks: ({ desired }, { tagList }) => [
    {
      type: 'AWS::EKS::PodIdentityAssociation',
      body: {
        ClusterName: desired.clusterName,
        Namespace: desired.namespace,
        ServiceAccount: desired.serviceAccount,
        RoleArn: desired.roleArn,
        Tags: tagList(desired.tags),
      },
    },
  ],
  attributes: { associationId: 'AssociationId', arn: 'AssociationArn' },
};
