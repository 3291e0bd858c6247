import { apiAnswers } from '../../nodes/self-managed/quorum.ts';
import type { Store } from '../store.ts';
import { updateBudgets } from './budgets.ts';
import { reconcileDaemonSets } from './daemon-sets.ts';
import { reconcileDeployments } from './deployments.ts';
import { requestFargateNodes } from './fargate.ts';
import { collectGarbage } from './garbage.ts';
import { reconcileNodes } from './nodes.ts';
import { startPods } from './pods.ts';
import { reconcileReplicaSets } from './replica-sets.ts';
import { schedulePods } from './scheduler.ts';
import { reconcileStatefulSets } from './stateful-sets.ts';

const controllers: readonly ((store: Store) => void)[] = [
  reconcileNodes,
  collectGarbage,
  reconcileDeployments,
  reconcileReplicaSets,
  reconcileStatefulSets,
  reconcileDaemonSets,
  schedulePods,
  requestFargateNodes,
  startPods,
  updateBudgets,
];

const roundLimit = 100;

/** Lets every controller work until none has anything to do. What needs time they ask of the turn. */
export function reconcile(store: Store): void {
  // Without quorum nobody can write, and controllers do nothing else.
  if (!apiAnswers(store.turn, store.state)) return;
  for (let round = 0; round < roundLimit; round += 1) {
    const before = store.state.revision;
    for (const controller of controllers) controller(store);
    if (store.state.revision === before) return;
  }
  throw new Error(`the controllers of cluster ${store.state.name} do not come to rest`);
}
