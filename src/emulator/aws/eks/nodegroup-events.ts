import type { Json } from '../../../base/canonical-json.ts';
import type { Duration } from '../../../base/duration.ts';
import type { Turn } from '../../call.ts';
import type { EksCluster, EksNodegroup } from './state.ts';
import { eksTimings } from './timings.ts';

export type NodegroupStep =
  | 'start'
  | 'check'
  | 'delete'
  | 'deleting'
  | 'deleted'
  | 'configured'
  | 'roll-start'
  | 'roll';

export interface NodegroupEvent {
  readonly cluster: string;
  readonly arn: string;
  readonly next: NodegroupStep;
  /** When the change began: an event of an older change does nothing. */
  readonly since: number;
}

const after: Readonly<Record<NodegroupStep, Duration>> = {
  start: eksTimings.nodegroupStart,
  check: eksTimings.nodegroupCheck,
  delete: eksTimings.nodegroupStart,
  deleting: eksTimings.nodegroupCheck,
  deleted: eksTimings.nodegroupDelete,
  configured: eksTimings.nodegroupConfigUpdate,
  'roll-start': eksTimings.nodegroupUpdateStart,
  roll: eksTimings.nodegroupCheck,
};

/** Has the next step of a node group happen after its usual time. */
export function scheduleNodegroup(
  turn: Turn,
  cluster: EksCluster,
  step: { group: EksNodegroup; next: NodegroupStep },
): void {
  const event: NodegroupEvent = {
    cluster: cluster.name,
    arn: step.group.arn,
    next: step.next,
    since: step.group.modifiedAt,
  };
  turn.later(after[step.next], 'eks.nodegroup', event as unknown as Json);
}
