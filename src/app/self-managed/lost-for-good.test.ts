import { expect, it } from 'vitest';
import type { Found, Snapshot } from '../../model/snapshot.ts';
import type { AwsToRead } from '../ports.ts';
import { lostForGood } from './lost-for-good.ts';

const found = (kind: string, id: string, more: object = {}) =>
  ({ kind, id, name: id, state: 'ready', settled: {}, observed: {}, ...more }) as unknown as Found;

const seats = found('security-group', 'security-group/seats');
const ours = found('bucket', 'bucket/store', { observed: { bucketName: 'shop-store' } });
const keys = found('cluster-keys', 'cluster-keys', { settled: { bucket: 'given' } });
const volume = found('volume', 'volume/etcd-a');

async function told(things: readonly Found[], list: () => Promise<unknown>) {
  const signal = new AbortController().signal;
  const aws = {
    identity: { account: '1', region: 'r', arn: 'a' },
    signal,
    store: { list },
  } as unknown as AwsToRead;
  const snapshot = { cluster: 'shop', region: 'r', found: things } as unknown as Snapshot;
  return (await lostForGood(snapshot, aws)).map(({ code, detail, fix }) => `${code} ${detail} ${fix ?? ''}`);
}

const backups = ['01', '02'].map((day) => ({
  key: `backups/2026-11-${day}.db`,
  bytes: 1,
  modified: `2026-11-${day}T00:00:00Z`,
}));

it('names backups, how to copy them, and the volumes of etcd', async () => {
  const [store, etcd] = await told([seats, ours, volume], async () => backups);
  expect(store).toContain('2 backups of etcd (newest 2026-11-02T00:00:00Z)');
  expect(store).toContain('aws s3 cp --recursive s3://shop-store/backups/');
  expect(etcd).toContain('volume/etcd-a');
});

it('says that backups stay in a given bucket and keys go', async () => {
  const [store] = await told([seats, keys], async () => backups);
  expect(store).toMatch(/keys of the cluster go from the given bucket given; 2 backups of etcd .* stay there/);
});

it('lets a destroy go on where the store cannot be listed', async () => {
  const [store] = await told([seats, ours], () => Promise.reject(new Error('AccessDenied')));
  expect(store).toContain('all backups of etcd');
});

it('asks nothing of EKS', async () => {
  expect(await told([], () => Promise.reject(new Error('asked')))).toEqual([]);
});
