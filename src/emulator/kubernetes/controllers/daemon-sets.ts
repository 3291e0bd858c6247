import {
  type DaemonSet,
  isFinishedPod,
  isOwnedBy,
  isReadyPod,
  type Node,
  type Pod,
  type PodTemplate,
  type Toleration,
} from '../object.ts';
import { scaled } from '../quantity.ts';
import type { Store } from '../store.ts';
import { recordEvent } from './events.ts';
import { selectsNode, toleratesAll } from './placement.ts';
import { createPod, deletePod, nameSuffix } from './pods.ts';
import { templateHash } from './template-hash.ts';

const hashLabel = 'controller-revision-hash';

/** What the daemon set controller lets each of its pods tolerate: https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/#taints-and-tolerations */
const daemonTolerations = (hostNetwork: boolean): Toleration[] => [
  { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute' },
  ...[
    'disk-pressure',
    'memory-pressure',
    'pid-pressure',
    'unschedulable',
    ...(hostNetwork ? ['network-unavailable'] : []),
  ].map((name): Toleration => ({ key: `node.kubernetes.io/${name}`, operator: 'Exists', effect: 'NoSchedule' })),
];

/** Each eligible node has one pod of each daemon set. */
export function reconcileDaemonSets(store: Store): void {
  for (const set of store.list('daemonsets')) {
    if (set.metadata.deletionTimestamp !== undefined) continue;
    const template = boundTemplate(set);
    const nodes = store.list('nodes').filter((node) => shouldRun(node, template));
    const pods = podsOf(store, set);
    const byNode = new Map(pods.map((pod) => [intendedNode(pod), pod]));
    for (const node of nodes) if (!byNode.has(node.metadata.name)) addPod(store, set, { template, node });
    const names = new Set(nodes.map((node) => node.metadata.name));
    for (const pod of pods) if (!names.has(intendedNode(pod))) deletePod(store, pod);
    replaceOld(store, set, nodes.length);
    updateStatus(store, set, nodes);
  }
}

function boundTemplate(set: DaemonSet): PodTemplate {
  const { template } = set.spec;
  const own = daemonTolerations(template.spec.hostNetwork === true);
  return { ...template, spec: { ...template.spec, tolerations: [...(template.spec.tolerations ?? []), ...own] } };
}

const shouldRun = (node: Node, template: PodTemplate): boolean =>
  selectsNode(template.spec, node) &&
  toleratesAll(template.spec.tolerations, node.spec.taints ?? [], ['NoSchedule', 'NoExecute']);

const podsOf = (store: Store, set: DaemonSet): Pod[] =>
  store
    .list('pods', set.metadata.namespace)
    .filter((pod) => isOwnedBy(pod, set) && !isFinishedPod(pod) && pod.metadata.deletionTimestamp === undefined);

/** The node that a daemon pod is for: by its affinity until the scheduler binds it. */
function intendedNode(pod: Pod): string {
  const terms = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return pod.spec.nodeName ?? terms?.[0]?.matchFields?.[0]?.values?.[0] ?? '';
}

function addPod(store: Store, set: DaemonSet, { template, node }: { template: PodTemplate; node: Node }): void {
  const nodeSelectorTerms = [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node.metadata.name] }] }];
  const affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } };
  const name = `${set.metadata.name}-${nameSuffix(store)}`;
  const bound = { ...template, spec: { ...template.spec, affinity } };
  createPod(store, set, { template: bound, name, labels: { [hashLabel]: hashOf(set) } });
  recordEvent(store, {
    about: set,
    reason: 'SuccessfulCreate',
    message: `Created pod: ${name}`,
    component: 'daemonset-controller',
  });
}

const hashOf = (set: DaemonSet): string => templateHash(set.spec.template);

/** Replaces pods of an older template, as many at a time as may be unavailable. */
function replaceOld(store: Store, set: DaemonSet, nodes: number): void {
  if (set.spec.updateStrategy?.type === 'OnDelete') return;
  const pods = podsOf(store, set);
  const old = pods.filter((pod) => pod.metadata.labels?.[hashLabel] !== hashOf(set));
  const limit = Math.max(1, scaled(set.spec.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1, nodes, true));
  const unavailable = nodes - pods.filter(isReadyPod).length;
  const broken = old.filter((pod) => !isReadyPod(pod));
  const healthy = old.filter(isReadyPod).slice(0, Math.max(0, limit - unavailable));
  for (const pod of [...broken, ...healthy]) deletePod(store, pod);
}

function updateStatus(store: Store, set: DaemonSet, nodes: readonly Node[]): void {
  const pods = podsOf(store, set);
  const ready = pods.filter(isReadyPod).length;
  const hash = hashOf(set);
  store.change('daemonsets', set, (draft) => {
    draft.status = {
      currentNumberScheduled: pods.length,
      desiredNumberScheduled: nodes.length,
      numberMisscheduled: 0,
      numberReady: ready,
      updatedNumberScheduled: pods.filter((pod) => pod.metadata.labels?.[hashLabel] === hash).length,
      ...(ready > 0 ? { numberAvailable: ready } : {}),
      ...(nodes.length > ready ? { numberUnavailable: nodes.length - ready } : {}),
      ...(set.metadata.generation === undefined ? {} : { observedGeneration: set.metadata.generation }),
    };
  });
}
