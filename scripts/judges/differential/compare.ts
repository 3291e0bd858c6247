import type { RecordedCall } from '../recording-proxy.ts';
import { isMade, type Names, pairItems } from './names.ts';
import type { PlayedAnswer } from './play.ts';

/** An answer as botocore's models read it; see test/moto/shapes.py. */
export interface ReadAnswer {
  readonly parsed: unknown;
  readonly code: string | null;
  /** Paths of members that the models do not know. */
  readonly unknown: readonly string[];
  readonly unread?: string;
}

/** How two answers to one question differ. */
export interface CallDifference {
  readonly kind: 'outcome' | 'code' | 'only-embedded' | 'only-moto' | 'value' | 'count' | 'unknown-member' | 'unread';
  /** Service and operation, as in `ec2:CreateVpc`. */
  readonly operation: string;
  /** The member, or what both answered. */
  readonly path: string;
  /** One example of what was seen. */
  readonly seen: string;
}

export interface Side {
  readonly answer: PlayedAnswer;
  readonly read: ReadAnswer;
  readonly names: Names;
}

type Found = Omit<CallDifference, 'operation'>;

const short = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isLeaf = (value: unknown): boolean =>
  !Array.isArray(value) && (!isRecord(value) || '$time' in value || '$bytes' in value);

/** A list or a map that holds nothing says no more than one that is missing. */
const isEmpty = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  (Array.isArray(value) && value.length === 0) ||
  (isRecord(value) && Object.keys(value).length === 0);

function alike(a: unknown, b: unknown): number {
  if (isLeaf(a) || isLeaf(b)) return JSON.stringify(a) === JSON.stringify(b) ? 1 : 0;
  if (Array.isArray(a) && Array.isArray(b)) return pairItems(a, b, alike).reduce((sum, [x, y]) => sum + alike(x, y), 0);
  if (!isRecord(a) || !isRecord(b)) return 0;
  return Object.keys(a).reduce((sum, key) => sum + (key in b ? alike(a[key], b[key]) : 0), 0);
}

const byText = (a: unknown, b: unknown): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

/** Milliseconds since 1970 in these decades. */
const isMoment = (value: unknown): boolean => typeof value === 'number' && value > 1.5e12 && value < 3e12;

/** Policies of IAM, percent-encoded: both sides do that, not each for the same characters. */
const isSameDocument = (a: string, b: string): boolean =>
  [...members(opened(decodeURIComponent(a)), opened(decodeURIComponent(b)), '')].length === 0;

/** Moments, keys, and names that each AWS makes by itself, follow from nothing that was asked. */
function isOwn(a: unknown, b: unknown): boolean {
  if (isRecord(a) && isRecord(b)) return '$time' in a && '$time' in b;
  if (isMoment(a) && isMoment(b)) return true;
  if (typeof a !== 'string' || typeof b !== 'string') return false;
  if (a.startsWith('%7B') && b.startsWith('%7B')) return isSameDocument(a, b);
  const isKey = a.startsWith('-----BEGIN ') && b.startsWith('-----BEGIN ');
  return isKey || (isMade(a) && isMade(b));
}

function* lists(a: readonly unknown[], b: readonly unknown[], path: string): Generator<Found> {
  if (a.length !== b.length) yield { kind: 'count', path: `${path}[]`, seen: `${a.length} and ${b.length}` };
  const [left, right] = a.every(isLeaf) ? [[...a].sort(byText), [...b].sort(byText)] : [a, b];
  // Members that some items only have are judged by those that both sides have an item for.
  for (const [x, y] of pairItems(left, right, alike)) yield* members(x, y, `${path}[]`);
}

/** Where two values that were read by the same model differ. */
function* members(a: unknown, b: unknown, path: string): Generator<Found> {
  if (isEmpty(a) && isEmpty(b)) return;
  if (isEmpty(b)) yield { kind: 'only-embedded', path, seen: short(a) };
  else if (isEmpty(a)) yield { kind: 'only-moto', path, seen: short(b) };
  else if (Array.isArray(a) && Array.isArray(b)) yield* lists(a, b, path);
  else if (isLeaf(a) || isLeaf(b)) {
    if (JSON.stringify(a) !== JSON.stringify(b) && !isOwn(a, b))
      yield { kind: 'value', path, seen: `${short(a)} and ${short(b)}` };
  } else if (isRecord(a) && isRecord(b)) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)]))
      yield* members(a[key], b[key], path === '' ? key : `${path}.${key}`);
  }
}

/** JSON and user data are compared by what they hold. */
function opened(text: string): unknown {
  if (/^\s*[{[]/.test(text)) {
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  }
  return text;
}

/** Base64 of a text becomes the text: names stand in it. */
function decoded(text: string): string {
  if (text.length < 60 || !/^[A-Za-z0-9+/]+=*$/.test(text)) return text;
  const held = Buffer.from(text, 'base64').toString('latin1');
  return held.startsWith('Content-Type: ') || held.startsWith('MIME-Version') ? held : text;
}

/** What was read, in the recording's names. */
function inNames(value: unknown, names: Names): unknown {
  if (typeof value === 'string') return opened(names.back(decoded(value)));
  if (Array.isArray(value)) return value.map((item) => inNames(item, names));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [names.back(key), inNames(one, names)]));
}

const outcome = ({ answer, read }: Side): string =>
  answer.status < 300 ? 'success' : answer.status < 400 ? `${answer.status}` : `${read.code || answer.status}`;

function* found(embedded: Side, moto: Side): Generator<Found> {
  for (const path of embedded.read.unknown) yield { kind: 'unknown-member', path, seen: 'of the embedded AWS' };
  if (embedded.read.unread !== undefined) yield { kind: 'unread', path: '', seen: `embedded: ${embedded.read.unread}` };
  if (moto.read.unread !== undefined) yield { kind: 'unread', path: '', seen: `moto: ${moto.read.unread}` };
  const [ours, theirs] = [outcome(embedded), outcome(moto)];
  if (Math.floor(embedded.answer.status / 100) !== Math.floor(moto.answer.status / 100)) {
    yield {
      kind: 'outcome',
      path: `${ours} and ${theirs}`,
      seen: `${embedded.answer.status} and ${moto.answer.status}`,
    };
  } else if (ours !== theirs) yield { kind: 'code', path: `${ours} and ${theirs}`, seen: '' };
  else if (embedded.answer.status < 300)
    yield* members(inNames(embedded.read.parsed, embedded.names), inNames(moto.read.parsed, moto.names), '');
}

/** Every difference of one call: status class, error code, shape, and values that follow from what was asked. */
export const compareCall = (
  { service, operation }: Pick<RecordedCall, 'service' | 'operation'>,
  embedded: Side,
  moto: Side,
): CallDifference[] => [...found(embedded, moto)].map((one) => ({ ...one, operation: `${service}:${operation}` }));
