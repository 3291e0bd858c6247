import type { CloudFormationKind } from './cloudformation-kind.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-networkinterface.html */
export const networkInterface: CloudFormationKind<'network-interface'> = {
  blocks: ({ desired }, { tagList }) => [
    {
      type: 'AWS::EC2::NetworkInterface',
      body: {
        SubnetId: desired.subnetId,
        Description: desired.description,
        GroupSet: desired.securityGroupIds,
        SourceDestCheck: desired.sourceDestCheck,
        Tags: tagList(desired.tags),
      },
    },
  ],
  attributes: { networkInterfaceId: 'Ref', privateIp: 'PrimaryPrivateIpAddress' },
};
