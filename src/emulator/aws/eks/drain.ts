import type { Turn } from '../../call.ts';
import { podsOfBudget } from '../../kubernetes/controllers/budgets.ts';
import { deletePod } from '../../kubernetes/controllers/pods.ts';
import { reconcile } from '../../kubernetes/controllers/reconcile.ts';
import { controllerOf, isFinishedPod, isReadyPod, type Node, type Pod } from '../../kubernetes/object.ts';
import { Store } from '../../kubernetes/store.ts';
import type { EksCluster } from './state.ts';

/** Pods that a drain moves: not those of daemon sets, and not those that ended. */
const movable = (store: Store, node: Node): Pod[] =>
  store
    .list('pods')
    .filter((pod) => pod.spec.nodeName === node.metadata.name)
    .filter((pod) => controllerOf(pod)?.kind !== 'DaemonSet' && !isFinishedPod(pod));

/** A budget that does not let the pod go now. */
function refusing(store: Store, pod: Pod): string | undefined {
  const budget = store
    .list('poddisruptionbudgets', pod.metadata.namespace)
    .find((own) => podsOfBudget(store, own).some((other) => other.metadata.uid === pod.metadata.uid));
  if (budget === undefined || !isReadyPod(pod)) return undefined;
  return budget.status.disruptionsAllowed > 0 ? undefined : budget.metadata.name;
}

export interface Drained {
  readonly done: boolean;
  /** Pods that their budgets keep, `namespace/name`. */
  readonly kept: readonly string[];
}

/** Cordons a node and evicts what may be evicted now; by force also what budgets keep. Call again until it is done. */
export function drain(turn: Turn, cluster: EksCluster, { node, force }: { node: Node; force: boolean }): Drained {
  const state = turn.state.kubernetes[cluster.name];
  if (state === undefined) return { done: true, kept: [] };
  const store = new Store(turn, state);
  if (node.spec.unschedulable !== true) {
    store.change('nodes', node, (draft) => {
      draft.spec.unschedulable = true;
    });
  }
  const kept: string[] = [];
  for (const pod of movable(store, node)) {
    if (pod.metadata.deletionTimestamp !== undefined) continue;
    const budget = force ? undefined : refusing(store, pod);
    if (budget !== undefined) kept.push(`${pod.metadata.namespace}/${pod.metadata.name}`);
    else {
      deletePod(store, pod);
      reconcile(store);
    }
  }
  return { done: movable(store, node).length === 0, kept };
}

/** Lets pods come to a node again. */
export function uncordon(turn: Turn, cluster: EksCluster, node: Node): void {
  const state = turn.state.kubernetes[cluster.name];
  if (state === undefined) return;
  const store = new Store(turn, state);
  store.change('nodes', node, (draft) => {
    delete draft.spec.unschedulable;
  });
  reconcile(store);
}
