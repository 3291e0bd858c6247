import type { Call, EventHandlers, Handler, Handlers, Service } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { addressHandlers } from './addresses.ts';
import { dhcpHandlers } from './dhcp-options.ts';
import { endpointServiceHandlers } from './endpoint-services.ts';
import { flowLogHandlers } from './flow-logs.ts';
import { imageHandlers } from './images.ts';
import { instanceTypeHandlers } from './instance-types.ts';
import { instanceAttributeHandlers } from './instances/attributes.ts';
import { describeHandlers } from './instances/describe.ts';
import { interruptionEvents } from './instances/interruption.ts';
import { instanceEvents } from './instances/life.ts';
import { runHandlers } from './instances/run.ts';
import { topologyHandlers } from './instances/topology.ts';
import { internetGatewayHandlers } from './internet-gateways.ts';
import { keyPairHandlers } from './key-pairs.ts';
import { launchTemplateVersionHandlers } from './launch-template-versions.ts';
import { launchTemplateHandlers } from './launch-templates.ts';
import { managedPrefixListHandlers } from './managed-prefix-lists.ts';
import { natGatewayEvents, natGatewayHandlers } from './nat-gateways.ts';
import { networkAclHandlers } from './network-acls.ts';
import { networkInterfaceHandlers } from './network-interfaces.ts';
import { placementGroupHandlers } from './placement-groups.ts';
import { prefixListHandlers } from './prefix-lists.ts';
import { regionHandlers } from './regions.ts';
import { routeTableAssociationHandlers } from './route-table-associations.ts';
import { routeTableHandlers } from './route-tables.ts';
import { routeHandlers } from './routes.ts';
import { ec2Schemas } from './schemas.ts';
import { securityGroupChangeHandlers } from './security-group-changes.ts';
import { securityGroupRuleHandlers } from './security-group-rules.ts';
import { securityGroupHandlers } from './security-groups.ts';
import { subnetAttributeHandlers } from './subnet-attributes.ts';
import { subnetHandlers } from './subnets.ts';
import { tagHandlers } from './tags.ts';
import { touched } from './touched.ts';
import { transitGatewayEvents, transitGatewayHandlers } from './transit-gateways.ts';
import { volumeChangeEvents, volumeChangeHandlers } from './volume-changes.ts';
import { volumeEvents, volumeHandlers } from './volumes.ts';
import { vpcAttributeHandlers } from './vpc-attributes.ts';
import { vpcCidrHandlers } from './vpc-cidrs.ts';
import { vpcEndpointEvents, vpcEndpointHandlers } from './vpc-endpoints.ts';
import { vpcHandlers } from './vpcs.ts';

/** A call on a copy of the region, whose changes and timers go nowhere. */
function rehearsal(call: Call): Call {
  return { ...call, state: structuredClone(call.state), later: () => {} };
}

/** DryRun checks everything and changes nothing; success is said by an error, as AWS does. */
// biome-ignore lint/suspicious/noExplicitAny: as in Handlers, each handler knows its own input
function withDryRun(handler: Handler<any, any>): Handler<any, any> {
  return (input, call) => {
    if (input?.DryRun !== true) return handler(input, call);
    handler(input, rehearsal(call));
    throw new AwsError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
  };
}

const families: readonly Handlers[] = [
  vpcHandlers,
  vpcCidrHandlers,
  vpcAttributeHandlers,
  dhcpHandlers,
  subnetHandlers,
  subnetAttributeHandlers,
  internetGatewayHandlers,
  routeTableHandlers,
  routeTableAssociationHandlers,
  routeHandlers,
  prefixListHandlers,
  managedPrefixListHandlers,
  transitGatewayHandlers,
  securityGroupHandlers,
  securityGroupRuleHandlers,
  securityGroupChangeHandlers,
  networkAclHandlers,
  regionHandlers,
  addressHandlers,
  endpointServiceHandlers,
  flowLogHandlers,
  imageHandlers,
  instanceTypeHandlers,
  instanceAttributeHandlers,
  describeHandlers,
  topologyHandlers,
  runHandlers,
  keyPairHandlers,
  launchTemplateVersionHandlers,
  launchTemplateHandlers,
  placementGroupHandlers,
  volumeChangeHandlers,
  networkInterfaceHandlers,
  natGatewayHandlers,
  vpcEndpointHandlers,
  volumeHandlers,
  tagHandlers,
];

const events: EventHandlers = {
  ...instanceEvents,
  ...interruptionEvents,
  ...natGatewayEvents,
  ...transitGatewayEvents,
  ...vpcEndpointEvents,
  ...volumeEvents,
  ...volumeChangeEvents,
};

const handlers: Handlers = Object.fromEntries(
  families.flatMap((family) => Object.entries(family)).map(([name, handler]) => [name, withDryRun(handler)]),
);

/** EC2 with VPC: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/ */
export const service: Service = {
  signingName: 'ec2',
  protocol: 'ec2Query',
  version: '2016-11-15',
  schemas: ec2Schemas,
  touched,
  handlers,
  events,
};
