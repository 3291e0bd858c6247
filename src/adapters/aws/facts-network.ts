import {
  DescribeNatGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  type IpPermission,
  type NatGateway,
  type Route,
  type RouteTable,
  type Subnet,
} from '@aws-sdk/client-ec2';
import type {
  GivenNetwork,
  GivenSubnet,
  GivenVpc,
  SecurityGroupRules,
  TrafficRule,
  WayOut,
} from '../../ports/facts.ts';
import { allPages } from './all-pages.ts';
import type { Connection } from './connection.ts';
import { fromTagList } from './found.ts';

/** Filters, unlike ids, answer with what exists and no error for what does not. */
const filter = (Name: string, Values: readonly string[]) => [{ Name, Values: [...Values] }];

/** The two attributes of a VPC that EC2 tells one at a time. */
export async function dnsFacts({ clients, call }: Connection, vpcId: string) {
  const attribute = (Attribute: 'enableDnsSupport' | 'enableDnsHostnames') =>
    call('ec2:DescribeVpcAttribute', () =>
      clients.ec2.send(new DescribeVpcAttributeCommand({ VpcId: vpcId, Attribute })),
    );
  const [support, hostnames] = await Promise.all([attribute('enableDnsSupport'), attribute('enableDnsHostnames')]);
  return {
    support: support.EnableDnsSupport?.Value ?? false,
    hostnames: hostnames.EnableDnsHostnames?.Value ?? false,
  };
}

async function describeSubnets({ clients, call }: Connection, ids: readonly string[]): Promise<Subnet[]> {
  if (ids.length === 0) return [];
  const pages = await allPages(
    (NextToken) =>
      call('ec2:DescribeSubnets', () =>
        clients.ec2.send(new DescribeSubnetsCommand({ Filters: filter('subnet-id', ids), NextToken })),
      ),
    (page) => page.NextToken,
  );
  return pages.flatMap((page) => page.Subnets ?? []);
}

async function routeTables({ clients, call }: Connection, vpcIds: readonly string[]): Promise<RouteTable[]> {
  const pages = await allPages(
    (NextToken) =>
      call('ec2:DescribeRouteTables', () =>
        clients.ec2.send(new DescribeRouteTablesCommand({ Filters: filter('vpc-id', vpcIds), NextToken })),
      ),
    (page) => page.NextToken,
  );
  return pages.flatMap((page) => page.RouteTables ?? []);
}

async function natGateways({ clients, call }: Connection, ids: readonly string[]): Promise<NatGateway[]> {
  if (ids.length === 0) return [];
  const pages = await allPages(
    (NextToken) =>
      call('ec2:DescribeNatGateways', () =>
        clients.ec2.send(new DescribeNatGatewaysCommand({ Filter: filter('nat-gateway-id', ids), NextToken })),
      ),
    (page) => page.NextToken,
  );
  return pages.flatMap((page) => page.NatGateways ?? []);
}

/** The table associated with the subnet itself, else the VPC's main one. */
function tableOf(subnet: Subnet, tables: readonly RouteTable[]): RouteTable | undefined {
  const own = tables.find((table) => table.Associations?.some((one) => one.SubnetId === subnet.SubnetId));
  const isMain = (table: RouteTable) =>
    table.VpcId === subnet.VpcId && table.Associations?.some((one) => one.Main === true);
  return own ?? tables.find(isMain);
}

const activeRoute = (table: RouteTable | undefined, matches: (route: Route) => boolean): Route | undefined =>
  table?.Routes?.find((route) => matches(route) && route.State !== 'blackhole');

const isDefault = (route: Route): boolean => route.DestinationCidrBlock === '0.0.0.0/0';

function wayOut(route: Route | undefined, gateways: readonly NatGateway[]): WayOut {
  if (route === undefined) return { type: 'none' };
  if (route.GatewayId?.startsWith('igw-')) return { type: 'internet-gateway' };
  if (route.NatGatewayId !== undefined) {
    const gateway = gateways.find((one) => one.NatGatewayId === route.NatGatewayId);
    const addresses = (gateway?.NatGatewayAddresses ?? []).flatMap(({ PublicIp }) =>
      PublicIp === undefined ? [] : [PublicIp],
    );
    return { type: 'nat-gateway', natGatewayId: route.NatGatewayId, publicAddresses: addresses };
  }
  const target =
    route.TransitGatewayId ?? route.NetworkInterfaceId ?? route.InstanceId ?? route.GatewayId ?? route.CoreNetworkArn;
  return { type: 'other', target: target ?? 'unknown' };
}

function toSubnet(subnet: Subnet, tables: readonly RouteTable[], gateways: readonly NatGateway[]): GivenSubnet {
  const table = tableOf(subnet, tables);
  const ipv6Cidr = subnet.Ipv6CidrBlockAssociationSet?.find(
    (set) => set.Ipv6CidrBlockState?.State === 'associated',
  )?.Ipv6CidrBlock;
  return {
    subnetId: subnet.SubnetId!,
    vpcId: subnet.VpcId!,
    zone: subnet.AvailabilityZone!,
    cidr: subnet.CidrBlock!,
    ...(ipv6Cidr === undefined ? {} : { ipv6Cidr }),
    freeAddresses: subnet.AvailableIpAddressCount ?? 0,
    publicAddressOnLaunch: subnet.MapPublicIpOnLaunch ?? false,
    tags: fromTagList(subnet.Tags),
    routeTableId: table?.RouteTableId ?? '',
    wayOut: wayOut(activeRoute(table, isDefault), gateways),
    ipv6WayOut: activeRoute(table, (route) => route.DestinationIpv6CidrBlock === '::/0') !== undefined,
  };
}

/** Subnets with the way that their route tables give them: two calls, three where one leads to a NAT gateway. */
export async function subnetFacts(connection: Connection, ids: readonly string[]): Promise<GivenSubnet[]> {
  const subnets = await describeSubnets(connection, ids);
  if (subnets.length === 0) return [];
  const tables = await routeTables(connection, [...new Set(subnets.map((subnet) => subnet.VpcId!))]);
  const routes = subnets.map((subnet) => activeRoute(tableOf(subnet, tables), isDefault));
  const natIds = routes.flatMap((route) => (route?.NatGatewayId === undefined ? [] : [route.NatGatewayId]));
  const gateways = await natGateways(connection, [...new Set(natIds)]);
  return subnets.map((subnet) => toSubnet(subnet, tables, gateways));
}

const sortedSet = (ranges: readonly (string | undefined)[]): string[] =>
  [...new Set(ranges.filter((range) => range !== undefined))].sort();

/** Every route table has a local route for each range of its VPC, and every VPC has a table, its main one. */
function vpcOf(vpcId: string, tables: readonly RouteTable[]): GivenVpc | undefined {
  if (tables.length === 0) return undefined;
  const local = tables.flatMap((table) => table.Routes ?? []).filter((route) => route.Origin === 'CreateRouteTable');
  return {
    vpcId,
    cidrs: sortedSet(local.map((route) => route.DestinationCidrBlock)),
    ipv6Cidrs: sortedSet(local.map((route) => route.DestinationIpv6CidrBlock)),
  };
}

/** A given VPC and its given subnets, without the addresses of NAT gateways: two calls. */
export async function networkFacts(
  connection: Connection,
  vpcId: string,
  subnetIds: readonly string[],
): Promise<GivenNetwork> {
  const [tables, subnets] = await Promise.all([
    routeTables(connection, [vpcId]),
    describeSubnets(connection, subnetIds),
  ]);
  const vpc = vpcOf(vpcId, tables);
  const found = subnets.map((subnet) => toSubnet(subnet, tables, []));
  return { ...(vpc === undefined ? {} : { vpc }), subnets: found };
}

function toRule(permission: IpPermission): TrafficRule {
  const peers = [
    ...(permission.IpRanges ?? []).map((range) => range.CidrIp),
    ...(permission.Ipv6Ranges ?? []).map((range) => range.CidrIpv6),
    ...(permission.UserIdGroupPairs ?? []).map((pair) => pair.GroupId),
    ...(permission.PrefixListIds ?? []).map((list) => list.PrefixListId),
  ].filter((peer) => peer !== undefined);
  return {
    protocol: permission.IpProtocol ?? '-1',
    ...(permission.FromPort === undefined ? {} : { fromPort: permission.FromPort }),
    ...(permission.ToPort === undefined ? {} : { toPort: permission.ToPort }),
    peers,
  };
}

/** The rules of security groups; those that do not exist are missing. */
export async function securityGroupFacts(
  { clients, call }: Connection,
  ids: readonly string[],
): Promise<(SecurityGroupRules & { readonly vpcId: string })[]> {
  if (ids.length === 0) return [];
  const pages = await allPages(
    (NextToken) =>
      call('ec2:DescribeSecurityGroups', () =>
        clients.ec2.send(new DescribeSecurityGroupsCommand({ Filters: filter('group-id', ids), NextToken })),
      ),
    (page) => page.NextToken,
  );
  return pages
    .flatMap((page) => page.SecurityGroups ?? [])
    .map((group) => ({
      groupId: group.GroupId!,
      vpcId: group.VpcId ?? '',
      ingress: (group.IpPermissions ?? []).map(toRule),
      egress: (group.IpPermissionsEgress ?? []).map(toRule),
    }));
}
