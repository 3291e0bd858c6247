import type {
  DescribeManagedPrefixListsRequest,
  DescribeManagedPrefixListsResult,
  DescribePrefixListsRequest,
  DescribePrefixListsResult,
  GetManagedPrefixListEntriesRequest,
  GetManagedPrefixListEntriesResult,
} from '@aws-sdk/client-ec2';
import { sha256Hex } from '../../../base/hash.ts';
import type { Call, Handlers } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { applyFilters } from './filter.ts';
import { required } from './lookup.ts';
import { page } from './page.ts';

/** A prefix list that AWS keeps: the public ranges of a service that has gateway endpoints. */
export interface PrefixList {
  readonly id: string;
  readonly name: string;
  readonly version: 4 | 6;
  readonly cidrs: readonly string[];
}

const rows = [
  { service: 's3', version: 4, cidrs: ['3.5.0.0/19', '16.182.0.0/16', '52.216.0.0/15', '54.231.0.0/16'] },
  { service: 'dynamodb', version: 4, cidrs: ['3.218.180.0/22', '35.71.64.0/22', '52.94.0.0/22'] },
  { service: 'ipv6.s3', version: 6, cidrs: ['2600:1fa0:8000::/39'] },
  { service: 'ipv6.dynamodb', version: 6, cidrs: ['2600:1f62:f000::/40'] },
] as const;

/** The prefix lists of a region; their ids follow from its name. */
export const prefixListsOf = (region: string): readonly PrefixList[] =>
  rows.map(({ service, version, cidrs }) => ({
    id: `pl-${sha256Hex(`${region} ${service}`).slice(0, 8)}`,
    name: `com.amazonaws.${region}.${service}`,
    version,
    cidrs,
  }));

/** The prefix list of a service name (`com.amazonaws.us-east-1.s3`) in a region. */
export const prefixListOf = (region: string, serviceName: string): PrefixList | undefined =>
  prefixListsOf(region).find((list) => list.name === serviceName);

const noSuchList = (id: string): AwsError =>
  new AwsError('InvalidPrefixListID.NotFound', `The prefix list ID '${id}' does not exist`);

function chosen(region: string, ids: readonly string[] | undefined): readonly PrefixList[] {
  const all = prefixListsOf(region);
  if (ids === undefined || ids.length === 0) return all;
  return ids.map((id) => all.find((list) => list.id === id) ?? fail(noSuchList(id)));
}

function fail(error: AwsError): never {
  throw error;
}

/** The prefix list with this id. Throws InvalidPrefixListID.NotFound. */
export function prefixListById(region: string, id: string): PrefixList {
  return prefixListsOf(region).find((list) => list.id === id) ?? fail(noSuchList(id));
}

const noTags = (): Readonly<Record<string, string>> => ({});

function describePrefixLists(input: DescribePrefixListsRequest, call: Call): DescribePrefixListsResult {
  const kept = applyFilters(chosen(call.region, input.PrefixListIds), input.Filters, {
    fields: { 'prefix-list-id': (list) => [list.id], 'prefix-list-name': (list) => [list.name] },
    tagsOf: noTags,
  });
  const found = page(kept, input);
  return {
    PrefixLists: found.items.map((list) => ({
      PrefixListId: list.id,
      PrefixListName: list.name,
      Cidrs: [...list.cidrs],
    })),
    ...(found.nextToken !== undefined && { NextToken: found.nextToken }),
  };
}

function describeManaged(input: DescribeManagedPrefixListsRequest, call: Call): DescribeManagedPrefixListsResult {
  const kept = applyFilters(chosen(call.region, input.PrefixListIds), input.Filters, {
    fields: {
      'prefix-list-id': (list) => [list.id],
      'prefix-list-name': (list) => [list.name],
      'owner-id': () => ['AWS'],
    },
    tagsOf: noTags,
  });
  const found = page(kept, input, { min: 1, max: 100 });
  return {
    PrefixLists: found.items.map((list) => ({
      PrefixListId: list.id,
      PrefixListName: list.name,
      PrefixListArn: `arn:aws:ec2:${call.region}:aws:prefix-list/${list.id}`,
      AddressFamily: list.version === 4 ? 'IPv4' : 'IPv6',
      State: 'create-complete',
      OwnerId: 'AWS',
      Tags: [],
    })),
    ...(found.nextToken !== undefined && { NextToken: found.nextToken }),
  };
}

function entries(input: GetManagedPrefixListEntriesRequest, call: Call): GetManagedPrefixListEntriesResult {
  const list = prefixListById(call.region, required(input.PrefixListId, 'prefixListId'));
  return { Entries: list.cidrs.map((Cidr) => ({ Cidr })) };
}

export const prefixListHandlers: Handlers = {
  DescribePrefixLists: describePrefixLists,
  DescribeManagedPrefixLists: describeManaged,
  GetManagedPrefixListEntries: entries,
};
