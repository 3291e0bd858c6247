import { createHash } from 'node:crypto';
import { canonicalJson, type Json, sameJson } from '../base/canonical-json.ts';
import type { World } from '../emulator/world.ts';

/**
 * What differs between two runs that did the same: ids that AWS makes. Each shape keeps its beginning, so that a VPC is never
 * taken for a subnet.
 */
const ids: readonly RegExp[] = [
  /\b(?:[a-z]+-)+0[0-9a-f]{16}\b/g, // vpc-0…, eni-attach-0…
  /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g,
  /\bA(?:ROA|IDA|IPA|NPA|SIA|KIA)[A-Z0-9]{16,17}\b/g,
  /\b[0-9A-F]{32}\b/g, // EKS endpoints and issuers
  /\b[0-9a-f]{40}\b/g, // thumbprints
  /\ba-[a-z0-9]{17}\b/g, // pod identity associations
];

const anyId = new RegExp(ids.map(({ source }) => source).join('|'), 'g');

/** What AWS chose among many or what tells a time, never what somebody asked for. */
const chance: readonly (readonly [RegExp, string])[] = [
  [/\beks-cluster-sg-([\w-]+?)-\d+\b/g, 'eks-cluster-sg-$1-*'],
  [/\bip-\d+-\d+-\d+-\d+\b/g, 'ip-*'],
  [/\b\d+\.\d+\.\d+\.\d+\b(?!\/)/g, 'address'],
  [/\b[0-9a-f]{2}(?::[0-9a-f]{2}){5}\b/g, 'mac'],
];

/**
 * Members that tell of a run and not of what is there: times, logs of what happened, idempotency tokens, key material and
 * what hashes of these. What runs inside a cluster follows from its instances, which are compared.
 */
const history = new Set([
  ...['now', 'counter', 'events', 'kubernetes', 'activities', 'activityId', 'instanceRefreshes', 'updates', 'console'],
  ...['material', 'clientRequestToken', 'requestHash', 'clientToken', 'tokens', 'certificateAuthority', 'sessions'],
  ...['etag', 'versionArn', 'seed', 'endpointPort', 'idempotency', 'privateIps'],
]);
const isTime = (value: unknown): boolean => typeof value === 'number' && value > 1e12;

/** Why a record of something that is gone is no leftover: nobody can remove it, and it costs nothing. */
type Record_ = Readonly<Record<string, unknown>>;
const isOver = (list: string, { state }: Record_): boolean => {
  if (list === 'keys') return state === 'PendingDeletion'; // cancellable for days, and free meanwhile
  if (list === 'instances') return state === 'terminated'; // shown for an hour
  if (list === 'natGateways' || list === 'vpcEndpoints') return state === 'deleted'; // shown for an hour
  return false;
};
/** Roles that AWS makes for itself at the first use of a service; they stay, as they do in a real account. */
const isServiceLinked = (record: Record_): boolean => String(record.path ?? '').startsWith('/aws-service-role/');

const isRecord = (value: unknown): value is Record_ =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Without history, times and what is over; lists of which AWS does not promise an order are sorted later, as text. */
function present(value: unknown, list = '', gone: ReadonlySet<string> = new Set()): Json {
  if (Array.isArray(value)) return value.map((each) => present(each, list, gone));
  if (list.toLowerCase() === 'userdata' && typeof value === 'string') return plainUserData(value);
  if (!isRecord(value)) return isTime(value) ? 0 : ((value ?? null) as Json);
  const kept: Record<string, Json> = {};
  for (const [name, inner] of Object.entries(value)) {
    if (history.has(name) || inner === undefined) continue;
    if (isRecord(inner) && (isOver(list, inner) || isServiceLinked(inner))) continue;
    if (gone.has(name)) continue;
    kept[name] = present(inner, name, gone);
  }
  return kept;
}

/** As text, so that the ids in it are seen, and without the CA, whose key is chance. */
const plainUserData = (text: string): string =>
  Buffer.from(text, 'base64')
    .toString('latin1')
    .replace(/[A-Za-z0-9+/]{200,}=*/g, 'certificate');

function idsOfWhatIsOver(value: unknown, list = '', found = new Set<string>()): Set<string> {
  if (!isRecord(value)) return found;
  for (const [name, inner] of Object.entries(value)) {
    if (isRecord(inner) && isOver(list, inner)) found.add(name);
    idsOfWhatIsOver(inner, name, found);
  }
  return found;
}

/** How many references are followed: a node's address to its interface, instance, subnet and VPC. */
const deep = 3;

const short = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 10);

/** A map by ids as a list, or two entries whose ids stand for the same would fall together. */
function unkeyed(value: Json): Json {
  if (Array.isArray(value)) return value.map(unkeyed);
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).map(([name, inner]): [string, Json] => [name, unkeyed(inner as Json)]);
  const byId = entries.some(([name]) => name.match(anyId) !== null);
  return byId ? entries.map(([key, inner]) => ({ key, inner })) : Object.fromEntries(entries);
}

/** One line for each record: where it stands and what it holds. */
function records(value: Json, at: string): [string, string][] {
  if (!isRecord(value)) return [[at, canonicalJson(value)]];
  const depth = at.split('/').length;
  const flat = depth >= (at.startsWith('regions/') ? 5 : 3);
  if (flat) return [[at, canonicalJson(unkeyed(value))]];
  return Object.entries(value).flatMap(([name, inner]) => records(inner as Json, at === '' ? name : `${at}/${name}`));
}

/** Arrays in the order of their text: AWS's lists have none, and creation's order is chance. */
function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted).sort((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, sorted(inner as Json)]));
}

function sortedLine(line: string): string {
  const space = line.indexOf(' ');
  return `${line.slice(0, space)} ${canonicalJson(sorted(JSON.parse(line.slice(space + 1)) as Json))}`;
}

/**
 * The whole account as lines that two runs share exactly when they made the same things: each id is replaced by what it
 * stands for, found by looking at the records that hold it and at what these refer to, some rounds deep. Two objects alike
 * give two equal lines, so that nothing can be there twice unseen.
 */
export function inventory(world: World, rounds = deep): string[] {
  const gone = idsOfWhatIsOver(JSON.parse(JSON.stringify(world)));
  const text = (line: string): string => chance.reduce((now, [from, to]) => now.replace(from, to), line);
  const all = records(present(JSON.parse(JSON.stringify(world)), '', gone), '').map(([at, line]) =>
    text(`${at} ${line}`),
  );
  const kind = (id: string): string => id.replace(/0[0-9a-f]{16}$/, '') || 'id';
  const bare = (id: string): string =>
    /-0[0-9a-f]{16}$/.test(id) ? kind(id) : /^[A-Z]{4}/.test(id) ? id.slice(0, 4) : 'id';
  let names = new Map<string, string>();
  for (const line of all) for (const id of line.match(anyId) ?? []) names.set(id, bare(id));
  const named = (line: string, own = ''): string =>
    sortedLine(line.replace(anyId, (id) => (id === own ? 'this' : (names.get(id) ?? 'gone'))));
  for (let round = 0; round < rounds; round++) {
    const about = new Map<string, string[]>();
    for (const line of all)
      for (const id of new Set(line.match(anyId))) about.set(id, [...(about.get(id) ?? []), named(line, id)]);
    names = new Map([...about].map(([id, lines]) => [id, `${bare(id)}#${short(lines.sort().join('\n'))}`]));
  }
  return all.map((line) => named(line)).sort();
}

/** What one world has and the other has not: the objects that differ in themselves if any do, else those that stand elsewhere. */
export function differing(expected: World, actual: World): { missing: string[]; extra: string[] } {
  if (sameJson(inventory(expected), inventory(actual))) return { missing: [], extra: [] };
  for (let rounds = 0; rounds <= deep; rounds++) {
    const [there, here] = [inventory(expected, rounds), inventory(actual, rounds)];
    const [missing, extra] = [without(there, here), without(here, there)];
    if (missing.length + extra.length > 0) return { missing, extra };
  }
  return { missing: [], extra: [] };
}

function without(from: readonly string[], other: readonly string[]): string[] {
  const left = [...other];
  return from.filter((line) => {
    const i = left.indexOf(line);
    if (i >= 0) left.splice(i, 1);
    return i < 0;
  });
}
