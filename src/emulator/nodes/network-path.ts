import { cidr, containsAddress } from '../../base/cidr.ts';
import type { InstanceRecord } from '../aws/ec2/compute-records.ts';
import type { NetworkInterfaceRecord, RouteRecord, RouteTableRecord, SubnetRecord, VpcEndpointRecord } from '../aws/ec2/network-records.ts';
import type { Turn } from '../call.ts';

/** How an instance's packets leave: the address that the other side sees, or why they do not. */
export type Path = { readonly publicAddress: string } | { readonly blocked: string };

const interfaceOf = (turn: Turn, instance: InstanceRecord): NetworkInterfaceRecord | undefined =>
  turn.state.ec2.networkInterfaces[instance.networkInterfaceIds[0] ?? ''];

/** The table that a subnet's routes are in: its own, or the VPC's main one. */
export function routeTableOf(turn: Turn, subnet: SubnetRecord): RouteTableRecord | undefined {
  const tables = Object.values(turn.state.ec2.routeTables).filter(({ vpcId }) => vpcId === subnet.vpcId);
  return (
    tables.find(({ associations }) => associations.some(({ subnetId }) => subnetId === subnet.id)) ??
    tables.find(({ associations }) => associations.some(({ main }) => main))
  );
}

const defaultRoute = (table: RouteTableRecord | undefined): RouteRecord | undefined =>
  table?.routes.find((route) => route.cidr === '0.0.0.0/0');

/** Whether the groups of an interface let it open TCP connections to an address on a port. */
function mayOpen(turn: Turn, groups: readonly string[], to: { address: string; groups: readonly string[]; port: number }): boolean {
  return Object.values(turn.state.ec2.securityGroupRules).some(
    (rule) => rule.isEgress && groups.includes(rule.groupId) && coversPort(rule, to.port) && coversPeer(rule, to),
  );
}

/** Whether the groups of an interface let that peer in on a port. */
function letsIn(turn: Turn, groups: readonly string[], from: { address: string; groups: readonly string[]; port: number }): boolean {
  return Object.values(turn.state.ec2.securityGroupRules).some(
    (rule) => !rule.isEgress && groups.includes(rule.groupId) && coversPort(rule, from.port) && coversPeer(rule, from),
  );
}

interface RuleView {
  readonly protocol: string;
  readonly fromPort: number;
  readonly toPort: number;
  readonly cidrIpv4?: string;
  readonly prefixListId?: string;
  readonly referencedGroupId?: string;
}

const coversPort = ({ protocol, fromPort, toPort }: RuleView, port: number): boolean =>
  protocol === '-1' || (protocol === 'tcp' && fromPort <= port && port <= toPort);

const coversPeer = ({ cidrIpv4, referencedGroupId }: RuleView, peer: { address: string; groups: readonly string[] }): boolean =>
  (cidrIpv4 !== undefined && containsAddress(cidr(cidrIpv4), peer.address)) ||
  (referencedGroupId !== undefined && peer.groups.includes(referencedGroupId));

/** An address of the internet at large: what `0.0.0.0/0` covers and no narrower range is likely to. */
const somewhere = '203.0.113.10';

/** The way of an instance to the internet on TCP 443. */
export function pathToInternet(turn: Turn, instance: InstanceRecord): Path {
  const subnet = turn.state.ec2.subnets[instance.subnetId];
  const own = interfaceOf(turn, instance);
  if (subnet === undefined || own === undefined) return { blocked: `instance ${instance.id} has no network interface` };
  if (!mayOpen(turn, own.groups, { address: somewhere, groups: [], port: 443 })) {
    return { blocked: `no security group of the instance (${own.groups.join(', ')}) allows outbound TCP 443 to the internet` };
  }
  const table = routeTableOf(turn, subnet);
  const route = defaultRoute(table);
  if (route === undefined) return { blocked: `subnet ${subnet.id} has no default route (route table ${table?.id ?? 'none'})` };
  const { field, id } = route.target;
  if (field === 'natGatewayId') return throughNat(turn, id);
  if (field !== 'gatewayId' || !id.startsWith('igw-')) return { blocked: `the default route of subnet ${subnet.id} leads to ${id}, which does not lead to the internet here` };
  const gateway = turn.state.ec2.internetGateways[id];
  if (gateway?.vpcId !== subnet.vpcId) return { blocked: `the default route of subnet ${subnet.id} leads to ${id}, which is not attached to its VPC` };
  const publicAddress = publicAddressOf(turn, own);
  return publicAddress === undefined
    ? { blocked: `subnet ${subnet.id} routes to internet gateway ${id} but the instance has no public address` }
    : { publicAddress };
}

function publicAddressOf(turn: Turn, own: NetworkInterfaceRecord): string | undefined {
  const elastic = Object.values(turn.state.ec2.addresses).find(({ networkInterfaceId }) => networkInterfaceId === own.id);
  return elastic?.publicIp ?? own.publicIp;
}

function throughNat(turn: Turn, id: string): Path {
  const nat = turn.state.ec2.natGateways[id];
  if (nat?.state !== 'available') return { blocked: `NAT gateway ${id} is ${nat?.state ?? 'gone'}` };
  if (nat.connectivity === 'private' || nat.publicIp === undefined) return { blocked: `NAT gateway ${id} is private` };
  const subnet = turn.state.ec2.subnets[nat.subnetId];
  const target = subnet === undefined ? undefined : defaultRoute(routeTableOf(turn, subnet))?.target;
  const gateway = target?.id.startsWith('igw-') ? turn.state.ec2.internetGateways[target.id] : undefined;
  if (gateway?.vpcId !== nat.vpcId) return { blocked: `the subnet of NAT gateway ${id} (${nat.subnetId}) has no route to an internet gateway` };
  return { publicAddress: nat.publicIp };
}

/** Why an instance cannot reach an interface of the same VPC on a port; undefined where it can. */
export function blockedToInterface(turn: Turn, instance: InstanceRecord, { to, port }: { to: NetworkInterfaceRecord; port: number }): string | undefined {
  const own = interfaceOf(turn, instance);
  if (own === undefined) return `instance ${instance.id} has no network interface`;
  const address = to.privateIps[0]!;
  if (own.vpcId !== to.vpcId) return `it is in another VPC (${to.vpcId})`;
  if (!mayOpen(turn, own.groups, { address, groups: to.groups, port })) {
    return `no security group of the instance (${own.groups.join(', ')}) allows outbound TCP ${port} to ${address}`;
  }
  if (!letsIn(turn, to.groups, { address: instance.privateIp, groups: own.groups, port })) {
    return `the security groups of ${to.id} (${to.groups.join(', ')}) do not allow TCP ${port} from the instance (${instance.privateIp}, ${own.groups.join(', ')})`;
  }
  return undefined;
}

/** Services that the start of a node calls. */
export type AwsService = 'ec2' | 'ecr.api' | 'ecr.dkr' | 's3' | 'sts' | 'eks-auth';

/** Why an instance cannot reach an AWS service, by a VPC endpoint or by the internet; undefined where it can. */
export function blockedToService(turn: Turn, instance: InstanceRecord, service: AwsService): string | undefined {
  const { subnetId, vpcId } = instance;
  const name = `com.amazonaws.${turn.region}.${service}`;
  const endpoints = Object.values(turn.state.ec2.vpcEndpoints).filter((endpoint) => endpoint.serviceName === name && endpoint.vpcId === vpcId);
  const subnet = turn.state.ec2.subnets[subnetId];
  const table = subnet === undefined ? undefined : routeTableOf(turn, subnet);
  const gateway = endpoints.find(({ type, state }) => type === 'Gateway' && state === 'available');
  if (gateway !== undefined && table !== undefined && gateway.routeTableIds.includes(table.id)) return undefined;
  // With private DNS all of the VPC resolves the service to the endpoint, so the internet is not tried any more.
  const taking = endpoints.find(({ type, privateDns, state }) => type === 'Interface' && privateDns && state === 'available');
  if (taking !== undefined) return blockedToEndpoint(turn, instance, taking);
  const internet = pathToInternet(turn, instance);
  if (!('blocked' in internet)) return undefined;
  const without = service === 's3' && gateway !== undefined ? `the S3 gateway endpoint is not in the subnet's route table (${table?.id ?? 'none'})` : `the VPC has no usable endpoint for ${name}`;
  return `${internet.blocked}, and ${without}`;
}

function blockedToEndpoint(turn: Turn, instance: InstanceRecord, endpoint: VpcEndpointRecord): string | undefined {
  const interfaces = endpoint.networkInterfaceIds.flatMap((id) => turn.state.ec2.networkInterfaces[id] ?? []);
  const [near] = interfaces.filter(({ zone }) => zone === instance.zone);
  const to = near ?? interfaces[0];
  if (to === undefined) return `VPC endpoint ${endpoint.id} has no network interface`;
  const why = blockedToInterface(turn, instance, { to, port: 443 });
  return why === undefined ? undefined : `VPC endpoint ${endpoint.id} (${endpoint.serviceName}): ${why}`;
}
