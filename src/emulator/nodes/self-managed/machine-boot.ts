import { z } from 'zod';
import type { Json } from '../../../base/canonical-json.ts';
import { minutes, seconds } from '../../../base/duration.ts';
import type { InstanceRecord } from '../../aws/ec2/compute-records.ts';
import { appendConsole } from '../../aws/ec2/instances/life.ts';
import type { Turn } from '../../call.ts';
import { timestamp } from '../../kubernetes/object.ts';
import { blockedToService } from '../network-path.ts';
import { bootTag } from './boot-config.ts';
import { plainSystem } from './machine-node.ts';
import { ec2Arn, machineMay } from './rights.ts';
import { stepsOf } from './scripts.ts';
import { startSnapshots } from './snapshots.ts';
import { clusterKey, type MachineRecord, machinesOf } from './state.ts';
import type { Hindrance, Machine, Step } from './step.ts';
import { noteStep } from './step-journal.ts';
import { startTimer, wakeCluster } from './timer.ts';
import { type BootReading, readBootData } from './user-data-parts.ts';

const aboutInstance = z.object({ instanceId: z.string() });

/** How long the script waits before it tries a step again that failed. */
const retry = seconds(30);
/** How often it looks again at what it waits for, and for how long before it gives up and begins anew. */
const look = seconds(5);
const patience = minutes(5);
/** GetConsoleOutput keeps the last 64 KB; repeated tries must not push the first lines out. */
const consoleLimit = 400;

/** The boot data of an instance whose user data carries some, whatever its image; undefined for all others. */
export const bootDataOf = (instance: InstanceRecord): BootReading | undefined => readBootData(instance.userData);

function write(turn: Turn, instance: InstanceRecord, text: string): void {
  if (instance.console.length >= consoleLimit || instance.console.some((line) => line.endsWith(text))) return;
  const uptime = ((turn.now - instance.launchedAt) / 1000).toFixed(6).padStart(12);
  for (const line of text.split('\n')) appendConsole(turn, instance.id, `[${uptime}] cloud-init[1509]: ${line}`);
}

/** Begins the boot script of an instance, or says on its console why nothing runs. */
export function beginBoot(turn: Turn, instance: InstanceRecord): void {
  const reading = bootDataOf(instance);
  const { machines } = machinesOf(turn.state);
  if (reading === undefined) return;
  if (plainSystem(turn, instance) === undefined || 'refused' in reading) {
    if ('refused' in reading) write(turn, instance, `quilla: ${reading.refused}`);
    return;
  }
  const { seat, cluster, store } = reading.config;
  machines[instance.id] ??= {
    instanceId: instance.id,
    ...(seat === undefined ? {} : { seat: seat.name, cluster: clusterKey(cluster, store) }),
    done: [],
  };
  proceed(turn, instance);
}

/** Does the next step of a machine's script; the time that it takes passes before the one after it. */
export function proceed(turn: Turn, instance: InstanceRecord): void {
  const reading = bootDataOf(instance);
  const record = machinesOf(turn.state).machines[instance.id];
  if (reading === undefined || 'refused' in reading || record === undefined || instance.state !== 'running') return;
  if (record.doing !== undefined) {
    if (record.doing.until > turn.now) return;
    finishStep(record);
  }
  const step = stepsOf(reading.config.role).find(({ name }) => !record.done.includes(name));
  const machine = { turn, instance, record, config: reading.config };
  if (step === undefined || step.afterwards === true) ended(machine);
  if (step !== undefined) attempt(machine, step);
}

function finishStep(record: MachineRecord): void {
  record.done.push(record.doing!.step);
  delete record.doing;
}

function attempt(machine: Machine, step: Step): void {
  const { turn, instance, record } = machine;
  if (step.afterwards !== true) write(turn, instance, `quilla: STEP ${step.name}`);
  const hindered = step.run(machine);
  if (hindered !== undefined) {
    fail(machine, step, hindered);
    return;
  }
  delete record.failing;
  noteStep(machine, step.name);
  record.doing = { step: step.name, until: turn.now + step.takes.ms };
  turn.later(step.takes, 'nodes.machine', { instanceId: instance.id });
  if (record.cluster !== undefined && record.seat !== undefined) wakeCluster(turn, record.cluster);
}

function fail(machine: Machine, step: Step, { why, waits, final }: Hindrance): void {
  const { turn, instance, record } = machine;
  const since = record.failing?.step === step.name ? record.failing.since : turn.now;
  record.failing = { step: step.name, why, since };
  const given = step.afterwards === true;
  write(
    turn,
    instance,
    given
      ? `kubelet[1721]: E1101 "Unable to register node with API server" err="${why}"`
      : `quilla: ${waits ? 'waiting: ' : ''}${why}`,
  );
  // The script waits within a step for some minutes; then it ends, says so, and systemd begins it again.
  if (!given && (waits !== true || turn.now - since >= patience.ms)) {
    write(turn, instance, `quilla: step ${step.name} failed; it is tried again`);
    tag(machine, `failed ${timestamp(turn.now)} ${step.name}`);
  }
  if (final !== true) turn.later(waits === true ? look : retry, 'nodes.machine', { instanceId: instance.id });
}

function ended(machine: Machine): void {
  const { turn, instance, record, config } = machine;
  if (record.done.includes('ready')) return;
  record.done.push('ready');
  write(turn, instance, 'quilla: ready');
  tag(machine, `ready ${timestamp(turn.now)}`);
  if (record.seat !== undefined) startTimer(turn, record.cluster!);
  if (config.seat !== undefined) startSnapshots(turn, instance, config.seat);
}

/** The tag by which a machine tells how its boot ended; only with the right to it, and a way to EC2. */
function tag({ turn, instance }: Machine, value: string): void {
  const { ec2 } = turn.state;
  ec2.tags[instance.id] ??= {};
  const tags = ec2.tags[instance.id]!;
  const deed = {
    action: 'ec2:CreateTags',
    resource: ec2Arn(turn, 'instance', instance.id),
    tags,
    context: { [`aws:RequestTag/${bootTag}`]: value, 'aws:TagKeys': [bootTag] },
  };
  if (blockedToService(turn, instance, 'ec2') !== undefined || !machineMay(turn, instance, deed)) {
    write(turn, instance, `quilla: its tag ${bootTag} cannot be written: ec2:CreateTags`);
    return;
  }
  tags[bootTag] = value;
}

/** The script goes on, or tries again. */
export function machineDue(data: Json, turn: Turn): void {
  const instance = turn.state.ec2.instances[aboutInstance.parse(data).instanceId];
  if (instance !== undefined) proceed(turn, instance);
}

/** Why a machine is not a node, in words; undefined for an instance without boot data, or for one that is at work. */
export function machineHindrance(turn: Turn, instance: InstanceRecord): string | undefined {
  const reading = bootDataOf(instance);
  if (reading === undefined) return undefined;
  if (plainSystem(turn, instance) === undefined)
    return `image ${instance.imageId} is neither a plain Amazon Linux 2023 nor Ubuntu 24.04, on which the boot script runs`;
  if ('refused' in reading) return reading.refused;
  const record = machinesOf(turn.state).machines[instance.id];
  if (record?.failing !== undefined) return `${record.failing.step}: ${record.failing.why}`;
  return `its boot script is at work (${record?.doing?.step ?? 'not begun'})`;
}
