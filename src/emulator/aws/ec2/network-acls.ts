import type {
  CreateNetworkAclEntryRequest,
  DeleteNetworkAclEntryRequest,
  DescribeNetworkAclsRequest,
  DescribeNetworkAclsResult,
  NetworkAcl,
  ReplaceNetworkAclEntryRequest,
} from '@aws-sdk/client-ec2';
import type { Call, Handlers, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { readCidr } from './addresses-in.ts';
import type { Fields } from './filter.ts';
import { listing, nextToken } from './listing.ts';
import { get, required } from './lookup.ts';
import type { NetworkAclEntryRecord, NetworkAclRecord } from './network-records.ts';
import { tagList } from './tags.ts';

const output = (call: Turn, acl: NetworkAclRecord): NetworkAcl => ({
  NetworkAclId: acl.id,
  VpcId: acl.vpcId,
  IsDefault: acl.isDefault,
  OwnerId: call.account,
  Associations: acl.associations.map((one) => ({
    NetworkAclAssociationId: one.id,
    NetworkAclId: acl.id,
    SubnetId: one.subnetId,
  })),
  Entries: acl.entries.map((entry) => ({
    RuleNumber: entry.ruleNumber,
    Protocol: entry.protocol,
    RuleAction: entry.action,
    Egress: entry.egress,
    ...(entry.cidr !== undefined && { CidrBlock: entry.cidr }),
    ...(entry.ipv6Cidr !== undefined && { Ipv6CidrBlock: entry.ipv6Cidr }),
    ...(entry.fromPort !== undefined && { PortRange: { From: entry.fromPort, To: entry.toPort ?? entry.fromPort } }),
  })),
  Tags: tagList(call.state.ec2, acl.id),
});

const fields = (call: Turn): Fields<NetworkAclRecord> => ({
  'network-acl-id': (acl) => [acl.id],
  'vpc-id': (acl) => [acl.vpcId],
  default: (acl) => [acl.isDefault],
  'owner-id': () => [call.account],
  'association.association-id': (acl) => acl.associations.map((one) => one.id),
  'association.network-acl-id': (acl) => acl.associations.map(() => acl.id),
  'association.subnet-id': (acl) => acl.associations.map((one) => one.subnetId),
  'entry.cidr': (acl) => acl.entries.map((entry) => entry.cidr),
  'entry.egress': (acl) => acl.entries.map((entry) => entry.egress),
  'entry.protocol': (acl) => acl.entries.map((entry) => entry.protocol),
  'entry.rule-action': (acl) => acl.entries.map((entry) => entry.action),
  'entry.rule-number': (acl) => acl.entries.map((entry) => entry.ruleNumber),
});

function describeNetworkAcls(input: DescribeNetworkAclsRequest, call: Call): DescribeNetworkAclsResult {
  const found = listing(call, 'networkAcls', {
    question: { ...input, ids: input.NetworkAclIds },
    fields: fields(call),
  });
  return { NetworkAcls: found.items.map((acl) => output(call, acl)), ...nextToken(found) };
}

function readEntry(input: CreateNetworkAclEntryRequest): NetworkAclEntryRecord {
  const ruleNumber = required(input.RuleNumber, 'ruleNumber');
  if (ruleNumber < 1 || ruleNumber > 32766) {
    throw new AwsError(
      'InvalidParameterValue',
      `Value (${ruleNumber}) for parameter ruleNumber is invalid. Must be 1 to 32766.`,
    );
  }
  const v6 = input.Ipv6CidrBlock;
  const range =
    v6 === undefined
      ? { cidr: readCidr(required(input.CidrBlock, 'cidrBlock'), 'cidrBlock').text }
      : { ipv6Cidr: readCidr(v6, 'ipv6CidrBlock').text };
  const { From: from, To: to } = input.PortRange ?? {};
  return {
    ruleNumber,
    protocol: required(input.Protocol, 'protocol'),
    action: required(input.RuleAction, 'ruleAction'),
    egress: input.Egress === true,
    ...range,
    ...(from !== undefined && { fromPort: from, toPort: to ?? from }),
  };
}

const sameEntry =
  (a: { ruleNumber: number; egress: boolean }) =>
  (b: NetworkAclEntryRecord): boolean =>
    a.ruleNumber === b.ruleNumber && a.egress === b.egress;

function createEntry(input: CreateNetworkAclEntryRequest, call: Call): Record<string, never> {
  const acl = get(call, 'networkAcls', input.NetworkAclId);
  const entry = readEntry(input);
  if (acl.entries.some(sameEntry(entry))) {
    throw new AwsError(
      'NetworkAclEntryAlreadyExists',
      `The network acl entry identified by ${entry.ruleNumber} already exists.`,
    );
  }
  acl.entries.push(entry);
  return {};
}

const noEntry = (ruleNumber: number): AwsError =>
  new AwsError('InvalidNetworkAclEntry.NotFound', `The network acl entry identified by ${ruleNumber} does not exist`);

function replaceEntry(input: ReplaceNetworkAclEntryRequest, call: Call): Record<string, never> {
  const acl = get(call, 'networkAcls', input.NetworkAclId);
  const entry = readEntry(input);
  if (!acl.entries.some(sameEntry(entry))) throw noEntry(entry.ruleNumber);
  acl.entries = acl.entries.map((one) => (sameEntry(entry)(one) ? entry : one));
  return {};
}

function deleteEntry(input: DeleteNetworkAclEntryRequest, call: Call): Record<string, never> {
  const acl = get(call, 'networkAcls', input.NetworkAclId);
  const wanted = { ruleNumber: required(input.RuleNumber, 'ruleNumber'), egress: input.Egress === true };
  if (wanted.ruleNumber > 32766 || !acl.entries.some(sameEntry(wanted))) throw noEntry(wanted.ruleNumber);
  acl.entries = acl.entries.filter((one) => !sameEntry(wanted)(one));
  return {};
}

export const networkAclHandlers: Handlers = {
  DescribeNetworkAcls: describeNetworkAcls,
  CreateNetworkAclEntry: createEntry,
  ReplaceNetworkAclEntry: replaceEntry,
  DeleteNetworkAclEntry: deleteEntry,
};
