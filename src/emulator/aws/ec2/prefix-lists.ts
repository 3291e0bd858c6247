import type { DescribePrefixListsRequest, DescribePrefixListsResult } from '@aws-sdk/client-ec2';
import { sha256Hex } from '../../../base/hash.ts';
import type { Call, Handlers, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { applyFilters } from './filter.ts';
import { mapOf } from './lookup.ts';
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

/** AWS answers so here even where the id cannot be one. */
export const noSuchPrefixList = (id: string): AwsError =>
  new AwsError('InvalidPrefixListID.NotFound', `The prefix list ID '${id}' does not exist`);

/** A list by its id, AWS's or the account's own, and how many rules or routes it counts for. Throws InvalidPrefixListID.NotFound. */
export function prefixListById(turn: Turn, id: string): { readonly id: string; readonly weight: number } {
  const own = mapOf(turn.state.ec2, 'managedPrefixLists')[id];
  if (own !== undefined) return { id, weight: own.maxEntries };
  // https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html#aws-managed-prefix-list-weights
  if (prefixListsOf(turn.region).some((list) => list.id === id)) return { id, weight: 1 };
  throw noSuchPrefixList(id);
}

function chosen(region: string, ids: readonly string[] | undefined): readonly PrefixList[] {
  const all = prefixListsOf(region);
  if (ids === undefined || ids.length === 0) return all;
  return ids.map((id) => {
    const found = all.find((list) => list.id === id);
    if (found === undefined) throw noSuchPrefixList(id);
    return found;
  });
}

function describePrefixLists(input: DescribePrefixListsRequest, call: Call): DescribePrefixListsResult {
  const kept = applyFilters(chosen(call.region, input.PrefixListIds), input.Filters, {
    fields: { 'prefix-list-id': (list) => [list.id], 'prefix-list-name': (list) => [list.name] },
    tagsOf: () => ({}),
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

export const prefixListHandlers: Handlers = { DescribePrefixLists: describePrefixLists };
