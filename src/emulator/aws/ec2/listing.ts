import type { Filter } from '@aws-sdk/client-ec2';
import type { Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import type { Fields } from './filter.ts';
import { applyFilters } from './filter.ts';
import type { Maps } from './lookup.ts';
import { mapOf, unknownId } from './lookup.ts';
import type { Page } from './page.ts';
import { page } from './page.ts';
import { tagsOf } from './tags.ts';

/** What a Describe operation asks. */
export interface Question {
  readonly ids?: readonly string[] | undefined;
  readonly Filters?: readonly Filter[] | undefined;
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

/** The resources of a map that a Describe operation asks for: by ids (each must exist), filtered, one page. */
export function listing<K extends keyof Maps>(
  turn: Turn,
  map: K,
  how: {
    readonly question: Question;
    readonly fields: Fields<Maps[K][string]>;
    readonly limits?: { readonly min: number; readonly max: number };
  },
): Page<Maps[K][string]> {
  type Item = Maps[K][string];
  const records: Readonly<Record<string, Item>> = mapOf(turn.state.ec2, map);
  const { ids, Filters } = how.question;
  if (ids !== undefined && ids.length > 1000) {
    throw new AwsError('InvalidParameterValue', 'The maximum number of ids in one request is 1000');
  }
  const chosen =
    (ids ?? []).length > 0 ? [...new Set(ids)].map((id) => records[id] ?? unknown(map, id)) : Object.values(records);
  const idOf = (item: Item): string => ('allocationId' in item ? item.allocationId : item.id);
  const kept = applyFilters<Item>(chosen, Filters, {
    fields: how.fields,
    tagsOf: (item) => tagsOf(turn.state.ec2, idOf(item)),
  });
  return page(kept, how.question, how.limits);
}

function unknown(map: keyof Maps, id: string): never {
  throw unknownId(map, id);
}

/** The token member of a paginated answer, absent on the last page. */
export const nextToken = (answer: { readonly nextToken?: string }): { NextToken?: string } =>
  answer.nextToken === undefined ? {} : { NextToken: answer.nextToken };
