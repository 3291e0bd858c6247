import { addressAt, cidr, subnetAt } from '../../../base/cidr.ts';
import { sha256Hex } from '../../../base/hash.ts';
import type {
  AddressRecord,
  DhcpOptionsRecord,
  EgressOnlyGatewayRecord,
  FlowLogRecord,
  InternetGatewayRecord,
  NatGatewayRecord,
  NetworkAclEntryRecord,
  NetworkAclRecord,
  NetworkInterfaceRecord,
  RouteTableRecord,
  SecurityGroupRecord,
  SecurityGroupRuleRecord,
  SubnetRecord,
  VpcEndpointRecord,
  VpcRecord,
} from './network-records.ts';
import { zonesOf } from './zones.ts';

/** The network half of a region's EC2: maps by id. */
export interface NetworkState {
  vpcs: Record<string, VpcRecord>;
  dhcpOptions: Record<string, DhcpOptionsRecord>;
  subnets: Record<string, SubnetRecord>;
  internetGateways: Record<string, InternetGatewayRecord>;
  egressOnlyGateways: Record<string, EgressOnlyGatewayRecord>;
  addresses: Record<string, AddressRecord>;
  natGateways: Record<string, NatGatewayRecord>;
  routeTables: Record<string, RouteTableRecord>;
  networkAcls: Record<string, NetworkAclRecord>;
  securityGroups: Record<string, SecurityGroupRecord>;
  securityGroupRules: Record<string, SecurityGroupRuleRecord>;
  networkInterfaces: Record<string, NetworkInterfaceRecord>;
  vpcEndpoints: Record<string, VpcEndpointRecord>;
  flowLogs: Record<string, FlowLogRecord>;
}

/** The name of private addresses' domain: us-east-1 has its own. */
export const regionDomain = (region: string): string =>
  region === 'us-east-1' ? 'ec2.internal' : `${region}.compute.internal`;

/** The entries that AWS gives the default network ACL of a VPC. */
export const openAclEntries = (): NetworkAclEntryRecord[] =>
  [true, false].flatMap((egress): NetworkAclEntryRecord[] => [
    { ruleNumber: 100, protocol: '-1', action: 'allow', egress, cidr: '0.0.0.0/0' },
    { ruleNumber: 32767, protocol: '-1', action: 'deny', egress, cidr: '0.0.0.0/0' },
  ]);

/** What a new VPC brings: its default security group with two rules, its main route table and its default network ACL. */
export function vpcCompanions(vpc: VpcRecord, newId: (prefix: string) => string) {
  const group: SecurityGroupRecord = {
    id: newId('sg-'),
    name: 'default',
    description: 'default VPC security group',
    vpcId: vpc.id,
  };
  const all = { groupId: group.id, protocol: '-1', fromPort: -1, toPort: -1 };
  const rules: SecurityGroupRuleRecord[] = [
    { ...all, id: newId('sgr-'), isEgress: false, referencedGroupId: group.id },
    { ...all, id: newId('sgr-'), isEgress: true, cidrIpv4: '0.0.0.0/0' },
  ];
  const routeTable: RouteTableRecord = {
    id: newId('rtb-'),
    vpcId: vpc.id,
    routes: [{ cidr: vpc.cidr, target: { field: 'gatewayId', id: 'local' }, origin: 'CreateRouteTable' }],
    associations: [{ id: newId('rtbassoc-'), main: true }],
  };
  const acl: NetworkAclRecord = {
    id: newId('acl-'),
    vpcId: vpc.id,
    isDefault: true,
    entries: openAclEntries(),
    associations: [],
  };
  return { group, rules, routeTable, acl };
}

const byId = <T extends { readonly id: string }>(items: readonly T[]): Record<string, T> =>
  Object.fromEntries(items.map((item) => [item.id, item]));

const emptyNetwork = (): NetworkState => ({
  vpcs: {},
  dhcpOptions: {},
  subnets: {},
  internetGateways: {},
  egressOnlyGateways: {},
  addresses: {},
  natGateways: {},
  routeTables: {},
  networkAcls: {},
  securityGroups: {},
  securityGroupRules: {},
  networkInterfaces: {},
  vpcEndpoints: {},
  flowLogs: {},
});

/** Ids of a region's default network depend on its name alone, so that recorded worlds stay equal. */
function idsOf(region: string): (prefix: string) => string {
  let n = 0;
  return (prefix) => {
    n += 1;
    return `${prefix}0${sha256Hex(`default-network ${region} ${n}`).slice(0, 16)}`;
  };
}

function defaultSubnets(vpc: VpcRecord, region: string, newId: (prefix: string) => string): SubnetRecord[] {
  return zonesOf(region).map((zone, i) => ({
    id: newId('subnet-'),
    vpcId: vpc.id,
    cidr: subnetAt(cidr(vpc.cidr), 20, i).text,
    zone: zone.name,
    zoneId: zone.id,
    defaultForAz: true,
    ipv6Native: false,
    ipv6Cidrs: [],
    mapPublicIpOnLaunch: true,
    assignIpv6OnCreation: false,
    enableDns64: false,
    hostnameType: 'ip-name',
    dnsARecord: false,
    dnsAaaaRecord: false,
    createdAt: 0,
  }));
}

function defaultVpc(dhcpOptionsId: string, newId: (prefix: string) => string): VpcRecord {
  const range = '172.31.0.0/16';
  return {
    id: newId('vpc-'),
    cidr: range,
    isDefault: true,
    cidrs: [{ associationId: newId('vpc-cidr-assoc-'), cidr: range, state: 'associated' }],
    ipv6Cidrs: [],
    dhcpOptionsId,
    tenancy: 'default',
    dnsSupport: true,
    dnsHostnames: true,
    networkAddressUsageMetrics: false,
    createdAt: 0,
  };
}

/** The default DHCP options: Amazon's resolver and the region's own domain. */
export const amazonDhcpOptions = (id: string, region: string): DhcpOptionsRecord => ({
  id,
  configurations: [
    { key: 'domain-name', values: [regionDomain(region)] },
    { key: 'domain-name-servers', values: ['AmazonProvidedDNS'] },
  ],
});

/** The default VPC (172.31.0.0/16) with its subnets, internet gateway and routes, as each region of a new account has it. */
export function defaultNetwork(region: string): NetworkState {
  const newId = idsOf(region);
  const dhcp = amazonDhcpOptions(newId('dopt-'), region);
  const vpc = defaultVpc(dhcp.id, newId);
  const { group, rules, routeTable, acl } = vpcCompanions(vpc, newId);
  const gateway: InternetGatewayRecord = { id: newId('igw-'), vpcId: vpc.id };
  const subnets = defaultSubnets(vpc, region, newId);
  routeTable.routes.push({
    cidr: '0.0.0.0/0',
    target: { field: 'gatewayId', id: gateway.id },
    origin: 'CreateRoute',
  });
  acl.associations = subnets.map((subnet) => ({ id: newId('aclassoc-'), subnetId: subnet.id }));
  return {
    ...emptyNetwork(),
    vpcs: byId([vpc]),
    dhcpOptions: byId([dhcp]),
    subnets: byId(subnets),
    internetGateways: byId([gateway]),
    routeTables: byId([routeTable]),
    networkAcls: byId([acl]),
    securityGroups: byId([group]),
    securityGroupRules: byId(rules),
  };
}

/** The address of Amazon's resolver in a VPC: its range's base plus two. */
export const resolverOf = (vpcCidr: string): string => addressAt(cidr(vpcCidr), 2);
