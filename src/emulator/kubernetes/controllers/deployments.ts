import { type Deployment, isOwnedBy, ownerReference, type ReplicaSet } from '../object.ts';
import { scaled } from '../quantity.ts';
import type { Store } from '../store.ts';
import { updateDeploymentStatus } from './deployment-status.ts';
import { recordEvent } from './events.ts';
import { templateHash } from './template-hash.ts';

const revisionKey = 'deployment.kubernetes.io/revision';
const revisionOf = (object: ReplicaSet | Deployment): number => Number(object.metadata.annotations?.[revisionKey] ?? 0);
const sum = (sets: readonly ReplicaSet[], of: (set: ReplicaSet) => number): number =>
  sets.reduce((n, set) => n + of(set), 0);

/** https://kubernetes.io/docs/concepts/workloads/controllers/deployment/ */
export function reconcileDeployments(store: Store): void {
  for (const deployment of store.list('deployments')) {
    if (deployment.metadata.deletionTimestamp !== undefined) continue;
    if (deployment.spec.paused !== true) roll(store, deployment);
    updateDeploymentStatus(store, deployment, setsOf(store, deployment));
  }
}

const setsOf = (store: Store, deployment: Deployment): { current: ReplicaSet | undefined; old: ReplicaSet[] } => {
  const hash = templateHash(deployment.spec.template);
  const sets = store.list('replicasets', deployment.metadata.namespace).filter((set) => isOwnedBy(set, deployment));
  return {
    current: sets.find((set) => set.metadata.labels?.['pod-template-hash'] === hash),
    old: sets.filter((set) => set.metadata.labels?.['pod-template-hash'] !== hash),
  };
};

function roll(store: Store, deployment: Deployment): void {
  const { current: found, old } = setsOf(store, deployment);
  const recreate = deployment.spec.strategy.type === 'Recreate';
  const current =
    found ?? (recreate && old.some((set) => set.status.replicas > 0) ? undefined : makeSet(store, deployment, old));
  if (recreate) {
    for (const set of old) scaleSet(store, deployment, { set, replicas: 0 });
    if (current !== undefined) scaleSet(store, deployment, { set: current, replicas: deployment.spec.replicas });
    return;
  }
  if (current === undefined) return;
  const limits = limitsOf(deployment);
  scaleUp(store, deployment, { current, old, limits });
  scaleDown(store, deployment, { current, old, limits });
  forgetRevisions(store, deployment, old);
}

interface Rolling {
  readonly current: ReplicaSet;
  readonly old: readonly ReplicaSet[];
  readonly limits: { readonly surge: number; readonly unavailable: number };
}

function limitsOf(deployment: Deployment): Rolling['limits'] {
  const { maxSurge = '25%', maxUnavailable = '25%' } = deployment.spec.strategy.rollingUpdate ?? {};
  const surge = scaled(maxSurge, deployment.spec.replicas, true);
  const unavailable = scaled(maxUnavailable, deployment.spec.replicas, false);
  return surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable };
}

function makeSet(store: Store, deployment: Deployment, old: readonly ReplicaSet[]): ReplicaSet {
  const hash = templateHash(deployment.spec.template);
  const { template, selector } = deployment.spec;
  const labels = { ...template.metadata?.labels, 'pod-template-hash': hash };
  const revision = Math.max(0, ...old.map(revisionOf)) + 1;
  return store.create('replicasets', {
    metadata: {
      name: `${deployment.metadata.name}-${hash}`,
      namespace: deployment.metadata.namespace!,
      labels,
      annotations: { [revisionKey]: String(revision) },
      ownerReferences: [ownerReference(deployment)],
    },
    spec: {
      replicas: 0,
      selector: { ...selector, matchLabels: { ...selector.matchLabels, 'pod-template-hash': hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
    status: { replicas: 0 },
  });
}

function scaleUp(store: Store, deployment: Deployment, { current, old, limits }: Rolling): void {
  const highest = Math.max(0, ...old.map(revisionOf));
  const revision = revisionOf(current) > highest ? revisionOf(current) : highest + 1;
  if (revision !== revisionOf(current)) annotate(store, current, revision);
  const wanted = deployment.spec.replicas;
  if (current.spec.replicas > wanted) {
    scaleSet(store, deployment, { set: current, replicas: wanted });
    return;
  }
  const room = wanted + limits.surge - sum([current, ...old], (set) => set.spec.replicas);
  const replicas = Math.min(wanted, current.spec.replicas + Math.max(0, room));
  scaleSet(store, deployment, { set: current, replicas });
}

const annotate = (store: Store, set: ReplicaSet, revision: number): void => {
  store.change('replicasets', set, (draft) => {
    draft.metadata.annotations = { ...draft.metadata.annotations, [revisionKey]: String(revision) };
  });
};

/** Old pods that are not available go first, then as many as leave enough of all available. */
function scaleDown(store: Store, deployment: Deployment, { current: given, old, limits }: Rolling): void {
  const current = store.get('replicasets', given.metadata.name, given.metadata.namespace) ?? given;
  const available = (set: ReplicaSet): number => set.status.availableReplicas ?? 0;
  const total = sum([current, ...old], (set) => set.spec.replicas);
  const least = deployment.spec.replicas - limits.unavailable;
  let mayGo = total - least - (current.spec.replicas - available(current));
  let availableMayGo = sum([current, ...old], available) - least;
  for (const set of [...old].sort((a, b) => (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1 : 1))) {
    if (set.spec.replicas === 0) continue;
    const broken = Math.max(0, Math.min(set.spec.replicas - available(set), mayGo));
    const healthy = Math.max(0, Math.min(set.spec.replicas - broken, availableMayGo, mayGo - broken));
    mayGo -= broken + healthy;
    availableMayGo -= healthy;
    scaleSet(store, deployment, { set, replicas: set.spec.replicas - broken - healthy });
  }
}

function scaleSet(
  store: Store,
  deployment: Deployment,
  { set, replicas }: { set: ReplicaSet; replicas: number },
): void {
  const before = store.get('replicasets', set.metadata.name, set.metadata.namespace)?.spec.replicas ?? 0;
  if (before === replicas) return;
  store.change('replicasets', set, (draft) => {
    draft.spec.replicas = replicas;
    draft.metadata.generation = (draft.metadata.generation ?? 0) + 1;
  });
  const direction = replicas > before ? 'up' : 'down';
  const message = `Scaled ${direction} replica set ${set.metadata.name} from ${before} to ${replicas}`;
  recordEvent(store, { about: deployment, reason: 'ScalingReplicaSet', message, component: 'deployment-controller' });
}

function forgetRevisions(store: Store, deployment: Deployment, old: readonly ReplicaSet[]): void {
  const empty = old.filter((set) => set.spec.replicas === 0 && set.status.replicas === 0);
  const surplus = empty.length - (deployment.spec.revisionHistoryLimit ?? 10);
  const oldest = [...empty].sort((a, b) => revisionOf(a) - revisionOf(b));
  for (const set of oldest.slice(0, Math.max(0, surplus))) store.remove('replicasets', set);
}
