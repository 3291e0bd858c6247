import type {
  CreateVpcRequest,
  CreateVpcResult,
  DeleteVpcRequest,
  DescribeVpcsRequest,
  DescribeVpcsResult,
  Vpc,
} from '@aws-sdk/client-ec2';
import type { Call, Handlers, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { amazonIpv6, readCidr } from './addresses-in.ts';
import { vpcCompanions } from './default-vpc.ts';
import type { Fields } from './filter.ts';
import { checkLimit } from './limits.ts';
import { listing, nextToken } from './listing.ts';
import { get, required } from './lookup.ts';
import type { VpcRecord } from './network-records.ts';
import type { Ec2State } from './state.ts';
import { forget, setTags, tagList, tagsFor } from './tags.ts';

/** A VPC as AWS describes it. */
export function vpcOutput(call: Turn, vpc: VpcRecord): Vpc {
  return {
    VpcId: vpc.id,
    OwnerId: call.account,
    State: 'available',
    CidrBlock: vpc.cidr,
    DhcpOptionsId: vpc.dhcpOptionsId,
    InstanceTenancy: vpc.tenancy,
    IsDefault: vpc.isDefault,
    CidrBlockAssociationSet: vpc.cidrs.map(({ associationId, cidr, state }) => ({
      AssociationId: associationId,
      CidrBlock: cidr,
      CidrBlockState: { State: state },
    })),
    ...(vpc.ipv6Cidrs.length > 0 && {
      Ipv6CidrBlockAssociationSet: vpc.ipv6Cidrs.map(({ associationId, cidr, state }) => ({
        AssociationId: associationId,
        Ipv6CidrBlock: cidr,
        Ipv6CidrBlockState: { State: state },
        NetworkBorderGroup: call.region,
        Ipv6Pool: 'Amazon',
        IpSource: 'amazon' as const,
        Ipv6AddressAttribute: 'public' as const,
      })),
    }),
    BlockPublicAccessStates: { InternetGatewayBlockMode: 'off' },
    Tags: tagList(call.state.ec2, vpc.id),
  };
}

/** Checks the size of a VPC's range: /16 to /28. */
export function vpcRange(text: string) {
  const range = readCidr(text, 'cidrBlock');
  if (range.version !== 4 || range.prefix < 16 || range.prefix > 28) {
    throw new AwsError('InvalidVpc.Range', `The CIDR '${text}' is invalid.`);
  }
  return range;
}

const amazonDhcpId = (ec2: Ec2State): string =>
  Object.values(ec2.dhcpOptions).find((options) =>
    options.configurations.some((row) => row.key === 'domain-name-servers' && row.values[0] === 'AmazonProvidedDNS'),
  )?.id ?? 'default';

function refuseUnknownPools(input: CreateVpcRequest): void {
  if (input.Ipv4IpamPoolId !== undefined || input.Ipv6IpamPoolId !== undefined || input.Ipv6Pool !== undefined) {
    throw new AwsError(
      'NotImplemented',
      'IPAM and bring-your-own address pools are not part of the embedded AWS.',
      501,
    );
  }
}

/** Puts a new VPC with its default group, main route table and default ACL into the state. */
function addVpc(call: Call, vpc: VpcRecord): void {
  const { ec2 } = call.state;
  ec2.vpcs[vpc.id] = vpc;
  const { group, rules, routeTable, acl } = vpcCompanions(vpc, (prefix) => call.newId(prefix));
  ec2.securityGroups[group.id] = group;
  for (const rule of rules) ec2.securityGroupRules[rule.id] = rule;
  ec2.routeTables[routeTable.id] = routeTable;
  ec2.networkAcls[acl.id] = acl;
  const [ipv6] = vpc.ipv6Cidrs;
  if (ipv6 !== undefined) openIpv6(call, vpc, ipv6.cidr);
}

/** What AWS adds to a VPC's companions when it gets its first IPv6 range: the local route, and open rules in default group and ACL. */
export function openIpv6(call: Call, vpc: VpcRecord, range: string): void {
  const { ec2 } = call.state;
  for (const table of Object.values(ec2.routeTables).filter((t) => t.vpcId === vpc.id)) {
    table.routes.push({ ipv6Cidr: range, target: { field: 'gatewayId', id: 'local' }, origin: 'CreateRouteTable' });
  }
  const group = Object.values(ec2.securityGroups).find((g) => g.vpcId === vpc.id && g.name === 'default');
  if (group !== undefined && vpc.ipv6Cidrs.length === 1) {
    const id = call.newId('sgr-');
    const all = { protocol: '-1', fromPort: -1, toPort: -1, isEgress: true };
    ec2.securityGroupRules[id] = { id, groupId: group.id, ...all, cidrIpv6: '::/0' };
  }
  for (const acl of Object.values(ec2.networkAcls).filter((a) => a.vpcId === vpc.id && a.isDefault)) {
    if (acl.entries.some((entry) => entry.ipv6Cidr !== undefined)) continue;
    for (const egress of [true, false]) {
      acl.entries.push({ ruleNumber: 101, protocol: '-1', action: 'allow', egress, ipv6Cidr: '::/0' });
      acl.entries.push({ ruleNumber: 32768, protocol: '-1', action: 'deny', egress, ipv6Cidr: '::/0' });
    }
  }
}

function createVpc(input: CreateVpcRequest, call: Call): CreateVpcResult {
  refuseUnknownPools(input);
  const range = vpcRange(required(input.CidrBlock, 'cidrBlock'));
  const tags = tagsFor(input.TagSpecifications, 'vpc');
  const { ec2 } = call.state;
  checkLimit(call, 'vpcs', {
    have: Object.keys(ec2.vpcs).length,
    code: 'VpcLimitExceeded',
    message: 'The maximum number of VPCs has been reached.',
  });
  const vpc: VpcRecord = {
    id: call.newId('vpc-'),
    cidr: range.text,
    isDefault: false,
    cidrs: [{ associationId: call.newId('vpc-cidr-assoc-'), cidr: range.text, state: 'associated' }],
    ipv6Cidrs: input.AmazonProvidedIpv6CidrBlock
      ? [{ associationId: call.newId('vpc-cidr-assoc-'), cidr: amazonIpv6(call), state: 'associated' }]
      : [],
    dhcpOptionsId: amazonDhcpId(ec2),
    tenancy: input.InstanceTenancy === 'dedicated' ? 'dedicated' : 'default',
    dnsSupport: true,
    dnsHostnames: false,
    networkAddressUsageMetrics: false,
    createdAt: call.now,
  };
  addVpc(call, vpc);
  setTags(ec2, vpc.id, tags);
  return { Vpc: { ...vpcOutput(call, vpc), State: 'pending' } };
}

/** What still stands in a VPC and keeps it from being deleted. */
function dependencies(ec2: Ec2State, vpcId: string): readonly unknown[] {
  const inVpc = (item: { readonly vpcId?: string }): boolean => item.vpcId === vpcId;
  return [
    ...Object.values(ec2.subnets).filter(inVpc),
    ...Object.values(ec2.internetGateways).filter(inVpc),
    ...Object.values(ec2.egressOnlyGateways).filter(inVpc),
    ...Object.values(ec2.networkInterfaces).filter(inVpc),
    ...Object.values(ec2.vpcEndpoints).filter(inVpc),
    ...Object.values(ec2.natGateways).filter((nat) => inVpc(nat) && nat.state !== 'deleted' && nat.state !== 'failed'),
    ...Object.values(ec2.securityGroups).filter((group) => inVpc(group) && group.name !== 'default'),
    ...Object.values(ec2.networkAcls).filter((acl) => inVpc(acl) && !acl.isDefault),
    ...Object.values(ec2.routeTables).filter((table) => inVpc(table) && !table.associations.some((a) => a.main)),
  ];
}

function deleteVpc(input: DeleteVpcRequest, call: Call): Record<string, never> {
  const { ec2 } = call.state;
  const { id } = get(call, 'vpcs', input.VpcId);
  if (dependencies(ec2, id).length > 0) {
    throw new AwsError('DependencyViolation', `The vpc '${id}' has dependencies and cannot be deleted.`);
  }
  for (const map of ['securityGroups', 'networkAcls', 'routeTables'] as const) {
    for (const item of Object.values(ec2[map]).filter((one) => one.vpcId === id)) {
      for (const rule of Object.values(ec2.securityGroupRules).filter((r) => r.groupId === item.id)) {
        forget(ec2, 'securityGroupRules', rule.id);
      }
      forget(ec2, map, item.id);
    }
  }
  for (const log of Object.values(ec2.flowLogs).filter((l) => l.resourceId === id)) forget(ec2, 'flowLogs', log.id);
  forget(ec2, 'vpcs', id);
  return {};
}

const fields = (call: Turn): Fields<VpcRecord> => ({
  'vpc-id': (vpc) => [vpc.id],
  cidr: (vpc) => [vpc.cidr],
  'cidr-block-association.cidr-block': (vpc) => vpc.cidrs.map((row) => row.cidr),
  'cidr-block-association.association-id': (vpc) => vpc.cidrs.map((row) => row.associationId),
  'cidr-block-association.state': (vpc) => vpc.cidrs.map((row) => row.state),
  'ipv6-cidr-block-association.ipv6-cidr-block': (vpc) => vpc.ipv6Cidrs.map((row) => row.cidr),
  'ipv6-cidr-block-association.association-id': (vpc) => vpc.ipv6Cidrs.map((row) => row.associationId),
  'ipv6-cidr-block-association.state': (vpc) => vpc.ipv6Cidrs.map((row) => row.state),
  'dhcp-options-id': (vpc) => [vpc.dhcpOptionsId],
  'is-default': (vpc) => [vpc.isDefault],
  isDefault: (vpc) => [vpc.isDefault],
  'owner-id': () => [call.account],
  state: () => ['available'],
});

function describeVpcs(input: DescribeVpcsRequest, call: Call): DescribeVpcsResult {
  const found = listing(call, 'vpcs', { question: { ...input, ids: input.VpcIds }, fields: fields(call) });
  return { Vpcs: found.items.map((vpc) => vpcOutput(call, vpc)), ...nextToken(found) };
}

export const vpcHandlers: Handlers = { CreateVpc: createVpc, DeleteVpc: deleteVpc, DescribeVpcs: describeVpcs };
