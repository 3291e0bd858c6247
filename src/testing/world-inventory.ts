import { createHash } from 'node:crypto';
import { canonicalJson, type Json, sameJson } from '../base/canonical-json.ts';
import type { World } from '../emulator/world.ts';
import { keptTagPrefix } from '../model/tags.ts';

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
  /(?<=\b(?:net|targetgroup)\/[\w-]+\/)[0-9a-f]{16}\b/g, // load balancers and target groups, in ARNs and interfaces
  /(?<=\/net\/[\w-]+\/[0-9a-f]{16}\/)[0-9a-f]{16}\b/g, // listeners
  /\b[0-9a-f]{16}(?=\.elb\.)/g, // names of load balancers
  /\bZ0[A-Z0-9]{12,31}\b/g, // hosted zones
];

const anyId = new RegExp(ids.map(({ source }) => source).join('|'), 'g');

/** What AWS chose among many or what tells a time, never what somebody asked for. */
const chance: readonly (readonly [RegExp, string])[] = [
  [/\beks-cluster-sg-([\w-]+?)-\d+\b/g, 'eks-cluster-sg-$1-*'],
  [/\bip-\d+-\d+-\d+-\d+\b/g, 'ip-*'],
  [/\b\d+\.\d+\.\d+\.\d+\b(?!\/)/g, 'address'],
  [/\b[0-9a-f]{2}(?::[0-9a-f]{2}){5}\b/g, 'mac'],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z\b/g, 'time'],
  [/(?<=\\"kid\\":\\")[\w-]{43}/g, 'hash'],
];

/**
 * Members that tell of a run and not of what is there: times, logs of what happened, idempotency tokens, key material and
 * what hashes of these. What runs inside a cluster follows from its instances, which are compared.
 */
const history = new Set([
  ...['now', 'counter', 'events', 'kubernetes', 'activities', 'activityId', 'instanceRefreshes', 'updates', 'console'],
  ...['material', 'clientRequestToken', 'requestHash', 'clientToken', 'tokens', 'certificateAuthority', 'sessions'],
  ...['etag', 'versionArn', 'seed', 'endpointPort', 'idempotency', 'privateIps'],
  // What runs on machines, what they heard of late, and names that AWS remembers for a minute.
  ...['machines', 'listening', 'messages', 'checksums', 'size', 'callerReference', 'changes', 'nameServers'],
]);
/** What machines write into the store of their cluster by themselves: their claims, and snapshots by the clock. */
const ofMachines = /^(seats|backups)\//;
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

/** The newest version of each object as text; earlier ones tell of a run. Key material is chance: that it fits is looked at elsewhere. */
function objectsOf(objects: Record_): Json {
  const kept: Record<string, Json> = {};
  for (const [key, versions] of Object.entries(objects)) {
    const { body, contentType = null, deleteMarker } = (versions as { [name: string]: Json }[])[0]!;
    if (ofMachines.test(key) || deleteMarker === true) continue;
    const text = key.startsWith('cluster/keys/') ? 'key' : masked(Buffer.from(String(body), 'base64').toString('utf8'));
    kept[key] = { contentType, text };
  }
  return kept;
}

const isRecord = (value: unknown): value is Record_ =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Without history, times and what is over; lists of which AWS does not promise an order are sorted later, as text. */
function present(value: unknown, list = '', gone: ReadonlySet<string> = new Set()): Json {
  if (Array.isArray(value)) return value.map((each) => present(each, list, gone));
  if (list === 'objects' && isRecord(value)) return objectsOf(value);
  if (list.toLowerCase() === 'userdata' && typeof value === 'string') return plainUserData(value);
  if (!isRecord(value)) return isTime(value) ? 0 : ((value ?? null) as Json);
  const kept: Record<string, Json> = {};
  for (const [name, inner] of Object.entries(value)) {
    if (history.has(name) || inner === undefined) continue;
    if (isRecord(inner) && (isOver(list, inner) || isServiceLinked(inner))) continue;
    if (gone.has(name) || (list === 'sqs' && name === 'deleted')) continue;
    // A note's key is a hash of its text, in which ids stand, or at its end a hash of the name that a load balancer got.
    if (name.startsWith(keptTagPrefix) && typeof inner === 'string') {
      kept[`${name.replace(/\/[0-9a-f]{8}$/, '')} ${inner.replace(/ [0-9a-f]{8}$/, ' hash')}`] = '';
      continue;
    }
    kept[name] = present(inner, name, gone);
  }
  return kept;
}

/** Without certificates and keys, which are chance. */
const masked = (text: string): string => text.replace(/[A-Za-z0-9+/_-]{200,}=*/g, 'certificate');

/** As text, so that the ids in it are seen. */
const plainUserData = (text: string): string => masked(Buffer.from(text, 'base64').toString('latin1'));

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

/** `AROA...`: its first four letters say what it is of. The hexadecimal id of an issuer may begin with four letters too. */
const isIamId = (id: string): boolean => /^[A-Z]{4}/.test(id) && !/^[0-9A-F]{32}$/.test(id);

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
  const bare = (id: string): string => (/-0[0-9a-f]{16}$/.test(id) ? kind(id) : isIamId(id) ? id.slice(0, 4) : 'id');
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
