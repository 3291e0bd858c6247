import type { CloudFormationKind } from './cloudformation-kind.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-natgateway.html */
export const natGateway: CloudFormationKind<'nat-gateway'> = {
  blocks: ({ desired }, { tagList }) => [
    {
      type: 'AWS::EC2::NatGateway',
      body: {
        SubnetId: desired.subnetId,
        AllocationId: desired.allocationId,
        ConnectivityType: 'public',
        Tags: tagList(desired.tags),
      },
    },
  ],
  attributes: { natGatewayId: 'Ref' },
};
