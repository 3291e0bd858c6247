import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, describe, expect, it } from 'vitest';
import { storeBucket } from '../../app/self-managed/admin-access.ts';
import { storeLayout } from '../../model/store-layout.ts';
import { type RestoredEtcd, restoreEtcd } from '../testing/restored-etcd.ts';
import { eventually, type Trial } from '../testing/trial.ts';

/** Snapshots of a cluster with one seat, whose spec asks for one every five minutes. */
export function snapshotSuite(given: () => Trial): void {
  describe('snapshots of etcd', () => {
    let restored: RestoredEtcd | undefined;
    afterAll(() => restored?.stop());

    it('a timer is armed that takes one every five minutes', async () => {
      const trial = given();
      const { stdout } = await eventually('the boot has set the timers', async () => {
        const answer = await trial.on(
          trial.seat('a').id,
          'systemctl show -p ActiveState -p TimersMonotonic -p NextElapseUSecMonotonic -p Unit quilla-snapshot.timer',
        );
        return answer.stdout.includes('ActiveState=active') ? answer : undefined;
      });
      expect(stdout).toContain('Unit=quilla-snapshot.service');
      expect(stdout).toMatch(/OnActiveUSec=5min/);
      expect(stdout).toMatch(/OnUnitInactiveUSec=5min/);
      // `infinity` is a timer that never comes.
      expect(stdout).toMatch(/NextElapseUSecMonotonic=\d/);
    });

    it("one reaches the store, and etcd's own tools make a member of it that serves what was there", async () => {
      const trial = given();
      await trial.kubectl('create', 'configmap', 'before', '--from-literal=word=written-before');
      await trial.kubectl('create', 'secret', 'generic', 'kept', '--from-literal=word=written-in-secret');
      const at = Date.now();
      const started = await trial.on(trial.seat('a').id, 'systemctl start quilla-snapshot.service');
      expect(started.code, started.stderr).toBe(0);
      await trial.kubectl('create', 'configmap', 'after', '--from-literal=word=written-after');

      const { key, snapshot, told } = await latest(trial);
      expect(Date.parse(key.slice(storeLayout.backups.length).replace(/-a\.db$/, ''))).toBeGreaterThan(at - 60_000);
      restored = await restoreEtcd(snapshot, trial.supplies.stocks[0].programs.paths.kube!);
      expect(told).toMatchObject({ revision: restored.status.revision });
      const before = await restored.get('/registry/configmaps/default/before');
      expect(before?.toString()).toContain('written-before');
      expect(await restored.get('/registry/configmaps/default/after')).toBeUndefined();
      // Whoever reads a snapshot reads no secrets.
      const secret = await restored.get('/registry/secrets/default/kept');
      expect(secret?.toString('latin1')).toMatch(/^k8s:enc:secretbox:v1:key1:/);
      expect(secret?.toString('latin1')).not.toContain('written-in-secret');
    });
  });
}

/** The newest snapshot of the store, and what lies beside it as JSON. */
async function latest({ ports, loaded }: Trial): Promise<{ key: string; snapshot: Uint8Array; told: object }> {
  const { s3 } = ports.connection.clients;
  const Bucket = await storeBucket(loaded.cluster.metadata.name, ports.toOperate);
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: storeLayout.backups }));
  const keys = Contents.map(({ Key = '' }) => Key).sort();
  const key = keys.findLast((each) => each.endsWith('.db'));
  if (key === undefined) throw new Error(`the store has no snapshot: ${keys.join(', ') || 'nothing'}`);
  expect(keys).toContain(`${key}.json`);
  const object = await s3.send(new GetObjectCommand({ Bucket, Key: key }));
  const json = await s3.send(new GetObjectCommand({ Bucket, Key: `${key}.json` }));
  return {
    key,
    snapshot: await object.Body!.transformToByteArray(),
    told: JSON.parse(await json.Body!.transformToString()) as object,
  };
}
