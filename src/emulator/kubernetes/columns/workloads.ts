import type {
  DaemonSet,
  Deployment,
  KubernetesObject,
  Lease,
  PodDisruptionBudget,
  ReplicaSet,
  StatefulSet,
} from '../object.ts';
import { ageColumn, type Column, containerColumns, nameColumn, selectorText, wide } from './column.ts';

export const deploymentColumns: Column<Deployment>[] = [
  nameColumn as Column<Deployment>,
  { name: 'Ready', value: ({ spec, status }) => `${status.readyReplicas ?? 0}/${spec.replicas}` },
  { name: 'Up-to-date', value: ({ status }) => String(status.updatedReplicas ?? 0) },
  { name: 'Available', value: ({ status }) => String(status.availableReplicas ?? 0) },
  ageColumn as Column<Deployment>,
  ...containerColumns<Deployment>(),
  wide('Selector', ({ spec }) => selectorText(spec.selector)),
];

export const replicaSetColumns: Column<ReplicaSet>[] = [
  nameColumn as Column<ReplicaSet>,
  { name: 'Desired', type: 'integer', value: ({ spec }) => spec.replicas },
  { name: 'Current', type: 'integer', value: ({ status }) => status.replicas },
  { name: 'Ready', type: 'integer', value: ({ status }) => status.readyReplicas ?? 0 },
  ageColumn as Column<ReplicaSet>,
  ...containerColumns<ReplicaSet>(),
  wide('Selector', ({ spec }) => selectorText(spec.selector)),
];

export const daemonSetColumns: Column<DaemonSet>[] = [
  nameColumn as Column<DaemonSet>,
  { name: 'Desired', type: 'integer', value: ({ status }) => status.desiredNumberScheduled },
  { name: 'Current', type: 'integer', value: ({ status }) => status.currentNumberScheduled },
  { name: 'Ready', type: 'integer', value: ({ status }) => status.numberReady },
  { name: 'Up-to-date', type: 'integer', value: ({ status }) => status.updatedNumberScheduled ?? 0 },
  { name: 'Available', type: 'integer', value: ({ status }) => status.numberAvailable ?? 0 },
  { name: 'Node Selector', value: ({ spec }) => selectorText(spec.template.spec.nodeSelector) },
  ageColumn as Column<DaemonSet>,
  ...containerColumns<DaemonSet>(),
  wide('Selector', ({ spec }) => selectorText(spec.selector)),
];

export const statefulSetColumns: Column<StatefulSet>[] = [
  nameColumn as Column<StatefulSet>,
  { name: 'Ready', value: ({ spec, status }) => `${status.readyReplicas ?? 0}/${spec.replicas}` },
  ageColumn as Column<StatefulSet>,
  ...containerColumns<StatefulSet>(),
];

const shown = (value: number | string | undefined): string => (value === undefined ? 'N/A' : String(value));

export const budgetColumns: Column<PodDisruptionBudget>[] = [
  nameColumn as Column<PodDisruptionBudget>,
  { name: 'Min Available', value: ({ spec }) => shown(spec.minAvailable) },
  { name: 'Max Unavailable', value: ({ spec }) => shown(spec.maxUnavailable) },
  { name: 'Allowed Disruptions', type: 'integer', value: ({ status }) => status.disruptionsAllowed },
  ageColumn as Column<PodDisruptionBudget>,
];

export const leaseColumns: Column<Lease>[] = [
  nameColumn as Column<Lease>,
  { name: 'Holder', value: ({ spec }) => spec.holderIdentity ?? '' },
  ageColumn as Column<Lease>,
];

const isDefault = (object: KubernetesObject): boolean =>
  object.metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true';

export const storageClassColumns: Column[] = [
  {
    name: 'Name',
    format: 'name',
    value: (object) => `${object.metadata.name}${isDefault(object) ? ' (default)' : ''}`,
  },
  { name: 'Provisioner', value: (object) => String(object.provisioner ?? '') },
  { name: 'ReclaimPolicy', value: (object) => String(object.reclaimPolicy ?? 'Delete') },
  { name: 'VolumeBindingMode', value: (object) => String(object.volumeBindingMode ?? 'Immediate') },
  { name: 'AllowVolumeExpansion', value: (object) => String(object.allowVolumeExpansion ?? false) },
  ageColumn,
];

export const csiNodeColumns: Column[] = [
  nameColumn,
  {
    name: 'Drivers',
    type: 'integer',
    value: (object) => ((object.spec as { drivers?: unknown[] } | undefined)?.drivers ?? []).length,
  },
  ageColumn,
];

export const priorityClassColumns: Column[] = [
  nameColumn,
  { name: 'Value', type: 'integer', value: (object) => Number(object.value ?? 0) },
  { name: 'Global-Default', value: (object) => String(object.globalDefault ?? false) },
  ageColumn,
  { name: 'PreemptionPolicy', value: (object) => String(object.preemptionPolicy ?? 'PreemptLowerPriority') },
];
