import type { Duration } from '../../../base/duration.ts';
import type { Turn } from '../../call.ts';
import type { AutoScalingGroup } from './state.ts';

/** Has the group look at itself after that time, unless it will sooner. */
export function scheduleReconcile(turn: Turn, group: AutoScalingGroup, after: Duration): void {
  const at = turn.now + after.ms;
  if (group.reconcileAt !== undefined && group.reconcileAt <= at) return;
  group.reconcileAt = at;
  turn.later(after, 'autoscaling.reconcile', { group: group.arn });
}

export const isSuspended = (group: AutoScalingGroup, process: string): boolean =>
  group.suspendedProcesses.some((suspended) => suspended.name === process);
