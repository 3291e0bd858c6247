import { refTo } from '../../model/graph.ts';
import type { CloudFormationKind } from './cloudformation-kind.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpc.html */
export const vpc: CloudFormationKind<'vpc'> = {
  blocks: (resource, { tagList }) => [
    {
      type: 'AWS::EC2::VPC',
      body: {
        CidrBlock: resource.desired.cidr,
        EnableDnsSupport: resource.desired.dnsSupport,
        EnableDnsHostnames: resource.desired.dnsHostnames,
        Tags: tagList(resource.desired.tags),
      },
    },
    ...(resource.desired.ipv6
      ? [
          {
            type: 'AWS::EC2::VPCCidrBlock',
            suffix: 'Ipv6',
            body: { VpcId: refTo(resource, 'vpcId'), AmazonProvidedIpv6CidrBlock: true },
          },
        ]
      : []),
  ],
  attributes: { vpcId: 'Ref', ipv6Cidr: (_, __, at) => ({ 'Fn::Select': [0, at('Ipv6CidrBlocks')] }) },
};
