import { z } from 'zod';
import type { Json } from '../../base/canonical-json.ts';
import { seconds } from '../../base/duration.ts';
import type { EventHandlers, Turn } from '../call.ts';
import { apiAnswers } from '../nodes/self-managed/quorum.ts';
import { podStarted } from './controllers/pods.ts';
import { reconcile } from './controllers/reconcile.ts';
import type { Pod } from './object.ts';
import { Store } from './store.ts';

/** How long a kubelet waits before it tells an API server again that did not answer. */
const untilTried = seconds(10);

const ofCluster = z.object({ cluster: z.string() });
const ofPod = z.object({ cluster: z.string(), namespace: z.string(), name: z.string(), uid: z.string() });

/** The pod that an event is about, if it is still that one, and its store. */
export function podOf(data: Json, turn: Turn): { store: Store; pod: Pod } | undefined {
  const { cluster, namespace, name, uid } = ofPod.parse(data);
  const state = turn.state.kubernetes[cluster];
  if (state === undefined) return undefined;
  const store = new Store(turn, state);
  const pod = store.get('pods', name, namespace);
  return pod?.metadata.uid === uid ? { store, pod } : undefined;
}

/** What happens by itself in the clusters: pods start and stop, grace periods end. */
export const kubernetesEvents: EventHandlers = {
  'kubernetes.reconcile': (data, turn) => {
    const state = turn.state.kubernetes[ofCluster.parse(data).cluster];
    if (state !== undefined) reconcile(new Store(turn, state));
  },
  'kubernetes.pod-started': (data, turn) => {
    const found = podOf(data, turn);
    if (found === undefined) return;
    if (!apiAnswers(turn, found.store.state)) {
      turn.later(untilTried, 'kubernetes.pod-started', data);
      return;
    }
    podStarted(found.store, found.pod);
    reconcile(found.store);
  },
  'kubernetes.pod-stopped': (data, turn) => {
    const found = podOf(data, turn);
    if (found === undefined || found.pod.metadata.deletionTimestamp === undefined) return;
    if (!apiAnswers(turn, found.store.state)) {
      turn.later(untilTried, 'kubernetes.pod-stopped', data);
      return;
    }
    found.store.remove('pods', found.pod);
    reconcile(found.store);
  },
};
