import type {
  CreateTagsRequest,
  DeleteTagsRequest,
  DescribeTagsRequest,
  DescribeTagsResult,
  ResourceType,
  Tag,
  TagSpecification,
} from '@aws-sdk/client-ec2';
import type { Handlers, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { applyFilters } from './filter.ts';
import type { Maps } from './lookup.ts';
import { required, unknownId } from './lookup.ts';
import { checkMetadataTags, tellsTags } from './metadata-tags.ts';
import { page } from './page.ts';
import type { Ec2State } from './state.ts';
import { resourceTypeOf } from './tag-types.ts';

export type Tags = Readonly<Record<string, string>>;

const maxTags = 50;

function checkedTags(list: readonly Tag[]): Tags {
  const tags: Record<string, string> = {};
  for (const { Key, Value } of list) {
    const key = required(Key, 'tagKey');
    if (key in tags) throw new AwsError('InvalidParameterValue', `Duplicate tag key '${key}' specified.`);
    if (key.toLowerCase().startsWith('aws:')) {
      throw new AwsError('InvalidParameterValue', `Tag keys starting with 'aws:' are reserved for internal use`);
    }
    if (key.length > 127)
      throw new AwsError('InvalidParameterValue', `Tag key exceeds the maximum length of 127 characters`);
    if ((Value ?? '').length > 255)
      throw new AwsError('InvalidParameterValue', `Tag value exceeds the maximum length of 255 characters`);
    tags[key] = Value ?? '';
  }
  return tags;
}

function checkLimit(tags: Tags): void {
  const own = Object.keys(tags).filter((key) => !key.startsWith('aws:'));
  if (own.length > maxTags) {
    throw new AwsError(
      'TagLimitExceeded',
      `More than ${maxTags} tags specified: the maximum number of tags for a resource has been reached.`,
    );
  }
}

/** The tags that a creation asks for its resource, checked. Throws where a specification names another type than `allowed`. */
export function tagsFor(
  specifications: readonly TagSpecification[] | undefined,
  type: ResourceType,
  allowed: readonly ResourceType[] = [type],
): Tags {
  const wrong = (specifications ?? []).find((spec) => !allowed.includes(spec.ResourceType as ResourceType));
  if (wrong !== undefined) {
    const why = `'${wrong.ResourceType ?? ''}' is not a valid taggable resource type for this operation.`;
    throw new AwsError('InvalidParameterValue', why);
  }
  const tags = checkedTags(
    (specifications ?? []).filter((spec) => spec.ResourceType === type).flatMap((spec) => spec.Tags ?? []),
  );
  checkLimit(tags);
  return tags;
}

/** Adds tags to a resource, over those it has. For AWS services too, whose `aws:` keys users may not write. */
export function setTags(ec2: Ec2State, id: string, tags: Tags): void {
  if (Object.keys(tags).length === 0) return;
  ec2.tags[id] = { ...ec2.tags[id], ...tags };
}

/** A resource's tags by key. */
export const tagsOf = (ec2: Ec2State, id: string): Tags => ec2.tags[id] ?? {};

/** A resource's tags as AWS lists them. */
export const tagList = (ec2: Ec2State, id: string): Tag[] =>
  Object.entries(tagsOf(ec2, id)).map(([Key, Value]) => ({ Key, Value }));

/** Removes a resource and its tags. */
export function forget(ec2: Ec2State, map: keyof Maps, id: string): void {
  delete ec2[map]?.[id];
  delete ec2.tags[id];
}

const mapsByPrefix: Readonly<Record<string, keyof Maps>> = {
  'vpc-': 'vpcs',
  'dopt-': 'dhcpOptions',
  'subnet-': 'subnets',
  'igw-': 'internetGateways',
  'eigw-': 'egressOnlyGateways',
  'eipalloc-': 'addresses',
  'nat-': 'natGateways',
  'rtb-': 'routeTables',
  'acl-': 'networkAcls',
  'sg-': 'securityGroups',
  'sgr-': 'securityGroupRules',
  'eni-': 'networkInterfaces',
  'vpce-': 'vpcEndpoints',
  'fl-': 'flowLogs',
  'key-': 'keyPairs',
  'lt-': 'launchTemplates',
  'i-': 'instances',
  'vol-': 'volumes',
  'snap-': 'snapshots',
  'tgw-': 'transitGateways',
  'pl-': 'managedPrefixLists',
};

function checkTaggable(ec2: Ec2State, id: string): void {
  const prefix = id.slice(0, id.indexOf('-') + 1);
  if (prefix === 'sir-' && Object.values(ec2.instances).some((i) => i.spotRequestId === id)) return;
  const map = mapsByPrefix[prefix];
  if (map === undefined) throw new AwsError('InvalidID', `The ID '${id}' is not valid`);
  if (ec2[map]?.[id] === undefined) throw unknownId(map, id);
}

function createTags(input: CreateTagsRequest, call: Turn): Record<string, never> {
  const ids = required(input.Resources, 'resourceIdSet');
  const tags = checkedTags(required(input.Tags, 'tagSet'));
  for (const id of ids) {
    checkTaggable(call.state.ec2, id);
    checkLimit({ ...tagsOf(call.state.ec2, id), ...tags });
    if (tellsTags(call.state.ec2, id)) checkMetadataTags(Object.keys(tags));
  }
  for (const id of ids) setTags(call.state.ec2, id, tags);
  return {};
}

function remaining(tags: Tags, remove: readonly Tag[] | undefined): Record<string, string> {
  const kept = Object.entries(tags).filter(([key, value]) => {
    if (key.startsWith('aws:')) return true;
    if (remove === undefined || remove.length === 0) return false;
    return !remove.some((tag) => tag.Key === key && (tag.Value === undefined || tag.Value === value));
  });
  return Object.fromEntries(kept);
}

function deleteTags(input: DeleteTagsRequest, call: Turn): Record<string, never> {
  const ids = required(input.Resources, 'resourceIdSet');
  const { ec2 } = call.state;
  for (const id of ids) checkTaggable(ec2, id);
  for (const id of ids) {
    const kept = remaining(tagsOf(ec2, id), input.Tags);
    if (Object.keys(kept).length > 0) ec2.tags[id] = kept;
    else delete ec2.tags[id];
  }
  return {};
}

interface TagRow {
  readonly id: string;
  readonly type: ResourceType | undefined;
  readonly key: string;
  readonly value: string;
}

function describeTags(input: DescribeTagsRequest, call: Turn): DescribeTagsResult {
  const rows = Object.entries(call.state.ec2.tags).flatMap(([id, tags]): TagRow[] =>
    Object.entries(tags).map(([key, value]) => ({ id, type: resourceTypeOf(id), key, value })),
  );
  const kept = applyFilters(rows, input.Filters, {
    fields: {
      key: (row) => [row.key],
      value: (row) => [row.value],
      'resource-id': (row) => [row.id],
      'resource-type': (row) => [row.type],
    },
    tagsOf: (row) => ({ [row.key]: row.value }),
  });
  const { items, nextToken } = page(kept, input);
  return {
    Tags: items.map((row) => ({
      ResourceId: row.id,
      ...(row.type !== undefined && { ResourceType: row.type }),
      Key: row.key,
      Value: row.value,
    })),
    ...(nextToken !== undefined && { NextToken: nextToken }),
  };
}

export const tagHandlers: Handlers = { CreateTags: createTags, DeleteTags: deleteTags, DescribeTags: describeTags };
