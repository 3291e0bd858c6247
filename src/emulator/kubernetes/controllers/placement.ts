import { isFinishedPod, type Node, type Pod, type PodSpec, type Taint, type Toleration } from '../object.ts';
import { quantity } from '../quantity.ts';
import { matchesNode, matchesSelector } from '../selectors.ts';

const tolerates = (toleration: Toleration, taint: Taint): boolean =>
  (toleration.effect === undefined || toleration.effect === '' || toleration.effect === taint.effect) &&
  (toleration.key === undefined || toleration.key === ''
    ? toleration.operator === 'Exists'
    : toleration.key === taint.key) &&
  (toleration.operator === 'Exists' || (toleration.value ?? '') === (taint.value ?? ''));

/** The first taint of those effects that no toleration covers. */
export const untolerated = (
  tolerations: readonly Toleration[] | undefined,
  taints: readonly Taint[],
  effects: readonly string[],
): Taint | undefined =>
  taints.find((taint) => effects.includes(taint.effect) && !(tolerations ?? []).some((t) => tolerates(t, taint)));

export const toleratesAll = (
  tolerations: readonly Toleration[] | undefined,
  taints: readonly Taint[],
  effects: readonly string[],
): boolean => untolerated(tolerations, taints, effects) === undefined;

/** Whether a pod's node selector and required node affinity let it on the node. */
export function selectsNode(spec: PodSpec, node: Node): boolean {
  const labels = node.metadata.labels ?? {};
  if (!Object.entries(spec.nodeSelector ?? {}).every(([key, value]) => labels[key] === value)) return false;
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return required === undefined || required.nodeSelectorTerms.some((term) => matchesNode(node, term));
}

/** A pod's requests as the scheduler counts them: the containers' sum, or a larger init container. */
export function requestOf(spec: PodSpec, resource: 'cpu' | 'memory'): number {
  const of = (container: PodSpec['containers'][number]): number =>
    quantity(container.resources?.requests?.[resource] ?? container.resources?.limits?.[resource]);
  const running = spec.containers.reduce((sum, container) => sum + of(container), 0);
  return Math.max(running, ...(spec.initContainers ?? []).map(of));
}

/** What is taken on a node. */
export interface Load {
  readonly pods: readonly Pod[];
  readonly cpu: number;
  readonly memory: number;
}

export function loadOf(node: Node, pods: readonly Pod[]): Load {
  const there = pods.filter((pod) => pod.spec.nodeName === node.metadata.name && !isFinishedPod(pod));
  const total = (resource: 'cpu' | 'memory'): number => there.reduce((n, pod) => n + requestOf(pod.spec, resource), 0);
  return { pods: there, cpu: total('cpu'), memory: total('memory') };
}

/** The same load with one pod more. */
export const withPod = (load: Load, pod: Pod): Load => ({
  pods: [...load.pods, pod],
  cpu: load.cpu + requestOf(pod.spec, 'cpu'),
  memory: load.memory + requestOf(pod.spec, 'memory'),
});

/** Why a pod cannot be on a node, in the scheduler's words; undefined where it can. */
export function refusal(pod: Pod, node: Node, load: Load): string | undefined {
  if (node.spec.unschedulable === true && !toleratesAll(pod.spec.tolerations, [unschedulable], ['NoSchedule']))
    return 'node(s) were unschedulable';
  const taint = untolerated(pod.spec.tolerations, node.spec.taints ?? [], ['NoSchedule', 'NoExecute']);
  if (taint !== undefined) return `node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`;
  if (!selectsNode(pod.spec, node)) return `node(s) didn't match Pod's node affinity/selector`;
  const { allocatable } = node.status;
  if (load.pods.length + 1 > quantity(allocatable.pods)) return 'Too many pods';
  if (load.cpu + requestOf(pod.spec, 'cpu') > quantity(allocatable.cpu) + 1e-9) return 'Insufficient cpu';
  if (load.memory + requestOf(pod.spec, 'memory') > quantity(allocatable.memory)) return 'Insufficient memory';
  return takenPort(pod, load) ? `node(s) didn't have free ports for the requested pod ports` : undefined;
}

const unschedulable: Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

const hostPorts = (pod: Pod): string[] =>
  pod.spec.containers.flatMap(({ ports = [] }) =>
    ports.filter((p) => p.hostPort !== undefined).map((p) => `${p.hostPort}/${p.protocol ?? 'TCP'}`),
  );

function takenPort(pod: Pod, load: Load): boolean {
  const wanted = hostPorts(pod);
  return wanted.length > 0 && load.pods.some((other) => hostPorts(other).some((port) => wanted.includes(port)));
}

/** Whether a pod that must stay apart from others of its label would meet one in the node's topology domain. */
export function breaksAntiAffinity(
  pod: Pod,
  node: Node,
  all: { nodes: readonly Node[]; pods: readonly Pod[] },
): boolean {
  const terms = pod.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  return terms.some(({ labelSelector, topologyKey, namespaces }) => {
    const domain = node.metadata.labels?.[topologyKey];
    if (domain === undefined) return false;
    const inDomain = new Set(
      all.nodes.filter((n) => n.metadata.labels?.[topologyKey] === domain).map((n) => n.metadata.name),
    );
    return all.pods.some(
      (other) =>
        other.spec.nodeName !== undefined &&
        inDomain.has(other.spec.nodeName) &&
        !isFinishedPod(other) &&
        (namespaces ?? [pod.metadata.namespace]).includes(other.metadata.namespace) &&
        matchesSelector(labelSelector, other.metadata.labels),
    );
  });
}
