import {
  conditionOf,
  type EventObject,
  isReadyNode,
  type KubernetesObject,
  type Node,
  type Pod,
  type ServiceObject,
} from '../object.ts';
import { ageColumn, type Column, nameColumn, selectorText, since, wide } from './column.ts';

const rolePrefix = 'node-role.kubernetes.io/';

function nodeStatus(node: Node): string {
  const ready = conditionOf(node.status.conditions, 'Ready');
  const word = ready === undefined ? 'Unknown' : isReadyNode(node) ? 'Ready' : 'NotReady';
  return node.spec.unschedulable === true ? `${word},SchedulingDisabled` : word;
}

const nodeRoles = ({ metadata }: Node): string => {
  const roles = Object.keys(metadata.labels ?? {}).filter((key) => key.startsWith(rolePrefix));
  return roles.length === 0
    ? '<none>'
    : roles
        .map((key) => key.slice(rolePrefix.length))
        .sort()
        .join(',');
};

const addressOf = (node: Node, type: string): string =>
  node.status.addresses.find((address) => address.type === type)?.address ?? '<none>';

export const nodeColumns: Column<Node>[] = [
  nameColumn as Column<Node>,
  { name: 'Status', value: nodeStatus },
  { name: 'Roles', value: nodeRoles },
  ageColumn as Column<Node>,
  { name: 'Version', value: ({ status }) => status.nodeInfo.kubeletVersion ?? '' },
  wide('Internal-IP', (node) => addressOf(node, 'InternalIP')),
  wide('External-IP', (node) => addressOf(node, 'ExternalIP')),
  wide('OS-Image', ({ status }) => status.nodeInfo.osImage ?? '<unknown>'),
  wide('Kernel-Version', ({ status }) => status.nodeInfo.kernelVersion ?? '<unknown>'),
  wide('Container-Runtime', ({ status }) => status.nodeInfo.containerRuntimeVersion ?? '<unknown>'),
];

/** The STATUS column: a pod's phase, or what its containers wait for. */
function podStatus({ metadata, status }: Pod): string {
  if (metadata.deletionTimestamp !== undefined) return status.reason === 'NodeLost' ? 'Unknown' : 'Terminating';
  const waiting = status.containerStatuses
    ?.map(({ state }) => state.waiting?.reason)
    .find((reason) => reason !== undefined);
  return typeof waiting === 'string'
    ? waiting
    : (status.reason ?? (status.phase === 'Succeeded' ? 'Completed' : status.phase));
}

export const podColumns: Column<Pod>[] = [
  nameColumn as Column<Pod>,
  {
    name: 'Ready',
    value: ({ spec, status }) =>
      `${status.containerStatuses?.filter(({ ready }) => ready).length ?? 0}/${spec.containers.length}`,
  },
  { name: 'Status', value: podStatus },
  {
    name: 'Restarts',
    value: ({ status }) => String(status.containerStatuses?.reduce((n, c) => n + c.restartCount, 0) ?? 0),
  },
  ageColumn as Column<Pod>,
  wide('IP', ({ status }) => status.podIP ?? '<none>'),
  wide('Node', ({ spec }) => spec.nodeName ?? '<none>'),
  wide('Nominated Node', ({ status }) => String(status.nominatedNodeName ?? '<none>')),
  wide('Readiness Gates', () => '<none>'),
];

export const namespaceColumns: Column[] = [
  nameColumn,
  { name: 'Status', value: (object) => String((object.status as { phase?: string } | undefined)?.phase ?? '') },
  ageColumn,
];

const portText = ({ port, protocol, nodePort }: { port: number; protocol?: string; nodePort?: number }): string =>
  `${port}${nodePort === undefined ? '' : `:${nodePort}`}/${protocol ?? 'TCP'}`;

export const serviceColumns: Column<ServiceObject>[] = [
  nameColumn as Column<ServiceObject>,
  { name: 'Type', value: ({ spec }) => spec.type ?? 'ClusterIP' },
  { name: 'Cluster-IP', value: ({ spec }) => spec.clusterIP ?? '<none>' },
  { name: 'External-IP', value: ({ spec }) => (spec.type === 'LoadBalancer' ? '<pending>' : '<none>') },
  { name: 'Port(s)', value: ({ spec }) => spec.ports?.map(portText).join(',') ?? '<none>' },
  ageColumn as Column<ServiceObject>,
  wide('Selector', ({ spec }) => selectorText(spec.selector)),
];

const keyCount = (object: KubernetesObject, ...fields: string[]): number =>
  fields.reduce((n, field) => n + Object.keys((object[field] ?? {}) as object).length, 0);

export const configMapColumns: Column[] = [
  nameColumn,
  { name: 'Data', value: (object) => String(keyCount(object, 'data', 'binaryData')) },
  ageColumn,
];

export const secretColumns: Column[] = [
  nameColumn,
  { name: 'Type', value: (object) => String(object.type ?? 'Opaque') },
  { name: 'Data', type: 'integer', value: (object) => keyCount(object, 'data') },
  ageColumn,
];

export const serviceAccountColumns: Column[] = [
  nameColumn,
  { name: 'Secrets', value: (object) => String(((object.secrets as unknown[] | undefined) ?? []).length) },
  ageColumn,
];

/** The same columns for both groups: events.k8s.io names the object and the text otherwise. */
const aboutOf = (event: EventObject): EventObject['involvedObject'] =>
  (event.regarding as EventObject['involvedObject'] | undefined) ?? event.involvedObject;
const lastSeen = (event: EventObject): string =>
  event.lastTimestamp ?? (event.deprecatedLastTimestamp as string | undefined) ?? event.metadata.creationTimestamp;

export const eventColumns: Column<EventObject>[] = [
  { name: 'Last Seen', value: (event, now) => since(lastSeen(event), now) },
  { name: 'Type', value: ({ type }) => type },
  { name: 'Reason', value: ({ reason }) => reason },
  { name: 'Object', value: (event) => `${aboutOf(event).kind.toLowerCase()}/${aboutOf(event).name}` },
  wide('Subobject', (event) => String(aboutOf(event).fieldPath ?? '')),
  wide('Source', ({ source }) => [source?.component, source?.host].filter(Boolean).join(', ')),
  { name: 'Message', value: (event) => String(event.note ?? event.message).trim() },
  wide('First Seen', (event, now) => since(event.firstTimestamp ?? event.metadata.creationTimestamp, now)),
  wide('Count', ({ count }) => String(count ?? 1)),
  wide('Name', ({ metadata }) => metadata.name),
];
