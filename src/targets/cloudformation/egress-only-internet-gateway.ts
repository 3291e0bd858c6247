import type { CloudFormationKind } from './cloudformation-kind.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-egressonlyinternetgateway.html */
export const egressOnlyInternetGateway: CloudFormationKind<'egress-only-internet-gateway'> = {
  blocks: ({ desired }, { tagList }) => [
    { type: 'AWS::EC2::EgressOnlyInternetGateway', body: { VpcId: desired.vpcId, Tags: tagList(desired.tags) } },
  ],
  attributes: { egressOnlyInternetGatewayId: 'Ref' },
};
