import type { CloudFormationKind } from './cloudformation-kind.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpccidrblock.html */
export const vpcCidrBlock: CloudFormationKind<'vpc-cidr-block'> = {
  blocks: ({ desired }) => [
    { type: 'AWS::EC2::VPCCidrBlock', body: { VpcId: desired.vpcId, CidrBlock: desired.cidr } },
  ],
  attributes: { associationId: 'Id' },
};
