import { refTo } from '../../model/graph.ts';
import type { CloudFormationKind } from './cloudformation-kind.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-internetgateway.html */
export const internetGateway: CloudFormationKind<'internet-gateway'> = {
  blocks: (resource, { tagList }) => [
    { type: 'AWS::EC2::InternetGateway', body: { Tags: tagList(resource.desired.tags) } },
    {
      type: 'AWS::EC2::VPCGatewayAttachment',
      suffix: 'Attachment',
      body: { VpcId: resource.desired.vpcId, InternetGatewayId: refTo(resource, 'internetGatewayId') },
    },
  ],
  attributes: { internetGatewayId: 'Ref' },
};
