import type { CloudFormationKind } from './cloudformation-kind.ts';

/** Its routes are resources of their own: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-routetable.html */
export const routeTable: CloudFormationKind<'route-table'> = {
  blocks: ({ desired }, { tagList }) => [
    { type: 'AWS::EC2::RouteTable', body: { VpcId: desired.vpcId, Tags: tagList(desired.tags) } },
  ],
  attributes: { routeTableId: 'Ref' },
};
