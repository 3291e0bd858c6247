import type { CoreV1Event, V1ContainerStatus, V1DaemonSet, V1Deployment, V1Node, V1Pod } from '@kubernetes/client-node';
import type { KubernetesEvent, KubernetesNode, KubernetesPod, KubernetesWorkload } from '../../ports/kubernetes.ts';

const iso = (date: Date | string | undefined): string =>
  date === undefined ? '' : (typeof date === 'string' ? new Date(date) : date).toISOString();

/** `aws:///eu-west-1a/i-0abc` */
const instanceOf = (providerId: string | undefined): string | undefined =>
  /\/(i-[0-9a-f]+)$/.exec(providerId ?? '')?.[1];

export function toNode(node: V1Node): KubernetesNode {
  const condition = node.status?.conditions?.find((one) => one.type === 'Ready');
  const ready = condition?.status === 'True';
  const instanceId = instanceOf(node.spec?.providerID);
  const labels = node.metadata?.labels ?? {};
  const zone = labels['topology.kubernetes.io/zone'];
  return {
    name: node.metadata?.name ?? '',
    ready,
    ...(ready ? {} : { reason: condition?.reason ?? 'NoStatus' }),
    ...(ready || condition?.message === undefined ? {} : { message: condition.message }),
    version: node.status?.nodeInfo?.kubeletVersion ?? '',
    ...(instanceId === undefined ? {} : { instanceId }),
    ...(zone === undefined ? {} : { zone }),
    labels,
    unschedulable: node.spec?.unschedulable ?? false,
    created: iso(node.metadata?.creationTimestamp),
  };
}

/** The first thing that keeps a container from running, in kubectl's words. */
function troubleOf(statuses: readonly V1ContainerStatus[]): { reason?: string; message?: string } {
  for (const { state } of statuses) {
    const stuck = state?.waiting ?? (state?.terminated?.exitCode === 0 ? undefined : state?.terminated);
    if (stuck?.reason !== undefined) {
      return { reason: stuck.reason, ...(stuck.message === undefined ? {} : { message: stuck.message }) };
    }
  }
  return {};
}

function whyNotScheduled(pod: V1Pod): { reason?: string; message?: string } {
  const condition = pod.status?.conditions?.find((one) => one.type === 'PodScheduled' && one.status === 'False');
  if (condition === undefined) return {};
  return {
    reason: condition.reason ?? 'Unschedulable',
    ...(condition.message === undefined ? {} : { message: condition.message }),
  };
}

function whyNotReady(pod: V1Pod): { reason?: string; message?: string } {
  if (pod.metadata?.deletionTimestamp !== undefined) return { reason: 'Terminating' };
  const { reason, message } = pod.status ?? {};
  if (reason !== undefined) return { reason, ...(message === undefined ? {} : { message }) };
  const containers = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  return { ...whyNotScheduled(pod), ...troubleOf(containers) };
}

export function toPod(pod: V1Pod): KubernetesPod {
  const ready = pod.status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True') ?? false;
  const phase = pod.status?.phase ?? 'Unknown';
  const owner = pod.metadata?.ownerReferences?.find((one) => one.controller === true);
  const restarts = (pod.status?.containerStatuses ?? []).reduce((sum, one) => sum + one.restartCount, 0);
  return {
    namespace: pod.metadata?.namespace ?? '',
    name: pod.metadata?.name ?? '',
    phase,
    ready,
    ...(ready || phase === 'Succeeded' ? {} : whyNotReady(pod)),
    ...(pod.spec?.nodeName === undefined ? {} : { node: pod.spec.nodeName }),
    restarts,
    ...(owner === undefined ? {} : { owner: { kind: owner.kind, name: owner.name } }),
    labels: pod.metadata?.labels ?? {},
    created: iso(pod.metadata?.creationTimestamp),
  };
}

export const toDeployment = (deployment: V1Deployment): KubernetesWorkload => ({
  namespace: deployment.metadata?.namespace ?? '',
  name: deployment.metadata?.name ?? '',
  wanted: deployment.spec?.replicas ?? 1,
  ready: deployment.status?.readyReplicas ?? 0,
  upToDate: deployment.status?.updatedReplicas ?? 0,
});

export const toDaemonSet = (set: V1DaemonSet): KubernetesWorkload => ({
  namespace: set.metadata?.namespace ?? '',
  name: set.metadata?.name ?? '',
  wanted: set.status?.desiredNumberScheduled ?? 0,
  ready: set.status?.numberReady ?? 0,
  upToDate: set.status?.updatedNumberScheduled ?? 0,
});

export function toEvent(event: CoreV1Event): KubernetesEvent {
  const last = event.lastTimestamp ?? event.series?.lastObservedTime ?? event.eventTime;
  return {
    namespace: event.metadata?.namespace ?? '',
    type: event.type ?? 'Normal',
    reason: event.reason ?? '',
    message: event.message ?? '',
    about: `${event.involvedObject.kind ?? ''}/${event.involvedObject.name ?? ''}`,
    count: event.count ?? event.series?.count ?? 1,
    last: iso(last ?? event.metadata?.creationTimestamp),
  };
}
