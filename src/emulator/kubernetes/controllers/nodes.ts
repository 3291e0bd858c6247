import { seconds } from '../../../base/duration.ts';
import { instanceBehind } from '../../nodes/instance-behind.ts';
import {
  conditionOf,
  isFinishedPod,
  isReadyNode,
  isReadyPod,
  type Node,
  type Pod,
  type Taint,
  timestamp,
} from '../object.ts';
import type { Store } from '../store.ts';
import { cloudControllerRuns, initialized } from './cloud-nodes.ts';
import { recordEvent } from './events.ts';
import { untolerated } from './placement.ts';
import { deletePod, setCondition } from './pods.ts';

/** How long the node controller waits for a renewed lease: --node-monitor-grace-period. */
const gracePeriod = seconds(40);
const notReady = 'node.kubernetes.io/not-ready';
const unreachable = 'node.kubernetes.io/unreachable';
const shutdown = 'node.cloudprovider.kubernetes.io/shutdown';

/** Kubelets, the node controller and the cloud's node controller: who is Ready, who is lost, who is gone. */
export function reconcileNodes(store: Store): void {
  for (const node of store.list('nodes')) {
    if (node.spec.providerID?.includes('/fargate-')) {
      reconcileFargateNode(store, node);
      continue;
    }
    const instance = instanceBehind(store.turn, node.spec.providerID);
    if (instance?.state === 'running') keepAlive(store, initialized(store, node));
    else lose(store, node, instance?.state);
  }
}

function reconcileFargateNode(store: Store, node: Node): void {
  const inUse = store.list('pods').some((pod) => pod.spec.nodeName === node.metadata.name);
  if (!inUse) store.remove('nodes', node);
}

/** Daemons that write a CNI configuration, by the label that names them: the VPC CNI, cilium, calico, flannel. */
const networkPods = new Set(['aws-node', 'cilium', 'calico-node', 'flannel']);
const networkLabel = (pod: Pod): string => (pod.metadata.labels?.['k8s-app'] === undefined ? 'app' : 'k8s-app');

/** The CNI's pod writes its configuration when it runs; a kubelet without one reports that. */
const hasNetwork = (store: Store, node: Node): boolean =>
  store
    .list('pods')
    .some(
      (pod) =>
        pod.spec.nodeName === node.metadata.name &&
        networkPods.has(pod.metadata.labels?.[networkLabel(pod)] ?? '') &&
        isReadyPod(pod),
    );

/** https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/kubelet.go: runtime network not ready. */
const noNetwork =
  'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized';

function keepAlive(store: Store, node: Node): void {
  // Once written, the configuration stays on the node: the CNI's pod may be replaced under a node that is Ready.
  const ready = isReadyNode(node) || node.metadata.annotations?.[configured] === 'true' || hasNetwork(store, node);
  if (isSettled(node, ready)) return;
  const now = timestamp(store.turn.now);
  store.change('nodes', node, (draft) => {
    const lost = draft.metadata.annotations?.[lostAt] !== undefined;
    if (lost) delete draft.metadata.annotations![lostAt];
    for (const type of ['MemoryPressure', 'DiskPressure', 'PIDPressure'] as const) {
      const name = type.replace('Pressure', '');
      setCondition(draft.status, now, {
        type,
        status: 'False',
        reason: `KubeletHasSufficient${name}`.replace('Disk', 'NoDisk').replace('SufficientNoDisk', 'NoDiskPressure'),
        message: `kubelet has sufficient ${name.toLowerCase()} available`,
      });
    }
    setCondition(
      draft.status,
      now,
      ready
        ? { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' }
        : { type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: noNetwork },
    );
    if (ready) draft.metadata.annotations = { ...draft.metadata.annotations, [configured]: 'true' };
    setTaints(draft, { [notReady]: ready ? [] : ['NoSchedule'], [unreachable]: [], [shutdown]: [] });
  });
  if (ready && !isReadyNode(node)) event(store, node, 'NodeReady');
}

/** Whether keepAlive would change nothing: it runs for every node at every turn. */
function isSettled(node: Node, ready: boolean): boolean {
  const condition = conditionOf(node.status.conditions, 'Ready');
  const annotations = node.metadata.annotations ?? {};
  if (condition?.status !== (ready ? 'True' : 'False') || annotations[lostAt] !== undefined) return false;
  if (ready && annotations[configured] !== 'true') return false;
  const taints = (node.spec.taints ?? []).filter(({ key }) => [notReady, unreachable, shutdown].includes(key));
  return (
    taints.length === (ready ? 0 : 1) && taints.every(({ key, effect }) => key === notReady && effect === 'NoSchedule')
  );
}

/** Ours, to remember between turns what a kubelet remembers on its disk and the node controller in its memory. */
const configured = 'emulator.quilla.dev/network-configured';
const lostAt = 'emulator.quilla.dev/last-heartbeat';

function lose(store: Store, node: Node, state: string | undefined): void {
  const since = node.metadata.annotations?.[lostAt];
  if (since === undefined) {
    store.change('nodes', node, (draft) => {
      draft.metadata.annotations = { ...draft.metadata.annotations, [lostAt]: String(store.turn.now) };
    });
    store.turn.later(gracePeriod, 'kubernetes.reconcile', { cluster: store.state.name });
    return;
  }
  if (store.turn.now < Number(since) + gracePeriod.ms) return;
  // On EKS somebody always looks; of one's own cluster's nodes only the cloud controller says that their instance is gone.
  if ((state === undefined || state === 'terminated') && cloudControllerRuns(store)) {
    event(store, node, 'DeletingNode');
    store.remove('nodes', node);
    return;
  }
  if (!isReadyNode(node) && conditionOf(node.status.conditions, 'Ready')?.status === 'Unknown' && state === undefined)
    return;
  markUnknown(store, node, state ?? 'terminated');
}

function markUnknown(store: Store, node: Node, state: string): void {
  const now = timestamp(store.turn.now);
  const wasReady = isReadyNode(node);
  const after = store.change('nodes', node, (draft) => {
    for (const type of ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure']) {
      setCondition(draft.status, now, {
        type,
        status: 'Unknown',
        reason: 'NodeStatusUnknown',
        message: 'Kubelet stopped posting node status.',
      });
    }
    setTaints(draft, {
      [notReady]: [],
      [unreachable]: ['NoSchedule', 'NoExecute'],
      [shutdown]: state === 'stopped' ? ['NoSchedule'] : [],
    });
  });
  if (wasReady) event(store, node, 'NodeNotReady');
  for (const pod of store.list('pods')) if (pod.spec.nodeName === node.metadata.name) losePod(store, pod, after);
}

function losePod(store: Store, pod: Pod, node: Node): void {
  if (isReadyPod(pod)) {
    const now = timestamp(store.turn.now);
    store.change('pods', pod, (draft) => setCondition(draft.status, now, { type: 'Ready', status: 'False' }));
    store.turn.later(seconds(300), 'kubernetes.reconcile', { cluster: store.state.name });
  }
  if (isFinishedPod(pod) || pod.metadata.deletionTimestamp !== undefined) return;
  const ready = pod.status.conditions?.find(({ type }) => type === 'Ready');
  const lostFor = store.turn.now - Date.parse(ready?.lastTransitionTime ?? timestamp(store.turn.now));
  const patient = pod.spec.tolerations?.filter(
    (t) => t.tolerationSeconds === undefined || t.tolerationSeconds * 1000 > lostFor,
  );
  if (untolerated(patient, node.spec.taints ?? [], ['NoExecute']) !== undefined) deletePod(store, pod);
}

/** Sets exactly these effects for these keys and leaves the others' taints alone. */
function setTaints(draft: Node, wanted: Readonly<Record<string, readonly Taint['effect'][]>>): void {
  const others = (draft.spec.taints ?? []).filter(({ key }) => wanted[key] === undefined);
  const ours = Object.entries(wanted).flatMap(([key, effects]) => effects.map((effect): Taint => ({ key, effect })));
  if (others.length + ours.length > 0) draft.spec.taints = [...others, ...ours];
  else delete draft.spec.taints;
}

const events = {
  NodeReady: (name: string) => ['NodeReady', `Node ${name} status is now: NodeReady`, 'kubelet'],
  NodeNotReady: (name: string) => ['NodeNotReady', `Node ${name} status is now: NodeNotReady`, 'node-controller'],
  DeletingNode: (name: string) => [
    'DeletingNode',
    `Deleting node ${name} because it does not exist in the cloud provider`,
    'cloud-node-lifecycle-controller',
  ],
} as const;

function event(store: Store, node: Node, which: keyof typeof events): void {
  const [reason, message, component] = events[which](node.metadata.name);
  recordEvent(store, { about: node, reason: reason!, message: message!, component: component! });
}
