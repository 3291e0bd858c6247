import type { Turn } from '../call.ts';
import type { AddonInstallation } from './addons/installation.ts';
import { workloadsOf } from './addons/workloads.ts';
import { applyObject } from './apply-object.ts';
import { reconcile } from './controllers/reconcile.ts';
import type { Plural } from './object.ts';
import { Store } from './store.ts';

export type { AddonInstallation };

const addonLabel = 'eks.amazonaws.com/component-of';

/**
 * Creates or updates what an add-on runs in its cluster: daemon sets, deployments, service accounts, budgets.
 * An add-on that brings no workload known here changes nothing. Throws where the cluster has no API server.
 */
export function applyAddonWorkloads(turn: Turn, addon: AddonInstallation): void {
  const store = storeOf(turn, addon.cluster);
  for (const { plural, object } of workloadsOf(store.state, addon)) {
    const draft = {
      ...object,
      metadata: { ...object.metadata, labels: { ...object.metadata.labels, [addonLabel]: addon.name } },
    };
    applyObject(store, plural, draft);
  }
  reconcile(store);
}

/** Takes away what an add-on brought; `preserve` (DeleteAddon's) leaves it running and forgets whose it was. */
export function removeAddonWorkloads(
  turn: Turn,
  { cluster, name, preserve = false }: { cluster: string; name: string; preserve?: boolean },
): void {
  const store = storeOf(turn, cluster);
  for (const plural of Object.keys(store.state.objects) as Plural[]) {
    for (const object of store.list(plural)) {
      if (object.metadata.labels?.[addonLabel] !== name) continue;
      if (preserve) store.change(plural, object, (copy) => void delete copy.metadata.labels?.[addonLabel]);
      else store.remove(plural, object);
    }
  }
  reconcile(store);
}

/** How an add-on's workloads are: `undefined` where all that should run is ready, else what is not, as EKS reports it in health issues. */
export function addonProblem(turn: Turn, { cluster, name }: { cluster: string; name: string }): string | undefined {
  const store = storeOf(turn, cluster);
  for (const set of store.list('deployments')) {
    if (set.metadata.labels?.[addonLabel] !== name) continue;
    const ready = set.status.readyReplicas ?? 0;
    // https://docs.aws.amazon.com/eks/latest/APIReference/API_AddonIssue.html
    if (ready < set.spec.replicas)
      return `The add-on is unhealthy because it doesn't have the desired number of replicas.`;
  }
  for (const set of store.list('daemonsets')) {
    if (set.metadata.labels?.[addonLabel] !== name) continue;
    if (set.status.numberReady < set.status.desiredNumberScheduled)
      return `The add-on is unhealthy because all of its pods are not ready.`;
  }
  return undefined;
}

function storeOf(turn: Turn, cluster: string): Store {
  const state = turn.state.kubernetes[cluster];
  if (state === undefined) throw new Error(`cluster ${cluster} has no API server`);
  return new Store(turn, state);
}
