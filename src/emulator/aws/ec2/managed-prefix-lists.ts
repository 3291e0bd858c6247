import type {
  AddPrefixListEntry,
  CreateManagedPrefixListRequest,
  CreateManagedPrefixListResult,
  DeleteManagedPrefixListRequest,
  DeleteManagedPrefixListResult,
  DescribeManagedPrefixListsRequest,
  DescribeManagedPrefixListsResult,
  GetManagedPrefixListEntriesRequest,
  GetManagedPrefixListEntriesResult,
  ManagedPrefixList,
  ModifyManagedPrefixListRequest,
  ModifyManagedPrefixListResult,
} from '@aws-sdk/client-ec2';
import { parseCidr } from '../../../base/cidr.ts';
import { seconds } from '../../../base/duration.ts';
import type { Call, Handlers, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { applyFilters } from './filter.ts';
import { once } from './idempotency.ts';
import { get, mapOf, required } from './lookup.ts';
import type { ManagedPrefixListRecord, PrefixListEntryRecord } from './network-records.ts';
import { page } from './page.ts';
import { noSuchPrefixList, type PrefixList, prefixListsOf } from './prefix-lists.ts';
import { forget, setTags, tagList, tagsFor, tagsOf } from './tags.ts';

/** How long a list is being made or changed. */
const taking = seconds(2);

const invalid = (message: string): AwsError => new AwsError('InvalidParameterValue', message);

const arnOf = (turn: Turn, id: string, owner = turn.account): string =>
  `arn:${turn.world.partition}:ec2:${turn.region}:${owner}:prefix-list/${id}`;

const ownView = (turn: Turn, list: ManagedPrefixListRecord): ManagedPrefixList => ({
  PrefixListId: list.id,
  PrefixListName: list.name,
  PrefixListArn: arnOf(turn, list.id),
  AddressFamily: list.family,
  State: `${list.lastChange}-${turn.now < list.changedAt + taking.ms ? 'in-progress' : 'complete'}`,
  MaxEntries: list.maxEntries,
  Version: list.version,
  OwnerId: turn.account,
  Tags: tagList(turn.state.ec2, list.id),
});

const awsView = (turn: Turn, list: PrefixList): ManagedPrefixList => ({
  PrefixListId: list.id,
  PrefixListName: list.name,
  PrefixListArn: arnOf(turn, list.id, 'aws'),
  AddressFamily: list.version === 4 ? 'IPv4' : 'IPv6',
  State: 'create-complete',
  OwnerId: 'AWS',
  Tags: [],
});

const ownLists = (turn: Turn): ManagedPrefixListRecord[] => Object.values(mapOf(turn.state.ec2, 'managedPrefixLists'));

function checkName(name: string): string {
  if (name.startsWith('com.amazonaws') || name.length > 255)
    throw invalid(`Prefix list name '${name}' is invalid: up to 255 characters that do not begin with com.amazonaws`);
  return name;
}

/** https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html */
function checkMaxEntries(count: number): number {
  if (count < 1 || count > 1000) throw invalid(`Value (${count}) for parameter maxEntries is invalid: 1 to 1000`);
  return count;
}

function readEntries(
  given: readonly AddPrefixListEntry[] | undefined,
  family: ManagedPrefixListRecord['family'],
): PrefixListEntryRecord[] {
  return (given ?? []).map(({ Cidr, Description }) => {
    const parsed = parseCidr(required(Cidr, 'cidr'));
    const text = parsed.ok ? parsed.cidr.text : parsed.canonical;
    if (text === undefined || text.includes(':') !== (family === 'IPv6'))
      throw invalid(`The CIDR '${Cidr}' is not a valid ${family} CIDR block.`);
    return { cidr: text, ...(Description !== undefined && { description: Description }) };
  });
}

function checkEntries(entries: readonly PrefixListEntryRecord[], maxEntries: number): void {
  if (new Set(entries.map((entry) => entry.cidr)).size < entries.length)
    throw invalid('The same CIDR block must not appear multiple times');
  if (entries.length > maxEntries)
    throw new AwsError('PrefixListMaxEntriesExceeded', `The prefix list has at most ${maxEntries} entries.`);
}

function create(input: CreateManagedPrefixListRequest, call: Call): CreateManagedPrefixListResult {
  const { ec2 } = call.state;
  const tags = tagsFor(input.TagSpecifications, 'prefix-list');
  const family = required(input.AddressFamily, 'addressFamily');
  if (family !== 'IPv4' && family !== 'IPv6')
    throw invalid(`Value (${family}) for parameter addressFamily is invalid.`);
  const name = checkName(required(input.PrefixListName, 'prefixListName'));
  const maxEntries = checkMaxEntries(required(input.MaxEntries, 'maxEntries'));
  const entries = readEntries(input.Entries, family);
  checkEntries(entries, maxEntries);
  const [id] = once(call, input, () => {
    const list: ManagedPrefixListRecord = {
      id: call.newId('pl-'),
      name,
      family,
      maxEntries,
      version: 1,
      entries: { 1: entries },
      lastChange: 'create',
      changedAt: call.now,
    };
    ec2.managedPrefixLists = { ...ec2.managedPrefixLists, [list.id]: list };
    setTags(ec2, list.id, tags);
    return [list.id];
  });
  return { PrefixList: ownView(call, get(call, 'managedPrefixLists', id)) };
}

/** The account's own list; those of AWS cannot be changed. */
function ownList(call: Call, id: string | undefined): ManagedPrefixListRecord {
  if (prefixListsOf(call.region).some((list) => list.id === id))
    throw new AwsError('UnauthorizedOperation', 'You are not authorized to perform this operation.', 403);
  return get(call, 'managedPrefixLists', id);
}

function changedEntries(list: ManagedPrefixListRecord, input: ModifyManagedPrefixListRequest): PrefixListEntryRecord[] {
  const added = readEntries(input.AddEntries, list.family);
  const removed = (input.RemoveEntries ?? []).map((entry) => entry.Cidr);
  const before = list.entries[list.version] ?? [];
  const kept = before.filter(({ cidr }) => !removed.includes(cidr) && !added.some((entry) => entry.cidr === cidr));
  return [...kept, ...added];
}

function modify(input: ModifyManagedPrefixListRequest, call: Call): ModifyManagedPrefixListResult {
  const list = ownList(call, input.PrefixListId);
  const changesEntries = (input.AddEntries ?? []).length + (input.RemoveEntries ?? []).length > 0;
  if (changesEntries && input.MaxEntries !== undefined)
    throw new AwsError('InvalidParameterCombination', 'Entries and their maximum cannot be changed in one request.');
  if (changesEntries && input.CurrentVersion !== list.version)
    throw new AwsError('PrefixListVersionMismatch', 'The prefix list has the incorrect version number');
  const maxEntries = checkMaxEntries(input.MaxEntries ?? list.maxEntries);
  const name = checkName(input.PrefixListName ?? list.name);
  const entries = changesEntries ? changedEntries(list, input) : (list.entries[list.version] ?? []);
  checkEntries(entries, maxEntries);
  if (changesEntries) {
    list.version += 1;
    list.entries[list.version] = entries;
  }
  Object.assign(list, { name, maxEntries, lastChange: 'modify', changedAt: call.now });
  return { PrefixList: ownView(call, list) };
}

function remove(input: DeleteManagedPrefixListRequest, call: Call): DeleteManagedPrefixListResult {
  const { ec2 } = call.state;
  const list = ownList(call, input.PrefixListId);
  const inRules = Object.values(ec2.securityGroupRules).some((rule) => rule.prefixListId === list.id);
  const inRoutes = Object.values(ec2.routeTables).some((table) =>
    table.routes.some((route) => route.prefixListId === list.id),
  );
  if (inRules || inRoutes)
    throw new AwsError('DependencyViolation', `The prefix list '${list.id}' is referenced and cannot be deleted.`);
  const view = ownView(call, list);
  forget(ec2, 'managedPrefixLists', list.id);
  return { PrefixList: { ...view, State: 'delete-in-progress' } };
}

function describe(input: DescribeManagedPrefixListsRequest, call: Call): DescribeManagedPrefixListsResult {
  const all = [
    ...prefixListsOf(call.region).map((list) => awsView(call, list)),
    ...ownLists(call).map((list) => ownView(call, list)),
  ];
  const ids = input.PrefixListIds ?? [];
  const gone = ids.find((id) => !all.some((list) => list.PrefixListId === id));
  if (gone !== undefined) throw noSuchPrefixList(gone);
  const asked = ids.length === 0 ? all : all.filter((list) => ids.includes(list.PrefixListId ?? ''));
  const kept = applyFilters(asked, input.Filters, {
    fields: {
      'prefix-list-id': (list) => [list.PrefixListId],
      'prefix-list-name': (list) => [list.PrefixListName],
      'owner-id': (list) => [list.OwnerId],
    },
    tagsOf: (list) => tagsOf(call.state.ec2, list.PrefixListId ?? ''),
  });
  const found = page(kept, input, { min: 1, max: 100 });
  return {
    PrefixLists: [...found.items],
    ...(found.nextToken !== undefined && { NextToken: found.nextToken }),
  };
}

function entriesOf(call: Call, input: GetManagedPrefixListEntriesRequest): readonly PrefixListEntryRecord[] {
  const id = required(input.PrefixListId, 'prefixListId');
  const ofAws = prefixListsOf(call.region).find((list) => list.id === id);
  if (ofAws !== undefined) return ofAws.cidrs.map((cidr) => ({ cidr }));
  const own = mapOf(call.state.ec2, 'managedPrefixLists')[id];
  if (own === undefined) throw noSuchPrefixList(id);
  const entries = own.entries[input.TargetVersion ?? own.version];
  if (entries !== undefined) return entries;
  throw invalid(`Value (${input.TargetVersion}) for parameter targetVersion is invalid: there is no such version.`);
}

function getEntries(input: GetManagedPrefixListEntriesRequest, call: Call): GetManagedPrefixListEntriesResult {
  const found = page(entriesOf(call, input), input, { min: 1, max: 100 });
  return {
    Entries: found.items.map(({ cidr, description }) => ({
      Cidr: cidr,
      ...(description !== undefined && { Description: description }),
    })),
    ...(found.nextToken !== undefined && { NextToken: found.nextToken }),
  };
}

export const managedPrefixListHandlers: Handlers = {
  CreateManagedPrefixList: create,
  DeleteManagedPrefixList: remove,
  DescribeManagedPrefixLists: describe,
  GetManagedPrefixListEntries: getEntries,
  ModifyManagedPrefixList: modify,
};
