import { type KubernetesObject, timestamp } from '../object.ts';
import type { Store } from '../store.ts';

export interface Occurrence {
  readonly about: KubernetesObject;
  readonly reason: string;
  readonly message: string;
  readonly type?: 'Normal' | 'Warning';
  /** `kubelet`, `default-scheduler`. */
  readonly component: string;
  readonly host?: string;
}

const keptPerCluster = 1000;

/** Writes an event; the same one again counts up instead, as client-go's recorder aggregates. */
export function recordEvent(
  store: Store,
  { about, reason, message, type = 'Normal', component, host }: Occurrence,
): void {
  const namespace = about.metadata.namespace ?? 'default';
  const now = timestamp(store.turn.now);
  const same = store
    .list('events', namespace)
    .find(
      (event) =>
        event.involvedObject.uid === about.metadata.uid && event.reason === reason && event.message === message,
    );
  if (same !== undefined) {
    store.change('events', same, (event) => {
      event.count = (event.count ?? 1) + 1;
      event.lastTimestamp = now;
    });
    return;
  }
  const { name, uid, resourceVersion } = about.metadata;
  store.create('events', {
    metadata: { name: `${name}.${store.turn.newToken(16)}`, namespace },
    involvedObject: {
      kind: about.kind,
      apiVersion: about.apiVersion,
      name,
      uid,
      resourceVersion,
      ...(about.metadata.namespace === undefined ? {} : { namespace: about.metadata.namespace }),
    },
    reason,
    message,
    type,
    source: { component, ...(host === undefined ? {} : { host }) },
    firstTimestamp: now,
    lastTimestamp: now,
    count: 1,
    reportingComponent: component,
    reportingInstance: host ?? '',
    eventTime: null,
  });
  forgetOld(store);
}

/** A kube-apiserver forgets events after an hour; and an emulated cluster must not grow without end. */
function forgetOld(store: Store): void {
  const all = store.list('events');
  const hourAgo = timestamp(store.turn.now - 3_600_000);
  const old = all.filter((event) => (event.lastTimestamp ?? event.metadata.creationTimestamp) < hourAgo);
  for (const event of old) store.remove('events', event);
  if (all.length - old.length > keptPerCluster) store.remove('events', store.list('events')[0]!);
}
