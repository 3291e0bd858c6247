import { type Diagnostic, Failure, reporter } from '../../base/diagnostic.ts';
import { formatDuration, milliseconds, minutes } from '../../base/duration.ts';
import { type KeyObject, keyObjects, type PublicKeys, storeLayout } from '../../model/store-layout.ts';
import type { StoreObject } from '../../ports/store.ts';
import { appCodes } from '../codes.ts';
import { type ClusterAsked, nameOf } from '../exported-instead.ts';
import { type AwsToOperate, type AwsToRead, contextFor } from '../ports.ts';
import { storeBucket, storeSeen } from './admin-access.ts';
import { keyLifetime } from './key-lifetime.ts';
import { lockdownProblems } from './lockdown.ts';
import { storeCodes } from './store-codes.ts';

const report = reporter({ ...appCodes, ...storeCodes });

/** A part of the store and what lies in it; never a content. */
export interface StorePart {
  readonly part: 'keys' | 'settings' | 'seats' | 'backups' | 'break glass';
  readonly prefix: string;
  readonly objects: number;
  readonly bytes: number;
  /** When its newest object was written; null where it is empty. */
  readonly newest: string | null;
}

export interface StoreShown {
  readonly cluster: string;
  readonly bucket: string;
  readonly parts: readonly StorePart[];
  readonly newestBackup: { readonly key: string; readonly bytes: number; readonly modified: string } | null;
  /** Seats that have started etcd at some time. */
  readonly startedSeats: readonly string[];
}

const isBackup = ({ key }: StoreObject): boolean => key.startsWith(storeLayout.backups) && key.endsWith('.db');

const newestOf = (objects: readonly StoreObject[]): StoreObject | undefined =>
  objects.toSorted((a, b) => Date.parse(b.modified) - Date.parse(a.modified))[0];

/** Backups of etcd among the objects of a store. */
export function backupsOf(all: readonly StoreObject[]): {
  readonly count: number;
  readonly newest: StoreObject | undefined;
} {
  const backups = all.filter(isBackup);
  return { count: backups.length, newest: newestOf(backups) };
}

/** What a store holds, by part. */
export async function showStore(asked: ClusterAsked, aws: AwsToRead): Promise<StoreShown> {
  const cluster = nameOf(asked);
  const bucket = await storeBucket(asked, aws);
  const all = await aws.store.list(bucket, '', contextFor(aws, cluster));
  const isKey = ({ key }: StoreObject): boolean => key.startsWith(storeLayout.keys);
  const part = (name: StorePart['part'], prefix: string, own: (object: StoreObject) => boolean): StorePart => {
    const objects = all.filter(own);
    return {
      part: name,
      prefix,
      objects: objects.length,
      bytes: objects.reduce((sum, { bytes }) => sum + bytes, 0),
      newest: newestOf(objects)?.modified ?? null,
    };
  };
  const under = (prefix: string) => (object: StoreObject) => object.key.startsWith(prefix);
  const backup = newestOf(all.filter(isBackup));
  return {
    cluster,
    bucket,
    parts: [
      part('keys', storeLayout.keys, isKey),
      part('settings', 'cluster/', (object) => under('cluster/')(object) && !isKey(object)),
      part('seats', 'seats/', under('seats/')),
      part('backups', storeLayout.backups, under(storeLayout.backups)),
      part('break glass', storeLayout.breakGlass, under(storeLayout.breakGlass)),
    ],
    newestBackup: backup === undefined ? null : { key: backup.key, bytes: backup.bytes, modified: backup.modified },
    startedSeats: all.flatMap(({ key }) => /^seats\/([^/]+)\/started$/.exec(key)?.[1] ?? []),
  };
}

export interface StoreVerified {
  readonly cluster: string;
  readonly bucket: string;
  readonly problems: readonly Diagnostic[];
  /** Keys that are gone and of which an earlier version can be brought back. */
  readonly recoverable: readonly string[];
  /** When the newest backup was written; null where there is none. */
  readonly newestBackup: string | null;
  /** When the first backup is due; null where there is one already, and before a seat has started. */
  readonly firstBackupDue: string | null;
}

/** What the spec says of the store: how often a backup is made, whether secrets are encrypted. */
export interface StoreWanted {
  readonly everyMinutes: number;
  readonly secretsEncryption: boolean;
}

/** Whether a store is locked down, whole and fresh. Reads names, sizes and what is public; no key. */
export async function verifyStore(asked: ClusterAsked, wanted: StoreWanted, aws: AwsToRead): Promise<StoreVerified> {
  const cluster = nameOf(asked);
  const { bucket, keys, exported } = await storeSeen(asked, aws);
  const remake = exported ? 'quilla store fill -f FILE' : 'quilla apply';
  const context = contextFor(aws, cluster);
  const [facts, all, deleted, publicText] = await Promise.all([
    aws.store.facts(bucket, context),
    aws.store.list(bucket, '', context),
    aws.store.deleted(bucket, storeLayout.keys, context),
    aws.store.read(bucket, `${storeLayout.keys}public.json`, context),
  ]);
  if (facts === undefined) {
    const gone = report('store.missing', { detail: `bucket ${bucket} of cluster ${cluster} does not exist` });
    return { cluster, bucket, problems: [gone], recoverable: [], newestBackup: null, firstBackupDue: null };
  }
  const recoverable = deleted.flatMap(({ key, recoverable: can }) => (can === true ? [key] : []));
  const expected = keyObjects.filter(({ name }) => name !== 'secrets.key' || wanted.secretsEncryption);
  const there = new Set(all.map(({ key }) => key));
  const newestBackup = newestOf(all.filter(isBackup))?.modified ?? null;
  return {
    cluster,
    bucket,
    newestBackup,
    firstBackupDue: newestBackup === null ? firstDue(all, wanted.everyMinutes) : null,
    problems: [
      ...lockdownProblems(facts, aws.identity.account),
      ...expected.flatMap((key) =>
        there.has(storeLayout.keys + key.name) ? [] : missingKey(key, recoverable, remake),
      ),
      ...missingSettings(all, remake),
      ...(keys.length > 0 ? keyLifetime({ found: keys }, aws.clock.now()) : lifetimeIn(publicText, aws)),
      ...backupProblems(all, wanted.everyMinutes, aws.clock.now()),
    ],
    recoverable: recoverable.map((key) => key.slice(storeLayout.keys.length)),
  };
}

/** What an apply writes beside the keys; `command` makes what is missing. */
const missingSettings = (all: readonly StoreObject[], command: string): Diagnostic[] => [
  ...(all.some(({ key }) => key === storeLayout.state)
    ? []
    : [missing(storeLayout.state, 'access and charts that seats read', command)]),
  ...(all.some(({ key }) => key === storeLayout.spec)
    ? []
    : [missing(storeLayout.spec, 'the spec as it was applied last', command)]),
  ...(all.some(({ key }) => key.startsWith(storeLayout.program))
    ? []
    : [
        missing(
          `${storeLayout.program}*.json`,
          'the script of the seats, without which a new one does not boot',
          command,
        ),
      ]),
];

const missing = (key: string, use: string, command: string): Diagnostic =>
  report('store.object-missing', {
    detail: `${key} (${use}) is not in the store`,
    fix: `${command} makes it again.`,
  });

function missingKey({ name, remake, use }: KeyObject, recoverable: readonly string[], command: string): Diagnostic[] {
  const key = storeLayout.keys + name;
  if (recoverable.includes(key))
    return [
      report(remake === 'never' ? 'store.key-lost' : 'store.object-missing', {
        detail: `${key} (${use}) was deleted; its earlier version is still there`,
        fix: `quilla store recover ${name} -f FILE brings it back${remake === 'never' ? '' : `; ${command} makes a new one`}.`,
      }),
    ];
  if (remake !== 'never') return [missing(key, use, command)];
  return [
    report('store.key-lost', {
      detail: `${key} (${use}) is not in the store, and there is no earlier version of it`,
      fix: 'Copy it from a running seat (quilla shell SEAT; /etc/kubernetes/pki) before any seat ends.',
    }),
  ];
}

/** Where the kind's own reader has no answer, since an object is missing: what public.json says. */
function lifetimeIn(text: string | undefined, { clock }: AwsToRead): Diagnostic[] {
  if (text === undefined) return [];
  const { expires = {} } = JSON.parse(text) as Partial<PublicKeys>;
  const [first] = Object.values(expires).toSorted();
  if (first === undefined) return [];
  const observed = { caCertificate: '', serviceAccountJwks: '', expires: first };
  return keyLifetime(
    { found: [{ kind: 'cluster-keys', id: 'cluster-keys', name: '', state: 'ready', settled: {}, observed }] },
    clock.now(),
  );
}

/** One interval after the first seat started. */
function firstDue(all: readonly StoreObject[], everyMinutes: number): string | null {
  const starts = all.flatMap(({ key, modified }) => (isStarted(key) ? [Date.parse(modified)] : []));
  return starts.length === 0 ? null : new Date(Math.min(...starts) + minutes(everyMinutes).ms).toISOString();
}

const isStarted = (key: string): boolean => /^seats\/[^/]+\/started$/.test(key);

function backupProblems(all: readonly StoreObject[], everyMinutes: number, now: number): Diagnostic[] {
  const newest = newestOf(all.filter(isBackup));
  const interval = minutes(everyMinutes);
  if (newest === undefined) {
    const marks = all.filter(({ key }) => isStarted(key));
    const runs = Math.max(0, ...marks.map(({ modified }) => now - Date.parse(modified)));
    if (runs <= 2 * interval.ms) return [];
    return [
      report('store.no-backup', {
        detail: `the first seat started ${formatDuration(milliseconds(runs))} ago, a backup is made every ${formatDuration(interval)}`,
        fix: 'quilla logs SEAT --unit snapshot shows what the timer says.',
      }),
    ];
  }
  const age = now - Date.parse(newest.modified);
  if (age <= 2 * interval.ms) return [];
  return [
    report('store.backups-old', {
      detail: `the newest backup, ${newest.key}, is ${formatDuration(milliseconds(age))} old; one is made every ${formatDuration(interval)}`,
      fix: 'quilla logs SEAT --unit snapshot shows what the timer says.',
    }),
  ];
}

/** Fails with `app.unknown-name` where no key of a cluster has that name. */
export function mustBeKey(name: string): void {
  if (keyObjects.some((one) => one.name === name)) return;
  throw new Failure(
    report('app.unknown-name', {
      detail: `${JSON.stringify(name)} is no key of a cluster`,
      fix: `The keys are ${keyObjects.map((one) => one.name).join(', ')}.`,
    }),
  );
}

/** Brings the earlier version of a deleted key back; fails where there is none. */
export async function recoverKey(
  asked: ClusterAsked,
  name: string,
  aws: AwsToOperate,
): Promise<{ readonly bucket: string; readonly key: string }> {
  mustBeKey(name);
  const bucket = await storeBucket(asked, aws);
  const context = contextFor(aws, nameOf(asked));
  const key = storeLayout.keys + name;
  const deleted = await aws.store.deleted(bucket, storeLayout.keys, context);
  if (deleted.some((one) => one.key === key && one.recoverable === true)) {
    await aws.storeWriter.recover(bucket, key, context);
    return { bucket, key };
  }
  const others = deleted.flatMap((one) => (one.recoverable === true ? [one.key.slice(storeLayout.keys.length)] : []));
  const fix =
    others.length === 0 ? 'Nothing of this store can be brought back now.' : `These can: ${others.join(', ')}.`;
  throw new Failure(
    report('store.nothing-to-recover', { detail: `${key} was not deleted, or has no earlier version`, fix }),
  );
}
