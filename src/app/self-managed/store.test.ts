import { describe, expect, it } from 'vitest';
import { Failure } from '../../base/diagnostic.ts';
import { hours, milliseconds } from '../../base/duration.ts';
import { keyObjects, storeLayout } from '../../model/store-layout.ts';
import type { BucketFacts, StoreObject } from '../../ports/store.ts';
import type { AwsToOperate } from '../ports.ts';
import { adminDuration, issueAdmin } from './admin-access.ts';
import { recoverKey, showStore, verifyStore } from './store.ts';

const now = Date.parse('2026-11-10T12:00:00Z');
const bucket = 'k8s-store-1234';
const ago = (span: { ms: number }): string => new Date(now - span.ms).toISOString();
const object = (key: string, modified = ago(hours(1)), bytes = 100): StoreObject => ({ key, bytes, modified });
const sound: BucketFacts = {
  bucket,
  versioning: true,
  encryption: 'AES256',
  publicAccessBlocked: true,
  tlsOnly: true,
  owner: '123456789012',
};
const whole = [
  ...keyObjects.map(({ name }) => object(storeLayout.keys + name)),
  object(storeLayout.state),
  object(storeLayout.spec),
  object(`${storeLayout.program}0123456789abcdef.json`),
  object(storeLayout.started('a'), ago(hours(48))),
  object('backups/2026-11-10T11:00:00Z-a.db', ago(hours(1)), 20_000_000),
  object('backups/2026-11-10T11:00:00Z-a.db.json'),
];

interface Fake {
  readonly objects?: readonly StoreObject[];
  readonly deleted?: readonly StoreObject[];
  readonly facts?: BucketFacts | undefined;
  readonly expires?: string;
  readonly controlPlane?: 'eks';
}

/** A cluster whose store holds what is said; `calls` are its writes. */
function world({
  objects = whole,
  deleted = [],
  facts = sound,
  expires = '2036-01-01T00:00:00Z',
  controlPlane,
}: Fake = {}) {
  const calls: string[] = [];
  const found = (kind: string, id: string, observed: object, settled: object = {}) => ({
    kind,
    id,
    name: id,
    state: 'ready',
    settled,
    observed,
  });
  const there: Record<string, object[]> =
    controlPlane === 'eks'
      ? { cluster: [found('cluster', 'cluster', { endpoint: 'https://x.eks', certificateAuthority: 'Q0E=' })] }
      : {
          bucket: [found('bucket', 'bucket/store', { bucketName: bucket })],
          'cluster-keys': [found('cluster-keys', 'cluster-keys', { caCertificate: 'Q0E=', expires }, { bucket })],
          'load-balancer': [found('load-balancer', 'load-balancer/internal', { dnsName: 'internal.elb' })],
        };
  const readers = new Proxy({}, { get: (_, kind: string) => ({ list: async () => there[kind] ?? [] }) });
  const aws = {
    identity: {
      account: '123456789012',
      region: 'us-east-1',
      partition: 'aws',
      arn: 'arn:aws:iam::123456789012:user/ann',
    },
    clock: { now: () => now },
    signal: new AbortController().signal,
    readers,
    standing: { find: async () => ({ exported: [], unownedRoles: [] }) },
    store: {
      facts: async () => facts,
      list: async () => objects,
      deleted: async () => deleted,
      read: async () => undefined,
    },
    storeWriter: {
      recover: async (_: string, key: string) => void calls.push(`recover ${key}`),
      write: async (_: string, key: string, text: string) => void calls.push(`write ${key} ${text}`),
    },
    issuer: {
      adminCertificate: async ({ user, hours: lasts }: { user: string; hours: number }) => {
        calls.push(`issue ${user} ${lasts}`);
        return { certificate: 'CERT', key: 'SECRET', serial: '0a1b', notAfter: ago(milliseconds(-3_600_000)) };
      },
    },
  } as unknown as AwsToOperate;
  return { aws, calls };
}

const wanted = { everyMinutes: 60, secretsEncryption: true };
const codes = async (fake: Fake, ask = wanted): Promise<string[]> =>
  (await verifyStore('k8s', ask, world(fake).aws)).problems.map(({ code }) => code);
const failureOf = (work: Promise<unknown>): Promise<string | undefined> =>
  work.then(
    () => undefined,
    (error: unknown) => (error as Failure).diagnostics[0]?.code,
  );

describe('what a store holds', () => {
  it('is told by part, with sizes and the newest backup, never a content', async () => {
    const shown = await showStore('k8s', world().aws);
    expect(shown).toMatchObject({
      bucket,
      newestBackup: { key: 'backups/2026-11-10T11:00:00Z-a.db', bytes: 20_000_000 },
      startedSeats: ['a'],
    });
    expect(shown.parts.map(({ part, objects }) => [part, objects])).toEqual([
      ['keys', keyObjects.length],
      ['settings', 3],
      ['seats', 1],
      ['backups', 2],
      ['break glass', 0],
    ]);
  });

  it('is refused where the cluster has none', async () => {
    expect(await failureOf(showStore('k8s', world({ controlPlane: 'eks' }).aws))).toBe('app.no-cluster');
  });
});

describe('a look at a store', () => {
  it('finds nothing in one that is sound', async () => {
    expect(await codes({})).toEqual([]);
  });

  const without = (...names: readonly string[]): readonly StoreObject[] =>
    whole.filter(({ key }) => !names.includes(key));
  it.each<[string, Fake, string[]]>([
    ['a bucket of another account', { facts: { ...sound, owner: '999999999999' } }, ['store.not-ours']],
    ['one that is open', { facts: { ...sound, publicAccessBlocked: false } }, ['store.public']],
    ['one without versions', { facts: { ...sound, versioning: false } }, ['store.not-versioned']],
    ['one that takes plain HTTP', { facts: { ...sound, tlsOnly: false } }, ['store.plain-http']],
    ['a lost authority', { objects: without('cluster/keys/ca.key') }, ['store.key-lost']],
    ['what can be made again', { objects: without('cluster/keys/authenticator.crt') }, ['store.object-missing']],
    ['missing settings', { objects: without('cluster/state.json') }, ['store.object-missing']],
    ['an authority that ends soon', { expires: '2026-12-24T00:00:00Z' }, ['store.keys-expire']],
    ['one that has ended', { expires: '2026-11-09T00:00:00Z' }, ['store.keys-expired']],
    [
      'an old backup',
      { objects: whole.map((one) => (one.key.startsWith('backups/') ? { ...one, modified: ago(hours(3)) } : one)) },
      ['store.backups-old'],
    ],
    ['no backup at all', { objects: whole.filter(({ key }) => !key.startsWith('backups/')) }, ['store.no-backup']],
  ])('names %s', async (_, fake, expected) => {
    expect(await codes(fake)).toEqual(expected);
  });

  it('does not wait for a backup before two intervals have gone', async () => {
    const objects = whole
      .filter(({ key }) => !key.startsWith('backups/'))
      .map((one) => (one.key.startsWith('seats/') ? { ...one, modified: ago(hours(1)) } : one));
    expect(await codes({ objects })).toEqual([]);
  });

  it('does not miss the key of secrets where secrets are not encrypted', async () => {
    const objects = without('cluster/keys/secrets.key');
    expect(await codes({ objects })).toEqual(['store.key-lost']);
    expect(await codes({ objects }, { ...wanted, secretsEncryption: false })).toEqual([]);
  });

  it('says which lost key can be brought back, and brings back only that', async () => {
    const lost = 'cluster/keys/sa.key';
    const fake = { objects: without(lost), deleted: [{ ...object(lost), recoverable: true }] };
    const verified = await verifyStore('k8s', wanted, world(fake).aws);
    expect(verified.recoverable).toEqual(['sa.key']);
    expect(verified.problems[0]?.fix).toContain('quilla store recover sa.key');
    const { aws, calls } = world(fake);
    await recoverKey('k8s', 'sa.key', aws);
    expect(calls).toEqual([`recover ${lost}`]);
    expect(await failureOf(recoverKey('k8s', 'ca.key', aws))).toBe('store.nothing-to-recover');
    for (const name of ['nope', '../sa.key'])
      expect(await failureOf(recoverKey('k8s', name, aws))).toBe('app.unknown-name');
    expect(calls).toHaveLength(1);
  });
});

describe('a certificate for an administrator', () => {
  it('is noted in the store, without its key, before it is handed over', async () => {
    const { aws, calls } = world();
    const access = await issueAdmin('k8s', hours(2), aws);
    expect(access).toMatchObject({ endpoint: 'https://internal.elb', user: 'admin:ann', issued: { key: 'SECRET' } });
    expect(calls[0]).toBe('issue admin:ann 2');
    expect(calls[1]).toContain('write break-glass/2026-11-10T12:00:00Z-0a1b.json');
    expect(calls[1]).toContain('arn:aws:iam::123456789012:user/ann');
    expect(calls.join()).not.toContain('SECRET');
  });

  it('is not for EKS', async () => {
    const { aws, calls } = world({ controlPlane: 'eks' });
    expect(await failureOf(issueAdmin('k8s', hours(1), aws))).toBe('app.not-self-managed');
    expect(calls).toEqual([]);
  });

  it.each(['0s', '9m', '25h', 'soon', '-1h', '1', ''])('does not last %s', (text) => {
    expect(() => adminDuration(text)).toThrow(Failure);
  });

  it('lasts an hour unless told', () => {
    expect(adminDuration(undefined)).toEqual(hours(1));
    expect(adminDuration('24h')).toEqual(hours(24));
  });
});
