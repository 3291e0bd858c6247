import type {
  CreateSubnetRequest,
  CreateSubnetResult,
  DeleteSubnetRequest,
  DescribeSubnetsRequest,
  DescribeSubnetsResult,
  Subnet,
} from '@aws-sdk/client-ec2';
import { cidr, containsCidr, overlaps } from '../../../base/cidr.ts';
import type { Call, Handlers, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { readCidr } from './addresses-in.ts';
import type { Fields } from './filter.ts';
import { checkLimit } from './limits.ts';
import { listing, nextToken } from './listing.ts';
import { get, required } from './lookup.ts';
import type { SubnetRecord, VpcRecord } from './network-records.ts';
import { freeAddressCount } from './private-addresses.ts';
import { forget, setTags, tagList, tagsFor } from './tags.ts';
import type { Zone } from './zones.ts';
import { zonesOf } from './zones.ts';

const subnetArn = (call: Turn, id: string): string => `arn:aws:ec2:${call.region}:${call.account}:subnet/${id}`;

/** A subnet as AWS describes it. */
export function subnetOutput(call: Turn, subnet: SubnetRecord): Subnet {
  return {
    SubnetId: subnet.id,
    SubnetArn: subnetArn(call, subnet.id),
    OwnerId: call.account,
    VpcId: subnet.vpcId,
    State: 'available',
    ...(!subnet.ipv6Native && { CidrBlock: subnet.cidr }),
    AvailableIpAddressCount: freeAddressCount(call.state.ec2, subnet),
    AvailabilityZone: subnet.zone,
    AvailabilityZoneId: subnet.zoneId,
    DefaultForAz: subnet.defaultForAz,
    MapPublicIpOnLaunch: subnet.mapPublicIpOnLaunch,
    MapCustomerOwnedIpOnLaunch: false,
    AssignIpv6AddressOnCreation: subnet.assignIpv6OnCreation,
    EnableDns64: subnet.enableDns64,
    Ipv6Native: subnet.ipv6Native,
    PrivateDnsNameOptionsOnLaunch: {
      HostnameType: subnet.hostnameType,
      EnableResourceNameDnsARecord: subnet.dnsARecord,
      EnableResourceNameDnsAAAARecord: subnet.dnsAaaaRecord,
    },
    BlockPublicAccessStates: { InternetGatewayBlockMode: 'off' },
    Ipv6CidrBlockAssociationSet: subnet.ipv6Cidrs.map((row) => ({
      AssociationId: row.associationId,
      Ipv6CidrBlock: row.cidr,
      Ipv6CidrBlockState: { State: row.state },
      Ipv6AddressAttribute: 'public' as const,
      IpSource: 'amazon' as const,
    })),
    Tags: tagList(call.state.ec2, subnet.id),
  };
}

function zoneOf(call: Call, input: CreateSubnetRequest): Zone {
  const zones = zonesOf(call.region);
  const { AvailabilityZone: name, AvailabilityZoneId: id } = input;
  const zone = zones.find((one) => (name === undefined || one.name === name) && (id === undefined || one.id === id));
  if (zone !== undefined) return zone;
  const known = zones.map((one) => (name === undefined ? one.id : one.name)).join(', ');
  const parameter = name === undefined ? 'availabilityZoneId' : 'availabilityZone';
  throw new AwsError(
    'InvalidParameterValue',
    `Value (${name ?? id}) for parameter ${parameter} is invalid. Subnets can currently only be created in the following availability zones: ${known}.`,
  );
}

function ipv4Range(call: Call, vpc: VpcRecord, text: string): string {
  const range = readCidr(text, 'cidrBlock');
  const fits = range.prefix >= 16 && range.prefix <= 28 && vpc.cidrs.some((row) => containsCidr(cidr(row.cidr), range));
  if (range.version !== 4 || !fits) throw new AwsError('InvalidSubnet.Range', `The CIDR '${text}' is invalid.`);
  const siblings = Object.values(call.state.ec2.subnets).filter((s) => s.vpcId === vpc.id && !s.ipv6Native);
  if (siblings.some((sibling) => overlaps(cidr(sibling.cidr), range))) {
    throw new AwsError('InvalidSubnet.Conflict', `The CIDR '${text}' conflicts with another subnet`);
  }
  return range.text;
}

/** Checks an IPv6 range for a subnet: /44 to /64 in steps of four, within the VPC's, free. */
export function ipv6Range(call: Call, vpc: VpcRecord, text: string): string {
  const range = readCidr(text, 'ipv6CidrBlock');
  const sized = range.version === 6 && range.prefix >= 44 && range.prefix <= 64 && range.prefix % 4 === 0;
  if (!sized || !vpc.ipv6Cidrs.some((row) => containsCidr(cidr(row.cidr), range))) {
    throw new AwsError('InvalidSubnet.Range', `The CIDR '${text}' is invalid.`);
  }
  const taken = Object.values(call.state.ec2.subnets)
    .filter((s) => s.vpcId === vpc.id)
    .flatMap((s) => s.ipv6Cidrs);
  if (taken.some((row) => overlaps(cidr(row.cidr), range))) {
    throw new AwsError('InvalidSubnet.Conflict', `The CIDR '${text}' conflicts with another subnet`);
  }
  return range.text;
}

function readSubnet(input: CreateSubnetRequest, call: Call, vpc: VpcRecord): Omit<SubnetRecord, 'id'> {
  const native = input.Ipv6Native === true;
  if (input.Ipv4IpamPoolId !== undefined || input.Ipv6IpamPoolId !== undefined) {
    throw new AwsError('NotImplemented', 'IPAM pools are not part of the embedded AWS.', 501);
  }
  if (input.OutpostArn !== undefined)
    throw new AwsError('NotImplemented', 'Outposts are not part of the embedded AWS.', 501);
  if (native && input.Ipv6CidrBlock === undefined) required(input.Ipv6CidrBlock, 'ipv6CidrBlock');
  const zone = zoneOf(call, input);
  const range = native ? '' : ipv4Range(call, vpc, required(input.CidrBlock, 'cidrBlock'));
  const ipv6 = input.Ipv6CidrBlock === undefined ? undefined : ipv6Range(call, vpc, input.Ipv6CidrBlock);
  return {
    vpcId: vpc.id,
    cidr: range,
    zone: zone.name,
    zoneId: zone.id,
    defaultForAz: false,
    ipv6Native: native,
    ipv6Cidrs:
      ipv6 === undefined ? [] : [{ associationId: call.newId('subnet-cidr-assoc-'), cidr: ipv6, state: 'associated' }],
    mapPublicIpOnLaunch: false,
    assignIpv6OnCreation: native,
    enableDns64: false,
    hostnameType: native ? 'resource-name' : 'ip-name',
    dnsARecord: false,
    dnsAaaaRecord: false,
    createdAt: call.now,
  };
}

function createSubnet(input: CreateSubnetRequest, call: Call): CreateSubnetResult {
  const { ec2 } = call.state;
  const vpc = get(call, 'vpcs', input.VpcId);
  const tags = tagsFor(input.TagSpecifications, 'subnet');
  checkLimit(call, 'subnetsPerVpc', {
    have: Object.values(ec2.subnets).filter((subnet) => subnet.vpcId === vpc.id).length,
    code: 'SubnetLimitExceeded',
    message: 'The maximum number of subnets has been reached.',
  });
  const subnet: SubnetRecord = { id: call.newId('subnet-'), ...readSubnet(input, call, vpc) };
  ec2.subnets[subnet.id] = subnet;
  const acl = Object.values(ec2.networkAcls).find((one) => one.vpcId === vpc.id && one.isDefault);
  acl?.associations.push({ id: call.newId('aclassoc-'), subnetId: subnet.id });
  setTags(ec2, subnet.id, tags);
  return { Subnet: subnetOutput(call, subnet) };
}

function deleteSubnet(input: DeleteSubnetRequest, call: Call): Record<string, never> {
  const { ec2 } = call.state;
  const { id } = get(call, 'subnets', input.SubnetId);
  if (Object.values(ec2.networkInterfaces).some((eni) => eni.subnetId === id)) {
    throw new AwsError('DependencyViolation', `The subnet '${id}' has dependencies and cannot be deleted.`);
  }
  for (const acl of Object.values(ec2.networkAcls))
    acl.associations = acl.associations.filter((a) => a.subnetId !== id);
  for (const table of Object.values(ec2.routeTables)) {
    table.associations = table.associations.filter((a) => a.subnetId !== id);
  }
  forget(ec2, 'subnets', id);
  return {};
}

function fields(call: Turn): Fields<SubnetRecord> {
  const range = (subnet: SubnetRecord) => [subnet.cidr];
  const zone = (subnet: SubnetRecord) => [subnet.zone];
  const byDefault = (subnet: SubnetRecord) => [subnet.defaultForAz];
  return {
    'subnet-id': (subnet) => [subnet.id],
    'subnet-arn': (subnet) => [subnetArn(call, subnet.id)],
    'vpc-id': (subnet) => [subnet.vpcId],
    'cidr-block': range,
    cidr: range,
    cidrBlock: range,
    'availability-zone': zone,
    availabilityZone: zone,
    'availability-zone-id': (subnet) => [subnet.zoneId],
    availabilityZoneId: (subnet) => [subnet.zoneId],
    'available-ip-address-count': (subnet) => [freeAddressCount(call.state.ec2, subnet)],
    'default-for-az': byDefault,
    defaultForAz: byDefault,
    'enable-dns64': (subnet) => [subnet.enableDns64],
    'ipv6-cidr-block-association.ipv6-cidr-block': (subnet) => subnet.ipv6Cidrs.map((row) => row.cidr),
    'ipv6-cidr-block-association.association-id': (subnet) => subnet.ipv6Cidrs.map((row) => row.associationId),
    'ipv6-cidr-block-association.state': (subnet) => subnet.ipv6Cidrs.map((row) => row.state),
    'ipv6-native': (subnet) => [subnet.ipv6Native],
    'map-public-ip-on-launch': (subnet) => [subnet.mapPublicIpOnLaunch],
    'owner-id': () => [call.account],
    state: () => ['available'],
  };
}

function describeSubnets(input: DescribeSubnetsRequest, call: Call): DescribeSubnetsResult {
  const found = listing(call, 'subnets', { question: { ...input, ids: input.SubnetIds }, fields: fields(call) });
  return { Subnets: found.items.map((subnet) => subnetOutput(call, subnet)), ...nextToken(found) };
}

export const subnetHandlers: Handlers = {
  CreateSubnet: createSubnet,
  DeleteSubnet: deleteSubnet,
  DescribeSubnets: describeSubnets,
};
