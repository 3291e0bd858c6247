import type { CloudFormationKind } from './cloudformation-kind.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-subnetroutetableassociation.html */
export const routeTableAssociation: CloudFormationKind<'route-table-association'> = {
  blocks: ({ desired }) => [
    {
      type: 'AWS::EC2::SubnetRouteTableAssociation',
      body: { SubnetId: desired.subnetId, RouteTableId: desired.routeTableId },
    },
  ],
  attributes: { associationId: 'Ref' },
};
