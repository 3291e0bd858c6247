import type { Plural } from './object.ts';

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';

/** One resource that this API server stores and serves. */
export interface ResourceType {
  readonly plural: Plural;
  readonly singular: string;
  readonly kind: string;
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** `v1`, `apps/v1`. */
  readonly apiVersion: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly subresources: readonly string[];
  /** metadata.generation counts changes of the spec. */
  readonly hasGeneration?: boolean;
  /** What a subject needs to be named here for client-side listing order; also in a second group under the same name. */
  readonly alsoInGroup?: string;
}

interface Row {
  readonly kind: string;
  readonly api?: string;
  readonly cluster?: boolean;
  readonly short?: string;
  readonly all?: boolean;
  readonly sub?: string;
  readonly generation?: boolean;
  readonly also?: string;
}

const apps = { api: 'apps/v1', all: true, generation: true } as const;
const rbac = 'rbac.authorization.k8s.io/v1';

const rows: Readonly<Record<Plural, Row>> = {
  nodes: { kind: 'Node', cluster: true, short: 'no', sub: 'status' },
  pods: { kind: 'Pod', short: 'po', all: true, sub: 'status,eviction,binding', generation: true },
  namespaces: { kind: 'Namespace', cluster: true, short: 'ns', sub: 'status,finalize' },
  services: { kind: 'Service', short: 'svc', all: true, sub: 'status' },
  endpoints: { kind: 'Endpoints', short: 'ep' },
  serviceaccounts: { kind: 'ServiceAccount', short: 'sa' },
  configmaps: { kind: 'ConfigMap', short: 'cm' },
  secrets: { kind: 'Secret' },
  events: { kind: 'Event', short: 'ev', also: 'events.k8s.io' },
  persistentvolumes: { kind: 'PersistentVolume', cluster: true, short: 'pv', sub: 'status' },
  persistentvolumeclaims: { kind: 'PersistentVolumeClaim', short: 'pvc', sub: 'status' },
  deployments: { kind: 'Deployment', ...apps, short: 'deploy', sub: 'status,scale' },
  replicasets: { kind: 'ReplicaSet', ...apps, short: 'rs', sub: 'status,scale' },
  daemonsets: { kind: 'DaemonSet', ...apps, short: 'ds', sub: 'status' },
  statefulsets: { kind: 'StatefulSet', ...apps, short: 'sts', sub: 'status,scale' },
  poddisruptionbudgets: {
    kind: 'PodDisruptionBudget',
    api: 'policy/v1',
    short: 'pdb',
    sub: 'status',
    generation: true,
  },
  leases: { kind: 'Lease', api: 'coordination.k8s.io/v1' },
  storageclasses: { kind: 'StorageClass', api: 'storage.k8s.io/v1', cluster: true, short: 'sc' },
  csinodes: { kind: 'CSINode', api: 'storage.k8s.io/v1', cluster: true },
  csidrivers: { kind: 'CSIDriver', api: 'storage.k8s.io/v1', cluster: true },
  volumeattachments: { kind: 'VolumeAttachment', api: 'storage.k8s.io/v1', cluster: true, sub: 'status' },
  priorityclasses: { kind: 'PriorityClass', api: 'scheduling.k8s.io/v1', cluster: true, short: 'pc' },
  validatingwebhookconfigurations: {
    kind: 'ValidatingWebhookConfiguration',
    api: 'admissionregistration.k8s.io/v1',
    cluster: true,
    generation: true,
  },
  mutatingwebhookconfigurations: {
    kind: 'MutatingWebhookConfiguration',
    api: 'admissionregistration.k8s.io/v1',
    cluster: true,
    generation: true,
  },
  clusterroles: { kind: 'ClusterRole', api: rbac, cluster: true },
  clusterrolebindings: { kind: 'ClusterRoleBinding', api: rbac, cluster: true },
  roles: { kind: 'Role', api: rbac },
  rolebindings: { kind: 'RoleBinding', api: rbac },
  jobs: { kind: 'Job', api: 'batch/v1', all: true, sub: 'status', generation: true },
  cronjobs: { kind: 'CronJob', api: 'batch/v1', short: 'cj', all: true, sub: 'status', generation: true },
  networkpolicies: { kind: 'NetworkPolicy', api: 'networking.k8s.io/v1', short: 'netpol', generation: true },
  ingresses: { kind: 'Ingress', api: 'networking.k8s.io/v1', short: 'ing', sub: 'status', generation: true },
};

function typeOf(plural: Plural, row: Row): ResourceType {
  const apiVersion = row.api ?? 'v1';
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  return {
    plural,
    singular: row.kind.toLowerCase(),
    kind: row.kind,
    group: group!,
    version: version!,
    apiVersion,
    namespaced: row.cluster !== true,
    shortNames: row.short === undefined ? [] : [row.short],
    categories: row.all === true ? ['all'] : [],
    subresources: row.sub === undefined ? [] : row.sub.split(','),
    ...(row.generation === true ? { hasGeneration: true } : {}),
    ...(row.also === undefined ? {} : { alsoInGroup: row.also }),
  };
}

/** Every resource served, by its plural name. */
export const resourceTypes = Object.fromEntries(
  Object.entries(rows).map(([plural, row]) => [plural, typeOf(plural as Plural, row)]),
) as Readonly<Record<Plural, ResourceType>>;

/** Verbs that each stored resource answers. */
export const storedVerbs: readonly Verb[] = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
];

/** Reviews are answered, not stored: kind by group and plural name. */
export const reviews = [
  { group: 'authorization.k8s.io', plural: 'selfsubjectaccessreviews', kind: 'SelfSubjectAccessReview' },
  { group: 'authorization.k8s.io', plural: 'selfsubjectrulesreviews', kind: 'SelfSubjectRulesReview' },
  { group: 'authentication.k8s.io', plural: 'selfsubjectreviews', kind: 'SelfSubjectReview' },
] as const;

/** Resource types of a group, with those that are seen in it too. */
export const typesOfGroup = (group: string): ResourceType[] =>
  Object.values(resourceTypes).filter((type) => type.group === group || type.alsoInGroup === group);

/** Named groups in the order that a kube-apiserver lists them in. */
export const groups: readonly string[] = [
  'events.k8s.io',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'apps',
  'batch',
  'networking.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'storage.k8s.io',
  'admissionregistration.k8s.io',
  'scheduling.k8s.io',
  'coordination.k8s.io',
];
