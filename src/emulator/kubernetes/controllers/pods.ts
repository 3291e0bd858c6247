import { seconds } from '../../../base/duration.ts';
import { givePodAddress } from '../../nodes/pod-addresses.ts';
import { startupProblem } from '../../nodes/startup-problem.ts';
import {
  type Condition,
  conditionOf,
  isReadyNode,
  type KubernetesObject,
  type Node,
  ownerReference,
  type Pod,
  type PodTemplate,
  timestamp,
} from '../object.ts';
import type { Store } from '../store.ts';
import { recordEvent } from './events.ts';
import { fargateProfileFor } from './fargate.ts';

const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** Five characters as Kubernetes appends them to generated names: without vowels, so that no words come out. */
export function nameSuffix(store: Store, length = 5): string {
  const hex = store.turn.newToken(length * 2);
  return Array.from({ length }, (_, i) => alphabet[parseInt(hex.slice(2 * i, 2 * i + 2), 16) % alphabet.length]).join(
    '',
  );
}

/** What a pod's spec has when its author left it out; the admission plugins of a kube-apiserver add it. */
export function completePodSpec(store: Store, spec: Pod['spec']): void {
  spec.restartPolicy ??= 'Always';
  spec.dnsPolicy ??= 'ClusterFirst';
  spec.serviceAccountName ??= 'default';
  spec.serviceAccount ??= spec.serviceAccountName;
  spec.schedulerName ??= 'default-scheduler';
  spec.terminationGracePeriodSeconds ??= 30;
  spec.securityContext ??= {};
  spec.enableServiceLinks ??= true;
  for (const container of [...spec.containers, ...(spec.initContainers ?? [])]) {
    container.imagePullPolicy ??=
      /:[^/]+$/.test(container.image) && !container.image.endsWith(':latest') ? 'IfNotPresent' : 'Always';
    container.terminationMessagePath ??= '/dev/termination-log';
    container.terminationMessagePolicy ??= 'File';
    container.resources ??= {};
    for (const port of container.ports ?? []) port.protocol ??= 'TCP';
  }
  const priority = spec.priorityClassName && store.get('priorityclasses', spec.priorityClassName);
  spec.priority ??= priority ? Number(priority.value) : 0;
  spec.tolerations ??= [];
  const { tolerations } = spec;
  for (const key of ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']) {
    const tolerated = tolerations.some(
      (t) => (t.key === undefined || t.key === key) && (t.effect === undefined || t.effect === 'NoExecute'),
    );
    if (!tolerated) tolerations.push({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 });
  }
}

/** The pod that a controller makes from its template. */
export function createPod(
  store: Store,
  owner: KubernetesObject,
  { template, name, labels }: { template: PodTemplate; name: string; labels: Record<string, string> },
): Pod {
  const spec = structuredClone(template.spec);
  const namespace = owner.metadata.namespace!;
  const given = { ...template.metadata?.labels, ...labels };
  completePodSpec(store, spec);
  const profile = fargateProfileFor(store, {
    namespace,
    labels: given,
    annotations: template.metadata?.annotations ?? {},
  });
  if (profile !== undefined) {
    spec.schedulerName = 'fargate-scheduler';
    given['eks.amazonaws.com/fargate-profile'] = profile;
  }
  return store.create('pods', {
    metadata: {
      name,
      namespace,
      generateName: `${owner.metadata.name}-`,
      labels: given,
      ...(template.metadata?.annotations === undefined ? {} : { annotations: template.metadata.annotations }),
      ownerReferences: [ownerReference(owner)],
    },
    spec,
    status: { phase: 'Pending', qosClass: 'Burstable' },
  });
}

/** Starts a pod's end as its kubelet would: it goes after it stopped, at once where it never ran or runs nowhere. */
export function deletePod(store: Store, pod: Pod, graceSeconds?: number): void {
  const current = store.get('pods', pod.metadata.name, pod.metadata.namespace);
  if (current === undefined || current.metadata.uid !== pod.metadata.uid) return;
  const grace = graceSeconds ?? current.spec.terminationGracePeriodSeconds ?? 30;
  const node = current.spec.nodeName === undefined ? undefined : store.get('nodes', current.spec.nodeName);
  if (node === undefined || grace === 0) {
    store.remove('pods', current);
    return;
  }
  if (current.metadata.deletionTimestamp !== undefined) return;
  store.change('pods', current, (draft) => {
    draft.metadata.deletionTimestamp = timestamp(store.turn.now + grace * 1000);
    draft.metadata.deletionGracePeriodSeconds = grace;
  });
  recordEvent(store, {
    about: current,
    reason: 'Killing',
    message: `Stopping container ${current.spec.containers[0]?.name ?? ''}`,
    component: 'kubelet',
    host: node.metadata.name,
  });
  laterForPod(store, current, { type: 'kubernetes.pod-stopped', after: Math.min(grace, stopSeconds) });
}

const stopSeconds = 2;
/** From a binding to running containers, seconds: images are pulled meanwhile. The CNI's own pod has an init container before. */
export const podStart = { plain: 4, withInitContainer: 8 } as const;
const startSeconds = (pod: Pod): number =>
  pod.spec.initContainers === undefined ? podStart.plain : podStart.withInitContainer;

function laterForPod(store: Store, pod: Pod, { type, after }: { type: string; after: number }): void {
  const { name, namespace, uid } = pod.metadata;
  store.turn.later(seconds(after), type, { cluster: store.state.name, namespace: namespace!, name, uid });
}

const isBeingStarted = (pod: Pod): boolean =>
  conditionOf(pod.status.conditions, 'PodReadyToStartContainers') !== undefined;

/** The kubelets: a pod that is bound to a node begins to start there; without a network only those of the host's network do. */
export function startPods(store: Store): void {
  for (const pod of store.list('pods')) {
    const { nodeName } = pod.spec;
    if (pod.status.phase !== 'Pending' || nodeName === undefined || pod.metadata.deletionTimestamp !== undefined)
      continue;
    const node = store.get('nodes', nodeName);
    if (node === undefined || isBeingStarted(pod)) continue;
    if (isReadyNode(node) || pod.spec.hostNetwork === true) startPod(store, pod, node);
  }
}

function startPod(store: Store, pod: Pod, node: Node): void {
  const address = pod.spec.hostNetwork === true ? hostAddress(node) : givePodAddress(store, pod, node);
  if (address === undefined) {
    // The message of the kubelet when aws-cni has no address left: https://github.com/aws/amazon-vpc-cni-k8s/blob/master/docs/troubleshooting.md
    const message = `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox: plugin type="aws-cni" name="aws-cni" failed (add): add cmd: failed to assign an IP address to container`;
    const told = store
      .list('events', pod.metadata.namespace)
      .some((e) => e.involvedObject.uid === pod.metadata.uid && e.message === message);
    if (!told) {
      recordEvent(store, {
        about: pod,
        reason: 'FailedCreatePodSandBox',
        message,
        type: 'Warning',
        component: 'kubelet',
        host: node.metadata.name,
      });
      store.turn.later(seconds(30), 'kubernetes.reconcile', { cluster: store.state.name });
    }
    return;
  }
  const now = timestamp(store.turn.now);
  store.change('pods', pod, (draft) => {
    draft.status.podIP = address;
    draft.status.podIPs = [{ ip: address }];
    draft.status.hostIP = hostAddress(node) ?? '';
    draft.status.startTime = now;
    setCondition(draft.status, now, { type: 'PodReadyToStartContainers', status: 'True' });
    setCondition(draft.status, now, { type: 'Ready', status: 'False', reason: 'ContainersNotReady' });
    draft.status.containerStatuses = draft.spec.containers.map((c) => ({
      name: c.name,
      image: c.image,
      imageID: '',
      ready: false,
      restartCount: 0,
      started: false,
      state: { waiting: { reason: 'ContainerCreating' } },
    }));
  });
  laterForPod(store, pod, { type: 'kubernetes.pod-started', after: startSeconds(pod) });
}

const hostAddress = (node: Node): string | undefined =>
  node.status.addresses.find(({ type }) => type === 'InternalIP')?.address;

/** Sets a condition; its transition time moves only when its status does. */
export function setCondition(status: { conditions?: Condition[] }, now: string, condition: Condition): void {
  const before = conditionOf(status.conditions, condition.type);
  const lastTransitionTime = before?.status === condition.status ? (before.lastTransitionTime ?? now) : now;
  const others = (status.conditions ?? []).filter(({ type }) => type !== condition.type);
  const at = (status.conditions ?? []).findIndex(({ type }) => type === condition.type);
  const next = { ...condition, lastTransitionTime };
  status.conditions = at < 0 ? [...others, next] : (status.conditions ?? []).with(at, next);
}

/** The kubelet has the pod's containers running. */
export function podStarted(store: Store, pod: Pod): void {
  const node = pod.spec.nodeName === undefined ? undefined : store.get('nodes', pod.spec.nodeName);
  if (node === undefined || pod.metadata.deletionTimestamp !== undefined) return;
  const problem = startupProblem(store, pod, node);
  if (problem !== undefined) {
    podCrashed(store, pod, problem);
    return;
  }
  const now = timestamp(store.turn.now);
  store.change('pods', pod, (draft) => {
    draft.status.phase = 'Running';
    for (const type of ['Initialized', 'Ready', 'ContainersReady'])
      setCondition(draft.status, now, { type, status: 'True' });
    draft.status.containerStatuses = draft.spec.containers.map((c) => ({
      name: c.name,
      image: c.image,
      imageID: c.image,
      ready: true,
      restartCount: 0,
      started: true,
      state: { running: { startedAt: now } },
    }));
  });
  const [first] = pod.spec.containers;
  recordEvent(store, {
    about: pod,
    reason: 'Started',
    message: `Started container ${first?.name ?? ''}`,
    component: 'kubelet',
    host: node.metadata.name,
  });
}

/** The pod's program ended at once; the kubelet tries again later and later, at most every five minutes. */
function podCrashed(store: Store, pod: Pod, problem: string): void {
  const restarts = pod.status.containerStatuses?.[0]?.restartCount ?? 0;
  const finishedAt = timestamp(store.turn.now);
  store.change('pods', pod, (draft) => {
    draft.status.phase = 'Running';
    setCondition(draft.status, finishedAt, { type: 'Ready', status: 'False', reason: 'ContainersNotReady' });
    draft.status.containerStatuses = draft.spec.containers.map((c, i) => ({
      name: c.name,
      image: c.image,
      imageID: c.image,
      ready: i > 0,
      restartCount: i > 0 ? 0 : restarts + 1,
      started: i > 0,
      state:
        i > 0 ? { running: { startedAt: finishedAt } } : { waiting: { reason: 'CrashLoopBackOff', message: problem } },
      ...(i > 0 ? {} : { lastState: { terminated: { exitCode: 1, reason: 'Error', message: problem, finishedAt } } }),
    }));
  });
  const message = `Back-off restarting failed container ${pod.spec.containers[0]?.name ?? ''}: ${problem}`;
  recordEvent(store, {
    about: pod,
    reason: 'BackOff',
    message,
    type: 'Warning',
    component: 'kubelet',
    host: pod.spec.nodeName ?? '',
  });
  laterForPod(store, pod, { type: 'kubernetes.pod-started', after: Math.min(300, 10 * 2 ** Math.min(restarts, 5)) });
}
