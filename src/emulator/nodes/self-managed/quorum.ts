import type { InstanceRecord } from '../../aws/ec2/compute-records.ts';
import { canReach } from '../../aws/ec2/reachability.ts';
import type { Turn } from '../../call.ts';
import type { KubernetesState } from '../../kubernetes/state.ts';
import { type EtcdMember, type MachineRecord, machinesOf } from './state.ts';

/** A member of etcd that runs. */
export interface RunningMember {
  readonly member: EtcdMember;
  readonly machine: MachineRecord;
  readonly instance: InstanceRecord;
  /** The retained interface over which it talks. */
  readonly interfaceId: string;
  readonly volumeId: string;
}

/** Which members lead one another's votes and who leads them, or why none do. */
export type Quorum =
  | { readonly members: readonly RunningMember[]; readonly leader: RunningMember }
  | { readonly why: string };

const ports = [2379, 2380] as const;

/** Seats of a cluster whose instance runs. */
export function seatsOf(
  turn: Turn,
  key: string,
): { readonly machine: MachineRecord; readonly instance: InstanceRecord }[] {
  return Object.values(machinesOf(turn.state).machines).flatMap((machine) => {
    const instance = turn.state.ec2.instances[machine.instanceId];
    return machine.cluster === key && machine.seat !== undefined && instance?.state === 'running'
      ? [{ machine, instance }]
      : [];
  });
}

/** The interface of an instance that stays when it ends. */
const retainedInterface = (turn: Turn, instance: InstanceRecord): string | undefined =>
  instance.networkInterfaceIds.find((id) => {
    const attachment = turn.state.ec2.networkInterfaces[id]?.attachment;
    return attachment?.instanceId === instance.id && attachment.deviceIndex > 0 && !attachment.deleteOnTermination;
  });

/** Members whose process runs, on their own volume and interface. */
export function runningMembers(turn: Turn, key: string): RunningMember[] {
  const { etcd, volumes } = machinesOf(turn.state);
  return (etcd[key]?.members ?? []).flatMap((member) => {
    const seat = seatsOf(turn, key).find(({ machine }) => machine.etcd === member.id);
    if (seat === undefined) return [];
    const interfaceId = retainedInterface(turn, seat.instance);
    const volumeId = Object.values(turn.state.ec2.volumes).find(
      ({ id, attachment }) => attachment?.instanceId === seat.instance.id && volumes[id]?.member === member.id,
    )?.id;
    return interfaceId === undefined || volumeId === undefined ? [] : [{ ...seat, member, interfaceId, volumeId }];
  });
}

/** Why one member's interface cannot open a connection to another's. */
function blocked(turn: Turn, from: RunningMember, to: RunningMember): string | undefined {
  const { ec2 } = turn.state;
  const target = ec2.networkInterfaces[to.interfaceId];
  if (target === undefined) return `network interface ${to.interfaceId} is gone`;
  for (const port of ports) {
    const reach = canReach(ec2, from.interfaceId, {
      toGroups: target.groups,
      toAddress: target.privateIps[0]!,
      port,
      protocol: 'tcp',
    });
    if (!reach.ok) return reach.why;
  }
  return undefined;
}

/** Whether etcd of a cluster has quorum: more than half of those who vote run and reach one another. */
export function quorumOf(turn: Turn, key: string): Quorum {
  const members = machinesOf(turn.state).etcd[key]?.members ?? [];
  const voters = members.filter(({ learner }) => learner !== true);
  if (voters.length === 0) return { why: 'etcd of the cluster was never started' };
  const needed = Math.floor(voters.length / 2) + 1;
  const running = runningMembers(turn, key).filter(({ member }) => member.learner !== true);
  let hindrance: string | undefined;
  for (const leader of running) {
    const connected = running.filter((other) => {
      if (other === leader) return true;
      const why = blocked(turn, leader, other) ?? blocked(turn, other, leader);
      hindrance ??= why;
      return why === undefined;
    });
    if (connected.length >= needed) return { members: connected, leader };
  }
  const missing = voters.filter(({ id }) => !running.some(({ member }) => member.id === id)).map(({ seat }) => seat);
  const why = `etcd has no quorum: ${running.length} of ${voters.length} members run, ${needed} are needed`;
  const absent = missing.length === 0 ? '' : `; ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} absent`;
  return { why: hindrance === undefined ? `${why}${absent}` : `${why} and must reach one another (${hindrance})` };
}

/** Seats whose API server answers now: those whose member of etcd is part of the quorum. */
export function servingSeats(turn: Turn, key: string): readonly RunningMember[] {
  const quorum = quorumOf(turn, key);
  return 'why' in quorum ? [] : quorum.members.filter(({ machine }) => machine.apiServer === true);
}

/** Whether somebody answers for an API server: EKS's always do, those of seats while etcd has quorum. */
export const apiAnswers = (turn: Turn, state: KubernetesState): boolean =>
  state.selfManaged === undefined || servingSeats(turn, state.name).length > 0;
