import { type Deployment, type ReplicaSet, timestamp } from '../object.ts';
import { scaled } from '../quantity.ts';
import type { Store } from '../store.ts';
import { setCondition } from './pods.ts';

const revisionKey = 'deployment.kubernetes.io/revision';

interface Sets {
  readonly current: ReplicaSet | undefined;
  readonly old: readonly ReplicaSet[];
}

/** Counts and conditions as `kubectl rollout status` reads them. */
export function updateDeploymentStatus(store: Store, deployment: Deployment, { current, old }: Sets): void {
  const sets = current === undefined ? old : [current, ...old];
  const total = (of: (set: ReplicaSet) => number | undefined): number => sets.reduce((n, set) => n + (of(set) ?? 0), 0);
  const counts = {
    replicas: total((set) => set.status.replicas),
    updatedReplicas: current?.status.replicas ?? 0,
    readyReplicas: total((set) => set.status.readyReplicas),
    availableReplicas: total((set) => set.status.availableReplicas),
    unavailableReplicas: Math.max(0, total((set) => set.spec.replicas) - total((set) => set.status.availableReplicas)),
  };
  store.change('deployments', deployment, (draft) => {
    const { conditions = [] } = draft.status;
    draft.status = { conditions, ...withoutZeros(counts) };
    if (draft.metadata.generation !== undefined) draft.status.observedGeneration = draft.metadata.generation;
    setConditions(draft, { counts, current, now: timestamp(store.turn.now) });
    const revision = current?.metadata.annotations?.[revisionKey];
    if (revision !== undefined) draft.metadata.annotations = { ...draft.metadata.annotations, [revisionKey]: revision };
  });
}

const withoutZeros = (counts: Record<string, number>): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).filter(([, n]) => n > 0));

interface Look {
  readonly counts: Record<'replicas' | 'updatedReplicas' | 'availableReplicas', number>;
  readonly current: ReplicaSet | undefined;
  readonly now: string;
}

function setConditions(draft: Deployment, { counts, current, now }: Look): void {
  const { replicas } = draft.spec;
  const allowedMissing = scaled(draft.spec.strategy.rollingUpdate?.maxUnavailable ?? '25%', replicas, false);
  const enough = counts.availableReplicas >= replicas - allowedMissing;
  setCondition(draft.status, now, {
    type: 'Available',
    status: enough ? 'True' : 'False',
    reason: enough ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
    message: enough ? 'Deployment has minimum availability.' : 'Deployment does not have minimum availability.',
  });
  const complete =
    counts.updatedReplicas === replicas && counts.replicas === replicas && counts.availableReplicas === replicas;
  const name = current?.metadata.name ?? '';
  const paused = draft.spec.paused === true;
  setCondition(draft.status, now, {
    type: 'Progressing',
    status: paused ? 'Unknown' : 'True',
    reason: paused ? 'DeploymentPaused' : complete ? 'NewReplicaSetAvailable' : 'ReplicaSetUpdated',
    message: paused
      ? 'Deployment is paused'
      : `ReplicaSet "${name}" ${complete ? 'has successfully progressed.' : 'is progressing.'}`,
  });
}
