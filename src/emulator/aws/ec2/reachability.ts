import { cidr, containsAddress } from '../../../base/cidr.ts';
import { publicIpOf } from './interface-records.ts';
import type {
  NetworkInterfaceRecord,
  RouteRecord,
  RouteTableRecord,
  SecurityGroupRuleRecord,
  VpcEndpointRecord,
} from './network-records.ts';
import { isActive } from './route-targets.ts';
import { rulesOf } from './security-groups.ts';
import type { Ec2State } from './state.ts';

/** How an interface gets to the internet, or why it does not; `why` is for people and names the resource at fault. */
export type InternetPath =
  | { readonly ok: true; readonly via: 'internet-gateway' | 'nat-gateway'; readonly publicIp: string }
  | { readonly ok: false; readonly why: string };

/** Whether a connection is let through, or which group stops it. */
export type Reach = { readonly ok: true } | { readonly ok: false; readonly why: string };

const no = (why: string) => ({ ok: false, why }) as const;

/** The route table of a subnet: its own, or the VPC's main one. */
export function routeTableOf(ec2: Ec2State, subnetId: string): RouteTableRecord | undefined {
  const tables = Object.values(ec2.routeTables);
  const own = tables.find((table) => table.associations.some((one) => one.subnetId === subnetId));
  const vpcId = ec2.subnets[subnetId]?.vpcId;
  return own ?? tables.find((table) => table.vpcId === vpcId && table.associations.some((one) => one.main));
}

/** The most specific IPv4 route of a table for an address. */
export function routeTo(table: RouteTableRecord, address: string): RouteRecord | undefined {
  return table.routes
    .filter((route) => route.cidr !== undefined && containsAddress(cidr(route.cidr), address))
    .sort((a, b) => cidr(b.cidr ?? '').prefix - cidr(a.cidr ?? '').prefix)[0];
}

/** The table's default route while it leads somewhere. */
function defaultRoute(ec2: Ec2State, table: RouteTableRecord): { readonly route?: RouteRecord; readonly why: string } {
  const route = table.routes.find((one) => one.cidr === '0.0.0.0/0');
  if (route === undefined) return { why: `route table ${table.id} has no route to 0.0.0.0/0` };
  if (!isActive(ec2, table, route))
    return { why: `the route to 0.0.0.0/0 of route table ${table.id} is a blackhole: ${route.target.id} is gone` };
  return { route, why: '' };
}

function viaNat(ec2: Ec2State, natId: string): InternetPath {
  const nat = ec2.natGateways[natId];
  if (nat?.publicIp === undefined) return no(`NAT gateway ${natId} is private: it has no public address`);
  const table = routeTableOf(ec2, nat.subnetId);
  const { route, why } =
    table === undefined ? { route: undefined, why: 'it has no route table' } : defaultRoute(ec2, table);
  if (route === undefined) return no(`NAT gateway ${natId} is in subnet ${nat.subnetId}, and ${why}`);
  if (route.target.field !== 'gatewayId')
    return no(`NAT gateway ${natId} is in subnet ${nat.subnetId}, which has no route to an internet gateway`);
  return { ok: true, via: 'nat-gateway', publicIp: nat.publicIp };
}

/** Whether an interface reaches IPv4 addresses of the internet: by its subnet's route table, gateways and its public address. */
export function pathToInternet(ec2: Ec2State, eniId: string): InternetPath {
  const eni = ec2.networkInterfaces[eniId];
  if (eni === undefined) return no(`network interface ${eniId} does not exist`);
  const table = routeTableOf(ec2, eni.subnetId);
  if (table === undefined) return no(`subnet ${eni.subnetId} has no route table`);
  const { route, why } = defaultRoute(ec2, table);
  if (route === undefined) return no(`subnet ${eni.subnetId}: ${why}`);
  if (route.target.field === 'natGatewayId') return viaNat(ec2, route.target.id);
  if (route.target.field !== 'gatewayId')
    return no(
      `the route to 0.0.0.0/0 of route table ${table.id} leads to ${route.target.id}, which is no way to the internet here`,
    );
  const publicIp = publicIpOf(ec2, eni);
  if (publicIp === undefined) {
    return no(
      `subnet ${eni.subnetId} routes to an internet gateway, but network interface ${eni.id} has no public address`,
    );
  }
  return { ok: true, via: 'internet-gateway', publicIp };
}

/** What a connection is to: an interface's groups (and address), or an address alone. */
export interface Connection {
  readonly toGroups?: readonly string[];
  readonly toAddress?: string;
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
}

interface Peer {
  readonly groups: readonly string[];
  readonly addresses: readonly string[];
}

function letsThrough(rule: SecurityGroupRuleRecord, { port, protocol }: Connection, peer: Peer): boolean {
  const rightProtocol = rule.protocol === '-1' || rule.protocol === protocol;
  const rightPort = rule.protocol === '-1' || (rule.fromPort <= port && port <= rule.toPort);
  if (!rightProtocol || !rightPort) return false;
  if (rule.referencedGroupId !== undefined) return peer.groups.includes(rule.referencedGroupId);
  const range = rule.cidrIpv4 ?? rule.cidrIpv6;
  if (range === undefined) return false;
  if (range === '0.0.0.0/0' && peer.addresses.length === 0) return true;
  return peer.addresses.some((address) => containsAddress(cidr(range), address));
}

const addressesOf = (eni: NetworkInterfaceRecord): string[] => [...eni.privateIps, ...eni.ipv6Addresses];

/** The private addresses of everything that carries one of the groups. */
const addressesIn = (ec2: Ec2State, groups: readonly string[]): string[] =>
  Object.values(ec2.networkInterfaces)
    .filter((eni) => eni.groups.some((id) => groups.includes(id)))
    .flatMap(addressesOf);

const some = (
  ec2: Ec2State,
  groups: readonly string[],
  egress: boolean,
  test: (rule: SecurityGroupRuleRecord) => boolean,
): boolean => groups.some((id) => rulesOf(ec2, id, egress).some(test));

/**
 * Whether security groups let a connection from an interface through: out of its own groups and, where the other side has groups,
 * into those. Answers to a connection always pass, as groups are stateful.
 */
export function canReach(ec2: Ec2State, fromEni: string, to: Connection): Reach {
  const eni = ec2.networkInterfaces[fromEni];
  if (eni === undefined) return no(`network interface ${fromEni} does not exist`);
  const what = `${to.protocol}/${to.port}`;
  const toGroups = to.toGroups ?? [];
  const toAddresses = to.toAddress === undefined ? addressesIn(ec2, toGroups) : [to.toAddress];
  const target = { groups: toGroups, addresses: toAddresses };
  // What AWS runs without any group (a load balancer's or NAT gateway's interface) may send anything.
  if (eni.groups.length > 0 && !some(ec2, eni.groups, true, (rule) => letsThrough(rule, to, target))) {
    const where = to.toAddress ?? toGroups.join(', ');
    return no(`no egress rule of ${eni.groups.join(', ')} lets ${what} out to ${where}`);
  }
  if (to.toGroups === undefined) return { ok: true };
  const source = { groups: eni.groups, addresses: addressesOf(eni) };
  if (some(ec2, toGroups, false, (rule) => letsThrough(rule, to, source))) return { ok: true };
  return no(
    `no ingress rule of ${toGroups.join(', ')} lets ${what} in from ${eni.groups.join(', ')} (${eni.privateIps[0] ?? 'no address'})`,
  );
}

/** The available endpoint of a VPC for a service, by its short name (`s3`, `ecr.api`); an interface endpoint only with private DNS. */
export function endpointFor(ec2: Ec2State, vpcId: string, service: string): VpcEndpointRecord | undefined {
  return Object.values(ec2.vpcEndpoints).find(
    (endpoint) =>
      endpoint.vpcId === vpcId &&
      endpoint.state === 'available' &&
      endpoint.serviceName.split('.').slice(3).join('.') === service &&
      (endpoint.type === 'Gateway' || (endpoint.privateDns && endpoint.subnetIds.length > 0)),
  );
}

/** Whether an interface's own subnet and groups let it use the VPC's endpoint for a service. */
export function reachesEndpoint(ec2: Ec2State, eniId: string, service: string): Reach {
  const eni = ec2.networkInterfaces[eniId];
  if (eni === undefined) return no(`network interface ${eniId} does not exist`);
  const endpoint = endpointFor(ec2, eni.vpcId, service);
  if (endpoint === undefined) return no(`VPC ${eni.vpcId} has no endpoint for ${service}`);
  if (endpoint.type === 'Interface')
    return canReach(ec2, eniId, { toGroups: endpoint.groups, port: 443, protocol: 'tcp' });
  const table = routeTableOf(ec2, eni.subnetId);
  if (table !== undefined && endpoint.routeTableIds.includes(table.id)) return { ok: true };
  return no(`endpoint ${endpoint.id} for ${service} is not in the route table of subnet ${eni.subnetId}`);
}
