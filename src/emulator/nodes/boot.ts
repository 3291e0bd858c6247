import { z } from 'zod';
import { seconds } from '../../base/duration.ts';
import type { InstanceRecord } from '../aws/ec2/compute-records.ts';
import { appendConsole } from '../aws/ec2/instances/life.ts';
import type { EventHandlers, Turn } from '../call.ts';
import { recordEvent } from '../kubernetes/controllers/events.ts';
import { reconcile } from '../kubernetes/controllers/reconcile.ts';
import { Store } from '../kubernetes/store.ts';
import { fargateNodeDue } from './fargate-nodes.ts';
import { checkJoin, type Joining } from './join-checks.ts';
import { createNode } from './node-object.ts';
import { beginBoot, bootDataOf, machineDue, machineHindrance } from './self-managed/machine-boot.ts';
import { snapshotDue } from './self-managed/snapshots.ts';
import { timerDue, wakeCluster } from './self-managed/timer.ts';

const bootData = z.object({ instanceId: z.string() });

/** How often the agents of an instance try again. */
const retry = seconds(30);
/** Longer than EC2 takes to terminate an instance, and than a node's grace period. */
const untilEnded = seconds(45);
/** GetConsoleOutput keeps the last 64 KB; repeated tries must not push the first lines out. */
const consoleLimit = 400;

function writeConsole(turn: Turn, instance: InstanceRecord, line: string): void {
  if (line === '' || instance.console.length >= consoleLimit) return;
  const uptime = ((turn.now - instance.launchedAt) / 1000).toFixed(6).padStart(12);
  appendConsole(turn, instance.id, `[${uptime}] cloud-init[1509]: ${line}`);
}

const nodeOf = (store: Store, instance: InstanceRecord) =>
  store.list('nodes').find(({ spec }) => spec.providerID?.endsWith(`/${instance.id}`));

function bootDue(data: unknown, turn: Turn): void {
  const { instanceId } = bootData.parse(data);
  const instance = turn.state.ec2.instances[instanceId];
  if (instance?.state !== 'running') return;
  if (bootDataOf(instance) !== undefined) {
    // A real machine boots by itself.
    if (turn.machines !== undefined) return;
    beginBoot(turn, instance);
    wakeClusterOf(turn, instanceId);
    return;
  }
  const check = checkJoin(turn, instance);
  if (!('why' in check)) {
    join(turn, instance, check);
    return;
  }
  const told = instance.console.some((line) => check.log !== '' && line.endsWith(check.log));
  if (!told) writeConsole(turn, instance, check.log);
  if (check.final !== true) turn.later(retry, 'nodes.boot', { instanceId });
}

/** A seat that runs or stops may be what etcd needs for its quorum. */
function wakeClusterOf(turn: Turn, instanceId: string): void {
  const cluster = turn.state.machines?.machines[instanceId]?.cluster;
  if (cluster !== undefined && turn.machines === undefined) wakeCluster(turn, cluster);
}

function join(turn: Turn, instance: InstanceRecord, { settings, image, cluster }: Joining): void {
  const store = new Store(turn, turn.state.kubernetes[cluster.name]!);
  if (nodeOf(store, instance) === undefined) {
    createNode(store, { instance, settings, image });
    writeConsole(
      turn,
      instance,
      `kubelet[1721]: I1101 kubelet_node_status.go:78] "Successfully registered node" node="${instance.privateDnsName}"`,
    );
    const about = nodeOf(store, instance)!;
    recordEvent(store, {
      about,
      reason: 'Starting',
      message: 'Starting kubelet.',
      component: 'kubelet',
      host: about.metadata.name,
    });
    recordEvent(store, {
      about,
      reason: 'RegisteredNode',
      message: `Node ${about.metadata.name} event: Registered Node ${about.metadata.name} in Controller`,
      component: 'node-controller',
    });
  }
  reconcile(store);
}

/** Why an instance is not a node of any cluster, in words; undefined where it is one (it may still be NotReady). */
export function whyNotJoined(turn: Turn, instanceId: string): string | undefined {
  const instance = turn.state.ec2.instances[instanceId];
  if (instance === undefined) return `there is no instance ${instanceId}`;
  const joined = Object.values(turn.state.kubernetes).some(
    (state) => nodeOf(new Store(turn, state), instance) !== undefined,
  );
  if (joined) return undefined;
  if (instance.state !== 'running') return `instance ${instanceId} is ${instance.state}`;
  if (bootDataOf(instance) !== undefined)
    return turn.machines === undefined
      ? machineHindrance(turn, instance)
      : 'it is a real machine: its console and its journal tell';
  const check = checkJoin(turn, instance);
  return 'why' in check ? check.why : 'it has not tried since the last hindrance went away; it tries every 30 seconds';
}

/** The instance is no longer running: its cluster's controllers look at once, so that their grace periods begin now. */
function stoppedDue(data: unknown, turn: Turn): void {
  const { instanceId } = bootData.parse(data);
  wakeClusterOf(turn, instanceId);
  for (const state of Object.values(turn.state.kubernetes)) {
    const store = new Store(turn, state);
    if (!store.list('nodes').some(({ spec }) => spec.providerID?.endsWith(`/${instanceId}`))) continue;
    reconcile(store);
    // By then EC2 has ended it: a node that was lost before goes as well.
    turn.later(untilEnded, 'kubernetes.reconcile', { cluster: state.name });
  }
}

/** Nothing goes on of what was played of self-managed clusters, once their instances are real machines. */
const played =
  (handler: EventHandlers[string]): EventHandlers[string] =>
  (data, turn) => {
    if (turn.machines === undefined) handler(data, turn);
  };

/** What happens on instances after EC2 has started or stopped them. */
export const nodeEvents: EventHandlers = {
  'nodes.boot': bootDue,
  'nodes.stopped': stoppedDue,
  'nodes.fargate': fargateNodeDue,
  'nodes.machine': played(machineDue),
  'nodes.timer': played(timerDue),
  'nodes.snapshot': played(snapshotDue),
};
