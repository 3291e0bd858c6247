import { isFinishedPod, isOwnedBy, isReadyPod, type Pod, type ReplicaSet } from '../object.ts';
import { matchesSelector } from '../selectors.ts';
import type { Store } from '../store.ts';
import { recordEvent } from './events.ts';
import { createPod, deletePod, nameSuffix } from './pods.ts';

/** Pods that a controller owns and that still count: not ended, not going. */
export const activePods = (store: Store, owner: ReplicaSet): Pod[] =>
  store
    .list('pods', owner.metadata.namespace)
    .filter((pod) => isOwnedBy(pod, owner) && !isFinishedPod(pod) && pod.metadata.deletionTimestamp === undefined);

/** Which of them go first: unassigned, then not ready, then the youngest; as the real controller ranks them. */
export const deletionRank = (a: Pod, b: Pod): number =>
  Number(a.spec.nodeName !== undefined) - Number(b.spec.nodeName !== undefined) ||
  Number(isReadyPod(a)) - Number(isReadyPod(b)) ||
  (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? 1 : -1);

/** Each replica set has as many pods as it says. */
export function reconcileReplicaSets(store: Store): void {
  for (const set of store.list('replicasets')) {
    if (set.metadata.deletionTimestamp !== undefined) continue;
    const pods = activePods(store, set);
    for (let missing = set.spec.replicas - pods.length; missing > 0; missing -= 1) addPod(store, set);
    const surplus = pods.sort(deletionRank).slice(0, Math.max(0, pods.length - set.spec.replicas));
    for (const pod of surplus) {
      deletePod(store, pod);
      const message = `Deleted pod: ${pod.metadata.name}`;
      recordEvent(store, { about: set, reason: 'SuccessfulDelete', message, component: 'replicaset-controller' });
    }
    updateStatus(store, set);
  }
}

function addPod(store: Store, set: ReplicaSet): void {
  const name = `${set.metadata.name}-${nameSuffix(store)}`;
  createPod(store, set, { template: set.spec.template, name, labels: {} });
  const message = `Created pod: ${name}`;
  recordEvent(store, { about: set, reason: 'SuccessfulCreate', message, component: 'replicaset-controller' });
}

function updateStatus(store: Store, set: ReplicaSet): void {
  const pods = activePods(store, set);
  const ready = pods.filter(isReadyPod).length;
  const labelled = pods.filter((pod) => matchesSelector(set.spec.selector, pod.metadata.labels)).length;
  store.change('replicasets', set, (draft) => {
    draft.status = {
      replicas: pods.length,
      ...(pods.length > 0 ? { fullyLabeledReplicas: labelled } : {}),
      ...(ready > 0 ? { readyReplicas: ready, availableReplicas: ready } : {}),
      ...(set.metadata.generation === undefined ? {} : { observedGeneration: set.metadata.generation }),
    };
  });
}
