import { controllerOf, type Node, type Pod, timestamp } from '../object.ts';
import { quantity } from '../quantity.ts';
import type { Store } from '../store.ts';
import { recordEvent } from './events.ts';
import { breaksAntiAffinity, type Load, loadOf, refusal, withPod } from './placement.ts';
import { setCondition } from './pods.ts';

/** Binds each waiting pod to a node, the most important first. */
export function schedulePods(store: Store): void {
  const waiting = store
    .list('pods')
    .filter((pod) => pod.spec.nodeName === undefined && pod.spec.schedulerName === 'default-scheduler')
    .filter((pod) => pod.metadata.deletionTimestamp === undefined && pod.status.phase === 'Pending')
    .sort((a, b) => (b.spec.priority ?? 0) - (a.spec.priority ?? 0));
  if (waiting.length === 0) return;
  const nodes = store.list('nodes');
  const loads = new Map(nodes.map((node) => [node.metadata.name, loadOf(node, store.list('pods'))]));
  for (const pod of waiting) schedule(store, pod, { nodes, loads });
}

interface Cluster {
  readonly nodes: readonly Node[];
  /** By node name; kept up to date as pods are bound. */
  readonly loads: Map<string, Load>;
}

function schedule(store: Store, pod: Pod, { nodes, loads }: Cluster): void {
  const pods = store.list('pods');
  const refusals: string[] = [];
  const fitting: { node: Node; load: Load }[] = [];
  for (const node of nodes) {
    const load = loads.get(node.metadata.name)!;
    const why =
      refusal(pod, node, load) ??
      (breaksAntiAffinity(pod, node, { nodes, pods }) ? `node(s) didn't match pod anti-affinity rules` : undefined);
    if (why === undefined) fitting.push({ node, load });
    else refusals.push(why);
  }
  const best = fitting.sort(
    (a, b) => score(pod, a) - score(pod, b) || (a.node.metadata.name < b.node.metadata.name ? -1 : 1),
  )[0];
  if (best === undefined) {
    unschedulable(store, pod, refusals);
    return;
  }
  const { name } = best.node.metadata;
  bindPod(store, pod, name);
  loads.set(name, withPod(best.load, store.get('pods', pod.metadata.name, pod.metadata.namespace)!));
}

/** Lower is better: fewer pods of the same owner first, then the smaller share of the node that is taken. */
function score(pod: Pod, { node, load }: { node: Node; load: Load }): number {
  const owner = controllerOf(pod)?.uid;
  const siblings = owner === undefined ? 0 : load.pods.filter((other) => controllerOf(other)?.uid === owner).length;
  const share =
    load.cpu / quantity(node.status.allocatable.cpu) + load.memory / quantity(node.status.allocatable.memory);
  return siblings * 10 + share;
}

/** What the binding subresource does. */
export function bindPod(store: Store, pod: Pod, nodeName: string): void {
  const now = timestamp(store.turn.now);
  store.change('pods', pod, (draft) => {
    draft.spec.nodeName = nodeName;
    setCondition(draft.status, now, { type: 'PodScheduled', status: 'True' });
  });
  const message = `Successfully assigned ${pod.metadata.namespace}/${pod.metadata.name} to ${nodeName}`;
  recordEvent(store, {
    about: pod,
    reason: 'Scheduled',
    message,
    component: pod.spec.schedulerName ?? 'default-scheduler',
  });
}

function unschedulable(store: Store, pod: Pod, refusals: readonly string[]): void {
  const counts = new Map<string, number>();
  for (const why of refusals) counts.set(why, (counts.get(why) ?? 0) + 1);
  const reasons = [...counts].map(([why, n]) => `${n} ${why}`).sort();
  const total = refusals.length;
  const help = `preemption: 0/${total} nodes are available: ${total} Preemption is not helpful for scheduling.`;
  const message =
    total === 0
      ? 'no nodes available to schedule pods'
      : `0/${total} nodes are available: ${reasons.join(', ')}. ${help}`;
  const before = pod.status.conditions?.find(({ type }) => type === 'PodScheduled');
  if (before?.message === message) return;
  const now = timestamp(store.turn.now);
  store.change('pods', pod, (draft) => {
    setCondition(draft.status, now, { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message });
  });
  recordEvent(store, {
    about: pod,
    reason: 'FailedScheduling',
    message,
    type: 'Warning',
    component: 'default-scheduler',
  });
}
