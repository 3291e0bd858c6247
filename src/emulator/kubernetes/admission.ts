import { addressAt, cidr } from '../../base/cidr.ts';
import { fargateProfileFor } from './controllers/fargate.ts';
import { completePodSpec, nameSuffix } from './controllers/pods.ts';
import type { KubernetesObject, Pod, PodTemplate, ServiceObject } from './object.ts';
import type { ResourceType } from './resources.ts';
import { resourceTypes } from './resources.ts';
import { notFound, StatusError } from './status-error.ts';
import type { Store } from './store.ts';

type Spec = Record<string, unknown>;

/** Fills in what a new object's author left out, as defaulting and the admission plugins do. Changes the object. */
export function admit(store: Store, type: ResourceType, object: KubernetesObject): void {
  if (object.metadata.generateName !== undefined && !object.metadata.name) {
    object.metadata.name = `${object.metadata.generateName}${nameSuffix(store)}`;
  }
  checkNamespace(store, type, object);
  const spec = (object.spec ?? {}) as Spec;
  if (object.kind === 'Pod') admitPod(store, object as Pod);
  else if (object.kind === 'Service') admitService(store, object as ServiceObject);
  else if (type.group === 'apps' && object.spec !== undefined) admitWorkload(object.kind, spec);
  if (type.subresources.includes('status') && object.kind !== 'Pod') object.status = firstStatus[object.kind] ?? {};
}

const firstStatus: Readonly<Record<string, unknown>> = {
  ReplicaSet: { replicas: 0 },
  StatefulSet: { replicas: 0 },
  DaemonSet: { currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 },
  PodDisruptionBudget: { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 },
  Service: { loadBalancer: {} },
  Node: { capacity: {}, allocatable: {}, conditions: [], addresses: [], nodeInfo: {} },
};

function checkNamespace(store: Store, type: ResourceType, { metadata }: KubernetesObject): void {
  if (!type.namespaced) return;
  const namespace = store.get('namespaces', metadata.namespace ?? '');
  if (namespace === undefined) throw notFound(resourceTypes.namespaces, metadata.namespace ?? '');
  if (namespace.metadata.deletionTimestamp !== undefined) {
    throw new StatusError(
      403,
      'Forbidden',
      `${type.plural} "${metadata.name}" is forbidden: unable to create new content in namespace ${metadata.namespace} because it is being terminated`,
    );
  }
}

function admitPod(store: Store, pod: Pod): void {
  pod.spec ??= { containers: [] };
  if (!Array.isArray(pod.spec.containers)) pod.spec.containers = [];
  completePodSpec(store, pod.spec);
  const { namespace, labels = {}, annotations = {} } = pod.metadata;
  const profile = fargateProfileFor(store, { namespace: namespace!, labels, annotations });
  if (profile !== undefined) {
    pod.spec.schedulerName = 'fargate-scheduler';
    pod.metadata.labels = { ...labels, 'eks.amazonaws.com/fargate-profile': profile };
  }
  pod.status = { phase: 'Pending' };
}

function admitWorkload(kind: string, spec: Spec): void {
  if (kind !== 'DaemonSet') spec.replicas ??= 1;
  spec.revisionHistoryLimit ??= 10;
  if (kind === 'ReplicaSet') delete spec.revisionHistoryLimit;
  const template = spec.template as PodTemplate | undefined;
  if (template?.spec !== undefined) {
    template.spec.restartPolicy ??= 'Always';
    template.spec.dnsPolicy ??= 'ClusterFirst';
    template.spec.schedulerName ??= 'default-scheduler';
    template.spec.terminationGracePeriodSeconds ??= 30;
    template.spec.securityContext ??= {};
  }
  if (kind === 'Deployment') {
    spec.progressDeadlineSeconds ??= 600;
    spec.strategy ??= {};
    const strategy = spec.strategy as { type?: string; rollingUpdate?: Spec };
    strategy.type ??= 'RollingUpdate';
    if (strategy.type === 'RollingUpdate')
      strategy.rollingUpdate = { maxSurge: '25%', maxUnavailable: '25%', ...strategy.rollingUpdate };
  }
  if (kind === 'DaemonSet') {
    spec.updateStrategy ??= {};
    const strategy = spec.updateStrategy as { type?: string; rollingUpdate?: Spec };
    strategy.type ??= 'RollingUpdate';
    if (strategy.type === 'RollingUpdate')
      strategy.rollingUpdate = { maxSurge: 0, maxUnavailable: 1, ...strategy.rollingUpdate };
  }
}

function admitService(store: Store, service: ServiceObject): void {
  service.spec ??= {};
  service.spec.type ??= 'ClusterIP';
  service.spec.sessionAffinity ??= 'None';
  for (const port of service.spec.ports ?? []) {
    port.protocol ??= 'TCP';
    port.targetPort ??= port.port;
  }
  if (service.spec.type === 'ExternalName' || service.spec.clusterIP !== undefined) return;
  const taken = new Set(store.list('services').map(({ spec }) => spec.clusterIP));
  const range = cidr(store.state.serviceCidr);
  let index = 16;
  while (taken.has(addressAt(range, index))) index += 1;
  service.spec.clusterIP = addressAt(range, index);
  service.spec.clusterIPs = [service.spec.clusterIP];
}
