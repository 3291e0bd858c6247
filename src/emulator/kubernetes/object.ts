/** Kubernetes objects as the emulator keeps them: JSON as on the wire, with just the fields that something here reads named. */

import type { LabelSelector, PodSpec, PodTemplate, Taint } from './pod-spec.ts';

export type * from './pod-spec.ts';

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

export interface ObjectMeta {
  name: string;
  namespace?: string;
  uid: string;
  resourceVersion: string;
  generation?: number;
  creationTimestamp: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  generateName?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: OwnerReference[];
  finalizers?: string[];
  [field: string]: unknown;
}

export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  [field: string]: unknown;
}

export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
  lastHeartbeatTime?: string;
  lastUpdateTime?: string;
  [field: string]: unknown;
}

export interface ContainerStatus {
  name: string;
  image: string;
  imageID: string;
  ready: boolean;
  restartCount: number;
  started?: boolean;
  state: Record<string, Record<string, unknown>>;
  lastState?: Record<string, unknown>;
  [field: string]: unknown;
}

export interface Pod extends KubernetesObject {
  spec: PodSpec;
  status: {
    phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
    conditions?: Condition[];
    podIP?: string;
    podIPs?: { ip: string }[];
    hostIP?: string;
    startTime?: string;
    reason?: string;
    message?: string;
    containerStatuses?: ContainerStatus[];
    [field: string]: unknown;
  };
}

export interface Node extends KubernetesObject {
  spec: { providerID?: string; podCIDR?: string; taints?: Taint[]; unschedulable?: boolean; [field: string]: unknown };
  status: {
    capacity: Record<string, string>;
    allocatable: Record<string, string>;
    conditions: Condition[];
    addresses: { type: string; address: string }[];
    nodeInfo: Record<string, string>;
    [field: string]: unknown;
  };
}

export interface Deployment extends KubernetesObject {
  spec: {
    replicas: number;
    selector: LabelSelector;
    template: PodTemplate;
    strategy: {
      type: 'RollingUpdate' | 'Recreate';
      rollingUpdate?: { maxSurge?: number | string; maxUnavailable?: number | string };
    };
    revisionHistoryLimit?: number;
    progressDeadlineSeconds?: number;
    paused?: boolean;
    minReadySeconds?: number;
    [field: string]: unknown;
  };
  status: {
    observedGeneration?: number;
    replicas?: number;
    updatedReplicas?: number;
    readyReplicas?: number;
    availableReplicas?: number;
    unavailableReplicas?: number;
    conditions?: Condition[];
    [field: string]: unknown;
  };
}

export interface ReplicaSet extends KubernetesObject {
  spec: { replicas: number; selector: LabelSelector; template: PodTemplate; [field: string]: unknown };
  status: {
    replicas: number;
    fullyLabeledReplicas?: number;
    readyReplicas?: number;
    availableReplicas?: number;
    observedGeneration?: number;
    [field: string]: unknown;
  };
}

export interface DaemonSet extends KubernetesObject {
  spec: {
    selector: LabelSelector;
    template: PodTemplate;
    updateStrategy?: { type: string; rollingUpdate?: { maxUnavailable?: number | string; maxSurge?: number | string } };
    [field: string]: unknown;
  };
  status: {
    currentNumberScheduled: number;
    desiredNumberScheduled: number;
    numberMisscheduled: number;
    numberReady: number;
    numberAvailable?: number;
    numberUnavailable?: number;
    updatedNumberScheduled?: number;
    observedGeneration?: number;
    [field: string]: unknown;
  };
}

export interface StatefulSet extends KubernetesObject {
  spec: {
    replicas: number;
    selector: LabelSelector;
    template: PodTemplate;
    serviceName?: string;
    [field: string]: unknown;
  };
  status: { replicas: number; readyReplicas?: number; observedGeneration?: number; [field: string]: unknown };
}

export interface PodDisruptionBudget extends KubernetesObject {
  spec: {
    selector?: LabelSelector;
    minAvailable?: number | string;
    maxUnavailable?: number | string;
    [field: string]: unknown;
  };
  status: {
    currentHealthy: number;
    desiredHealthy: number;
    disruptionsAllowed: number;
    expectedPods: number;
    observedGeneration?: number;
    disruptedPods?: Record<string, string>;
    conditions?: Condition[];
    [field: string]: unknown;
  };
}

export interface Lease extends KubernetesObject {
  spec: { holderIdentity?: string; leaseDurationSeconds?: number; renewTime?: string; [field: string]: unknown };
}

export interface ServiceObject extends KubernetesObject {
  spec: {
    type?: string;
    clusterIP?: string;
    selector?: Record<string, string>;
    ports?: { name?: string; port: number; protocol?: string; nodePort?: number; targetPort?: number | string }[];
    [field: string]: unknown;
  };
}

/** An event in the shape of core/v1; events.k8s.io/v1 is another view of the same object. */
export interface EventObject extends KubernetesObject {
  involvedObject: {
    kind: string;
    namespace?: string;
    name: string;
    uid?: string;
    apiVersion?: string;
    [field: string]: unknown;
  };
  reason: string;
  message: string;
  type: string;
  count?: number;
  firstTimestamp?: string | null;
  lastTimestamp?: string | null;
  source?: { component?: string; host?: string };
  reportingComponent?: string;
  [field: string]: unknown;
}

/** Every resource that is stored, by its plural name. */
export interface ResourceMap {
  nodes: Node;
  pods: Pod;
  namespaces: KubernetesObject;
  services: ServiceObject;
  endpoints: KubernetesObject;
  serviceaccounts: KubernetesObject;
  configmaps: KubernetesObject;
  secrets: KubernetesObject;
  events: EventObject;
  persistentvolumes: KubernetesObject;
  persistentvolumeclaims: KubernetesObject;
  deployments: Deployment;
  replicasets: ReplicaSet;
  daemonsets: DaemonSet;
  statefulsets: StatefulSet;
  poddisruptionbudgets: PodDisruptionBudget;
  leases: Lease;
  storageclasses: KubernetesObject;
  csinodes: KubernetesObject;
  csidrivers: KubernetesObject;
  volumeattachments: KubernetesObject;
  priorityclasses: KubernetesObject;
  validatingwebhookconfigurations: KubernetesObject;
  mutatingwebhookconfigurations: KubernetesObject;
  clusterroles: KubernetesObject;
  clusterrolebindings: KubernetesObject;
  roles: KubernetesObject;
  rolebindings: KubernetesObject;
  jobs: KubernetesObject;
  cronjobs: KubernetesObject;
  networkpolicies: KubernetesObject;
  ingresses: KubernetesObject;
}

export type Plural = keyof ResourceMap;

export const namespaceOf = (object: KubernetesObject): string => object.metadata.namespace ?? '';

/** The owner that made the object and manages it. */
export const controllerOf = (object: KubernetesObject): OwnerReference | undefined =>
  object.metadata.ownerReferences?.find((owner) => owner.controller === true);

export const isOwnedBy = (object: KubernetesObject, owner: KubernetesObject): boolean =>
  controllerOf(object)?.uid === owner.metadata.uid;

/** The reference by which a controller owns what it makes. */
export const ownerReference = (owner: KubernetesObject): OwnerReference => ({
  apiVersion: owner.apiVersion,
  kind: owner.kind,
  name: owner.metadata.name,
  uid: owner.metadata.uid,
  controller: true,
  blockOwnerDeletion: true,
});

export const conditionOf = (conditions: readonly Condition[] | undefined, type: string): Condition | undefined =>
  conditions?.find((condition) => condition.type === type);

export const isTrue = (conditions: readonly Condition[] | undefined, type: string): boolean =>
  conditionOf(conditions, type)?.status === 'True';

export const isReadyNode = (node: Node): boolean => isTrue(node.status.conditions, 'Ready');

export const isReadyPod = (pod: Pod): boolean =>
  pod.metadata.deletionTimestamp === undefined && isTrue(pod.status.conditions, 'Ready');

/** Whether a pod has ended by itself: it holds no place on a node any more. */
export const isFinishedPod = (pod: Pod): boolean => pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed';

/** RFC 3339 with whole seconds, as metadata.creationTimestamp is written. */
export const timestamp = (ms: number): string => new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');

/** RFC 3339 with microseconds, as leases and events.k8s.io write it. */
export const microTimestamp = (ms: number): string => new Date(ms).toISOString().replace(/Z$/, '000Z');
