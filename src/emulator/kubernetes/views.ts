import { instanceBehind } from '../nodes/instance-behind.ts';
import { type Data, isData } from './data.ts';
import { type EventObject, type KubernetesObject, type Lease, microTimestamp, type Node, timestamp } from './object.ts';
import type { Target } from './request-info.ts';
import type { ResourceType } from './resources.ts';
import type { Store } from './store.ts';

const renewal = 10_000;

/** An object as it is told outside: in the API group that was asked, with what changes by the second (a node's lease) put in. */
export function present(store: Store, target: Target, object: KubernetesObject): KubernetesObject {
  if (target.group === 'events.k8s.io' && target.plural === 'events') return asNewEvent(object as EventObject);
  if (target.plural === 'leases') return withRenewal(store, object as Lease);
  if (target.plural === 'nodes') return withHeartbeat(store, withoutOurs(object) as Node);
  return object;
}

/** What the emulator notes on nodes for itself is none of a client's business. */
function withoutOurs(object: KubernetesObject): KubernetesObject {
  const kept = Object.entries(object.metadata.annotations ?? {}).filter(
    ([key]) => !key.startsWith('emulator.quilla.dev/'),
  );
  return { ...object, metadata: { ...object.metadata, annotations: Object.fromEntries(kept) } };
}

/** A running kubelet renews its lease every ten seconds: computed when it is read, or time would be full of renewals. */
function withRenewal(store: Store, lease: Lease): Lease {
  if (lease.metadata.namespace !== 'kube-node-lease') return lease;
  const node = store.get('nodes', lease.metadata.name);
  if (instanceBehind(store.turn, node?.spec.providerID)?.state !== 'running') return lease;
  const renewTime = microTimestamp(Math.floor(store.turn.now / renewal) * renewal);
  return { ...lease, spec: { ...lease.spec, renewTime } };
}

const heartbeat = 300_000;

/** A kubelet whose node does not change reports it every five minutes. */
function withHeartbeat(store: Store, node: Node): Node {
  const alive = instanceBehind(store.turn, node.spec.providerID)?.state === 'running';
  const beat = Math.floor(store.turn.now / heartbeat) * heartbeat;
  const conditions = node.status.conditions.map((condition) => {
    const changed = condition.lastTransitionTime ?? node.metadata.creationTimestamp;
    const last = alive ? timestamp(beat) : changed;
    return { ...condition, lastHeartbeatTime: last > changed ? last : changed };
  });
  return { ...node, status: { ...node.status, conditions } };
}

function asNewEvent(event: EventObject): KubernetesObject {
  const {
    apiVersion: _,
    kind: _k,
    metadata,
    involvedObject,
    message,
    source,
    firstTimestamp,
    lastTimestamp,
    count,
    reportingComponent,
    ...rest
  } = event;
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata,
    ...rest,
    regarding: involvedObject,
    note: message,
    reportingController: reportingComponent ?? '',
    deprecatedSource: source ?? {},
    deprecatedFirstTimestamp: firstTimestamp ?? null,
    deprecatedLastTimestamp: lastTimestamp ?? null,
    deprecatedCount: count ?? 1,
  };
}

/** The other way: an object of a request as it is stored. */
export function fromWire(data: Data, type: ResourceType): Data {
  if (type.plural !== 'events' || data.apiVersion !== 'events.k8s.io/v1') return data;
  const { regarding, note, reportingController, deprecatedSource, ...rest } = data;
  return {
    ...rest,
    apiVersion: 'v1',
    involvedObject: isData(regarding) ? regarding : {},
    message: note ?? '',
    reportingComponent: reportingController ?? '',
    source: isData(deprecatedSource) ? deprecatedSource : {},
  };
}
