import type {
  AssociateDhcpOptionsRequest,
  CreateDhcpOptionsRequest,
  CreateDhcpOptionsResult,
  DeleteDhcpOptionsRequest,
  DescribeDhcpOptionsRequest,
  DescribeDhcpOptionsResult,
  DhcpOptions,
} from '@aws-sdk/client-ec2';
import type { Call, Handlers, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { listing, nextToken } from './listing.ts';
import { get, required } from './lookup.ts';
import type { DhcpOptionsRecord } from './network-records.ts';
import { forget, setTags, tagList, tagsFor } from './tags.ts';

const output = (call: Turn, options: DhcpOptionsRecord): DhcpOptions => ({
  DhcpOptionsId: options.id,
  OwnerId: call.account,
  DhcpConfigurations: options.configurations.map(({ key, values }) => ({
    Key: key,
    Values: values.map((Value) => ({ Value })),
  })),
  Tags: tagList(call.state.ec2, options.id),
});

const known = [
  'domain-name-servers',
  'domain-name',
  'ntp-servers',
  'netbios-name-servers',
  'netbios-node-type',
  'ipv6-address-preferred-lease-time',
];

function createDhcpOptions(input: CreateDhcpOptionsRequest, call: Call): CreateDhcpOptionsResult {
  const tags = tagsFor(input.TagSpecifications, 'dhcp-options');
  const configurations = required(input.DhcpConfigurations, 'dhcpConfigurationSet').map(({ Key, Values }) => {
    const key = required(Key, 'key');
    if (!known.includes(key))
      throw new AwsError('InvalidParameterValue', `Value (${key}) for parameter key is invalid. Unknown DHCP option`);
    return { key, values: Values ?? [] };
  });
  const options: DhcpOptionsRecord = { id: call.newId('dopt-'), configurations };
  call.state.ec2.dhcpOptions[options.id] = options;
  setTags(call.state.ec2, options.id, tags);
  return { DhcpOptions: output(call, options) };
}

function deleteDhcpOptions(input: DeleteDhcpOptionsRequest, call: Call): Record<string, never> {
  const { id } = get(call, 'dhcpOptions', input.DhcpOptionsId);
  if (Object.values(call.state.ec2.vpcs).some((vpc) => vpc.dhcpOptionsId === id)) {
    throw new AwsError('DependencyViolation', `The dhcpOptions '${id}' has dependencies and cannot be deleted.`);
  }
  forget(call.state.ec2, 'dhcpOptions', id);
  return {};
}

function associateDhcpOptions(input: AssociateDhcpOptionsRequest, call: Call): Record<string, never> {
  const vpc = get(call, 'vpcs', input.VpcId);
  vpc.dhcpOptionsId = input.DhcpOptionsId === 'default' ? 'default' : get(call, 'dhcpOptions', input.DhcpOptionsId).id;
  return {};
}

function describeDhcpOptions(input: DescribeDhcpOptionsRequest, call: Call): DescribeDhcpOptionsResult {
  const found = listing(call, 'dhcpOptions', {
    question: { ...input, ids: input.DhcpOptionsIds },
    fields: {
      'dhcp-options-id': (options) => [options.id],
      key: (options) => options.configurations.map((row) => row.key),
      value: (options) => options.configurations.flatMap((row) => row.values),
      'owner-id': () => [call.account],
    },
  });
  return { DhcpOptions: found.items.map((options) => output(call, options)), ...nextToken(found) };
}

export const dhcpHandlers: Handlers = {
  CreateDhcpOptions: createDhcpOptions,
  DeleteDhcpOptions: deleteDhcpOptions,
  AssociateDhcpOptions: associateDhcpOptions,
  DescribeDhcpOptions: describeDhcpOptions,
};
