import { createHash } from 'node:crypto';
import type { Turn } from '../../call.ts';
import { quorumOf, runningMembers } from './quorum.ts';
import { type EtcdMember, type EtcdRecord, machinesOf, type VolumeContents } from './state.ts';
import type { Hindrance, Machine } from './step.ts';
import { writeOnce } from './store-objects.ts';

const idOf = (...parts: readonly string[]): string =>
  createHash('sha256').update(parts.join(' ')).digest('hex').slice(0, 16);

/**
 * Starts etcd of a seat by the rules that keep it from forgetting: as `new` only where this seat never started before, else on a volume
 * with its own data, else as a learner of those who have quorum.
 */
export function startEtcd(machine: Machine): Hindrance | undefined {
  const { turn, record } = machine;
  const hindered = record.etcd === undefined ? begin(machine) : promote(machine);
  if (hindered !== undefined) return hindered;
  const quorum = quorumOf(turn, record.cluster!);
  return 'why' in quorum ? { why: quorum.why, waits: true } : undefined;
}

function begin(machine: Machine): Hindrance | undefined {
  const { turn, config, record } = machine;
  const key = record.cluster!;
  const seat = config.seat!;
  const { volumes, etcd } = machinesOf(turn.state);
  const contents = volumes[seat.volumeId];
  if (contents !== undefined) return startOnData(machine, contents);
  const known = etcd[key];
  const mark = writeOnce(turn, machine.instance, {
    store: config.store,
    key: `seats/${seat.name}/started`,
    text: JSON.stringify({ seat: seat.name, volume: seat.volumeId, members: namesOf(machine) }),
  });
  if ('why' in mark) return { why: mark.why };
  const reason = mark.made
    ? knownReason(machine, known)
    : `seat ${seat.name} has started before: its data is not on ${seat.volumeId}`;
  if (reason !== undefined) return joinAsLearner(machine, known, reason);
  etcd[key] ??= {
    members: namesOf(machine).map((name): EtcdMember => ({ id: idOf(key, name), seat: name })),
    data: '',
  };
  run(machine, etcd[key].members.find((member) => member.seat === seat.name)!);
  return undefined;
}

const namesOf = ({ config }: Machine): string[] => config.seat!.members.map(({ name }) => name).sort();

/** Why a seat that never started before must not begin a cluster all the same: others have one. */
function knownReason({ turn, record, config }: Machine, known: EtcdRecord | undefined): string | undefined {
  const { name } = config.seat!;
  if (known === undefined) return undefined;
  const own = known.members.find((member) => member.seat === name);
  if (own === undefined) return 'the other seats were founded with other members';
  const answers = !('why' in quorumOf(turn, record.cluster!));
  return own.started === true && answers ? 'the other seats know this one as started' : undefined;
}

function run({ turn, record, config }: Machine, member: EtcdMember, data = ''): void {
  const { volumes } = machinesOf(turn.state);
  volumes[config.seat!.volumeId] ??= { cluster: record.cluster!, seat: member.seat, member: member.id, data };
  member.started = true;
  record.etcd = member.id;
  settleData(turn, record.cluster!);
}

function startOnData(machine: Machine, contents: VolumeContents): Hindrance | undefined {
  const { turn, record, config } = machine;
  const { name, volumeId } = config.seat!;
  if (contents.cluster !== record.cluster || contents.seat !== name) {
    const why = `volume ${volumeId} carries the data of seat ${contents.seat} of cluster ${contents.cluster.split('@')[0]}`;
    return { why, final: true };
  }
  const known = machinesOf(turn.state).etcd[record.cluster];
  const member = known?.members.find(({ id }) => id === contents.member);
  if (member === undefined) return { why: `member ${contents.member} of volume ${volumeId} was removed from etcd` };
  run(machine, member);
  return undefined;
}

/** Removes the member whose data is gone and adds it again, while the others have quorum; else it waits. */
function joinAsLearner(machine: Machine, known: EtcdRecord | undefined, because: string): Hindrance | undefined {
  const { turn, record, config } = machine;
  const { name, members } = config.seat!;
  if (members.length === 1) return { why: `${because}: the data of the only seat is lost: restore a snapshot` };
  if (known === undefined)
    return { why: `${because}: it does not start a new etcd, and no other seat answers`, waits: true };
  const quorum = quorumOf(turn, record.cluster!);
  if ('why' in quorum) return { why: `${because}: it does not start a new etcd, and ${quorum.why}`, waits: true };
  const pending = known.members.find(({ learner, seat }) => learner === true && seat !== name);
  if (pending !== undefined) return { why: `${because}: seat ${pending.seat} is being added`, waits: true };
  const member: EtcdMember = { id: idOf(record.cluster!, name, turn.newToken(16)), seat: name, learner: true };
  known.members = [...known.members.filter(({ seat }) => seat !== name), member];
  run(machine, member, known.data);
  return { why: `${because}: it joined as a learner and gets the data`, waits: true };
}

/** Makes a learner a member that votes. */
function promote({ turn, record }: Machine): Hindrance | undefined {
  const known = machinesOf(turn.state).etcd[record.cluster!];
  const own = known?.members.find(({ id }) => id === record.etcd);
  if (known === undefined || own === undefined) return { why: `member ${record.etcd} was removed from etcd` };
  if (own.learner !== true) return undefined;
  const quorum = quorumOf(turn, record.cluster!);
  if ('why' in quorum) return { why: `it is a learner, and ${quorum.why}`, waits: true };
  known.members = known.members.map((member) =>
    member === own ? { id: own.id, seat: own.seat, started: true } : member,
  );
  return undefined;
}

/**
 * Settles which data a quorum has: that of any member of it that has the cluster's. A quorum of blank members begins an empty cluster,
 * and what was there is lost, as with the real etcd.
 */
export function settleData(turn: Turn, key: string): void {
  const quorum = quorumOf(turn, key);
  const known = machinesOf(turn.state).etcd[key];
  if ('why' in quorum || known === undefined) return;
  const { volumes } = machinesOf(turn.state);
  const own = quorum.members.map(({ volumeId }) => volumes[volumeId]!);
  if (known.data === '' || !own.some(({ data }) => data === known.data)) known.data = turn.newToken(16);
  const learners = runningMembers(turn, key).filter(({ member }) => member.learner === true);
  for (const { volumeId } of [...quorum.members, ...learners]) volumes[volumeId]!.data = known.data;
}
