import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson, type Json } from '../../../base/canonical-json.ts';
import { minutes } from '../../../base/duration.ts';
import type { InstanceRecord } from '../../aws/ec2/compute-records.ts';
import type { Turn } from '../../call.ts';
import { timestamp } from '../../kubernetes/object.ts';
import type { SeatConfig } from './boot-config.ts';
import { expireObjects } from './expiry.ts';
import { note } from './journal.ts';
import { quorumOf } from './quorum.ts';
import { machinesOf } from './state.ts';
import { writeObject } from './store-objects.ts';
import { readBootData } from './user-data-parts.ts';

const aboutInstance = z.object({ instanceId: z.string() });
const unit = 'quilla-snapshot';

/** Sets the timer of a seat, which is its own: one event per interval. */
export function startSnapshots(turn: Turn, instance: InstanceRecord, seat: SeatConfig): void {
  turn.later(minutes(seat.snapshotMinutes), 'nodes.snapshot', { instanceId: instance.id });
}

/** The timer of a seat: the leader of etcd writes a snapshot into the store, the others let it be. */
export function snapshotDue(data: Json, turn: Turn): void {
  const instance = turn.state.ec2.instances[aboutInstance.parse(data).instanceId];
  if (instance === undefined || instance.state === 'terminated' || instance.state === 'shutting-down') return;
  const record = machinesOf(turn.state).machines[instance.id];
  const reading = readBootData(instance.userData);
  if (record?.cluster === undefined || reading === undefined || 'refused' in reading) return;
  const { seat, store, kubernetes, images } = reading.config;
  if (seat === undefined) return;
  startSnapshots(turn, instance, seat);
  if (instance.state === 'running')
    run(turn, instance, { seat, store, cluster: record.cluster, kubernetes, etcd: images.etcd });
}

/** One run of the unit. Without a leader there is none to be, and nothing to keep. */
function run(turn: Turn, instance: InstanceRecord, snapshot: Snapshot): void {
  note(turn, instance.id, unit, `systemd[1]: Starting ${unit}.service...`);
  const quorum = quorumOf(turn, snapshot.cluster);
  const leads = !('why' in quorum) && quorum.leader.instance.id === instance.id;
  const why = leads ? save(turn, instance, snapshot) : undefined;
  if (why !== undefined) note(turn, instance.id, unit, `boot[2817]: quilla: ${why}`);
  const end = why === undefined ? `Finished ${unit}.service.` : `Failed to start ${unit}.service.`;
  note(turn, instance.id, unit, `systemd[1]: ${end}`);
}

interface Snapshot {
  readonly seat: SeatConfig;
  readonly store: string;
  /** Key of the cluster. */
  readonly cluster: string;
  readonly kubernetes: string;
  readonly etcd: string | undefined;
}

/** Both objects, as the script writes them: why it could not, else. The bytes are no database: they name which data it is. */
function save(turn: Turn, instance: InstanceRecord, snapshot: Snapshot): string | undefined {
  const { seat, store, cluster, kubernetes, etcd } = snapshot;
  const state = turn.state.kubernetes[cluster];
  const revision = state?.revision ?? 0;
  const { data } = machinesOf(turn.state).etcd[cluster]!;
  const text = canonicalJson({ cluster, data, revision });
  const key = `backups/${timestamp(turn.now)}-${seat.name}.db`;
  const status = {
    hash: createHash('sha256').update(text).digest().readUInt32BE(0),
    revision,
    totalKey: Object.values(state?.objects ?? {}).reduce((sum, objects) => sum + Object.keys(objects).length, 0),
    totalSize: text.length,
    // etcd stores the version of its schema, which changes with its minor.
    version: `${/:v?(\d+\.\d+)\./.exec(etcd ?? '')?.[1] ?? '3.6'}.0`,
    member: seat.name,
    kubernetes,
  };
  const why =
    writeObject(turn, instance, { store, key, text, contentType: 'binary/octet-stream' }) ??
    writeObject(turn, instance, { store, key: `${key}.json`, text: `${JSON.stringify(status)}\n` });
  const bucket = turn.world.s3.buckets[store];
  if (bucket !== undefined) expireObjects(turn, bucket);
  if (why === undefined) note(turn, instance.id, unit, `boot[2817]: quilla: snapshot ${key}`);
  return why;
}
