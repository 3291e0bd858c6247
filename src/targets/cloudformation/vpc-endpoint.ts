import type { Resource } from '../../model/graph.ts';
import type { CloudFormationKind } from './cloudformation-kind.ts';

const place = ({ desired }: Resource<'vpc-endpoint'>): Readonly<Record<string, unknown>> =>
  desired.endpointType === 'Gateway'
    ? { RouteTableIds: desired.routeTableIds }
    : {
        SubnetIds: desired.subnetIds,
        SecurityGroupIds: desired.securityGroupIds,
        PrivateDnsEnabled: desired.privateDns,
      };

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcendpoint.html */
export const vpcEndpoint: CloudFormationKind<'vpc-endpoint'> = {
  blocks: (resource, { tagList }) => [
    {
      type: 'AWS::EC2::VPCEndpoint',
      body: {
        VpcId: resource.desired.vpcId,
        ServiceName: resource.desired.endpointService,
        VpcEndpointType: resource.desired.endpointType,
        ...place(resource),
        Tags: tagList(resource.desired.tags),
      },
    },
  ],
  attributes: { vpcEndpointId: 'Ref' },
};
