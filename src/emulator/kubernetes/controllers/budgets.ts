import { isFinishedPod, isReadyPod, type Pod, type PodDisruptionBudget } from '../object.ts';
import { scaled } from '../quantity.ts';
import { matchesSelector } from '../selectors.ts';
import type { Store } from '../store.ts';

/** Pods that a budget is about. In policy/v1 an empty selector means all of the namespace, a missing one none. */
export const podsOfBudget = (store: Store, budget: PodDisruptionBudget): Pod[] =>
  store
    .list('pods', budget.metadata.namespace)
    .filter((pod) => matchesSelector(budget.spec.selector, pod.metadata.labels) && !isFinishedPod(pod));

/** How many replicas the owner of a pod wants; percentages and maxUnavailable are of that number. */
function wantedBy(store: Store, pods: readonly Pod[]): number {
  const owners = new Map<string, number>();
  for (const pod of pods) {
    const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller === true);
    if (owner === undefined) continue;
    const { namespace } = pod.metadata;
    const set =
      owner.kind === 'ReplicaSet'
        ? store.get('replicasets', owner.name, namespace)
        : owner.kind === 'StatefulSet'
          ? store.get('statefulsets', owner.name, namespace)
          : undefined;
    const deployment = set?.metadata.ownerReferences?.find(({ kind }) => kind === 'Deployment');
    const replicas =
      deployment === undefined
        ? set?.spec.replicas
        : store.get('deployments', deployment.name, namespace)?.spec.replicas;
    if (replicas !== undefined) owners.set(deployment?.uid ?? owner.uid, replicas);
  }
  return [...owners.values()].reduce((a, b) => a + b, 0);
}

/** The disruption controller: how many pods of each budget may go now. */
export function updateBudgets(store: Store): void {
  for (const budget of store.list('poddisruptionbudgets')) {
    const pods = podsOfBudget(store, budget);
    const currentHealthy = pods.filter(isReadyPod).length;
    const { expectedPods, desiredHealthy } = needs(store, budget, pods);
    const disruptionsAllowed = Math.max(0, expectedPods === 0 ? 0 : currentHealthy - desiredHealthy);
    store.change('poddisruptionbudgets', budget, (draft) => {
      draft.status = {
        currentHealthy,
        desiredHealthy,
        disruptionsAllowed,
        expectedPods,
        conditions: draft.status?.conditions ?? [],
        ...(budget.metadata.generation === undefined ? {} : { observedGeneration: budget.metadata.generation }),
      };
    });
  }
}

function needs(
  store: Store,
  budget: PodDisruptionBudget,
  pods: readonly Pod[],
): { expectedPods: number; desiredHealthy: number } {
  const { minAvailable, maxUnavailable } = budget.spec;
  if (typeof minAvailable === 'number') return { expectedPods: pods.length, desiredHealthy: minAvailable };
  const expectedPods = wantedBy(store, pods);
  if (minAvailable !== undefined) return { expectedPods, desiredHealthy: scaled(minAvailable, expectedPods, true) };
  const missing = scaled(maxUnavailable ?? 1, expectedPods, true);
  return { expectedPods, desiredHealthy: Math.max(0, expectedPods - missing) };
}
