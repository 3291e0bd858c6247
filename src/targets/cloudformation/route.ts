import type { Resource } from '../../model/graph.ts';
import type { CloudFormationKind } from './cloudformation-kind.ts';

function target({ desired }: Resource<'route'>): Readonly<Record<string, unknown>> {
  if ('gatewayId' in desired.target) return { GatewayId: desired.target.gatewayId };
  if ('natGatewayId' in desired.target) return { NatGatewayId: desired.target.natGatewayId };
  return { EgressOnlyInternetGatewayId: desired.target.egressOnlyInternetGatewayId };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-route.html */
export const route: CloudFormationKind<'route'> = {
  blocks: (resource) => {
    const { routeTableId, destination } = resource.desired;
    const isIpv6 = typeof destination === 'string' && destination.includes(':');
    const range = isIpv6 ? { DestinationIpv6CidrBlock: destination } : { DestinationCidrBlock: destination };
    return [{ type: 'AWS::EC2::Route', body: { RouteTableId: routeTableId, ...range, ...target(resource) } }];
  },
  attributes: { routeState: null },
};
