import type { Turn } from '../../call.ts';
import type { EksCluster, EksNodegroup } from './state.ts';

export interface Failure {
  readonly errorCode: string;
  readonly errorMessage: string;
  readonly resourceIds: string[];
}

/** Ends the update in progress; the group is ACTIVE again either way, as with EKS. */
export function finishUpdate(cluster: EksCluster, group: EksNodegroup, failure?: Failure): void {
  const update = cluster.updates[group.updateId ?? ''];
  delete group.updateId;
  group.status = 'ACTIVE';
  if (update === undefined) return;
  update.status = failure === undefined ? 'Successful' : 'Failed';
  if (failure !== undefined) update.errors.push({ ...failure });
}

export const finishConfigUpdate = (_turn: Turn, cluster: EksCluster, group: EksNodegroup): void =>
  finishUpdate(cluster, group);
