import type { CloudFormationKind } from './cloudformation-kind.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-eip.html */
export const elasticIp: CloudFormationKind<'elastic-ip'> = {
  blocks: ({ desired }, { tagList }) => [
    { type: 'AWS::EC2::EIP', body: { Domain: 'vpc', Tags: tagList(desired.tags) } },
  ],
  attributes: { allocationId: 'AllocationId', publicIp: 'Ref' },
};
