import { isOwnedBy, isReadyPod, type StatefulSet } from '../object.ts';
import type { Store } from '../store.ts';
import { recordEvent } from './events.ts';
import { createPod, deletePod } from './pods.ts';

/** Ordered: the next pod comes when those before it are ready, and they go from the last. */
export function reconcileStatefulSets(store: Store): void {
  for (const set of store.list('statefulsets')) {
    if (set.metadata.deletionTimestamp === undefined) reconcileSet(store, set);
  }
}

function reconcileSet(store: Store, set: StatefulSet): void {
  const pods = store.list('pods', set.metadata.namespace).filter((pod) => isOwnedBy(pod, set));
  const named = new Map(pods.map((pod) => [pod.metadata.name, pod]));
  const nameAt = (ordinal: number): string => `${set.metadata.name}-${ordinal}`;
  for (let ordinal = 0; ordinal < set.spec.replicas; ordinal += 1) {
    const pod = named.get(nameAt(ordinal));
    if (pod !== undefined && isReadyPod(pod)) continue;
    if (pod === undefined) {
      const name = nameAt(ordinal);
      const labels = { 'statefulset.kubernetes.io/pod-name': name, 'apps.kubernetes.io/pod-index': String(ordinal) };
      createPod(store, set, { template: set.spec.template, name, labels });
      const message = `create Pod ${name} in StatefulSet ${set.metadata.name} successful`;
      recordEvent(store, { about: set, reason: 'SuccessfulCreate', message, component: 'statefulset-controller' });
    }
    break;
  }
  const ordinalOf = (name: string): number => Number(name.slice(set.metadata.name.length + 1));
  const surplus = pods.filter((pod) => ordinalOf(pod.metadata.name) >= set.spec.replicas);
  const last = surplus.sort((a, b) => ordinalOf(b.metadata.name) - ordinalOf(a.metadata.name))[0];
  if (last !== undefined && last.metadata.deletionTimestamp === undefined) deletePod(store, last);
  store.change('statefulsets', set, (draft) => {
    const now = store.list('pods', set.metadata.namespace).filter((pod) => isOwnedBy(pod, set));
    const ready = now.filter(isReadyPod).length;
    draft.status = {
      replicas: now.length,
      readyReplicas: ready,
      availableReplicas: ready,
      currentReplicas: now.length,
      updatedReplicas: now.length,
      ...(set.metadata.generation === undefined ? {} : { observedGeneration: set.metadata.generation }),
    };
  });
}
