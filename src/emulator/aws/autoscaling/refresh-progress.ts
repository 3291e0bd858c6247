import type { Turn } from '../../call.ts';
import { isLeaving } from './launch-choice.ts';
import { scheduleReconcile } from './schedule.ts';
import type { AutoScalingGroup, InstanceRefresh } from './state.ts';
import { beginTermination } from './terminate.ts';
import { autoScalingTimings } from './timings.ts';

const isOpen = (refresh: InstanceRefresh): boolean =>
  refresh.status === 'Pending' || refresh.status === 'InProgress' || refresh.status === 'Cancelling';

/** The refresh that runs in a group, if any. */
export const runningRefresh = (turn: Turn, group: AutoScalingGroup): InstanceRefresh | undefined =>
  turn.state.autoscaling.instanceRefreshes.find((own) => own.groupName === group.name && isOpen(own));

function finish(turn: Turn, refresh: InstanceRefresh, status: 'Successful' | 'Cancelled'): void {
  refresh.status = status;
  refresh.endTime = turn.now;
}

/** Replaces as many instances as the minimum of healthy ones allows, and at least one at a time. */
export function advanceRefresh(turn: Turn, group: AutoScalingGroup): void {
  const refresh = runningRefresh(turn, group);
  if (refresh === undefined) return;
  if (refresh.status === 'Cancelling') {
    finish(turn, refresh, 'Cancelled');
    return;
  }
  refresh.status = 'InProgress';
  const present = new Set(group.instances.filter((own) => !isLeaving(own)).map((own) => own.instanceId));
  refresh.remaining = refresh.remaining.filter((id) => present.has(id));
  const healthy = group.instances.filter((own) => own.lifecycleState === 'InService').length;
  const settled = group.instances.length === group.desiredCapacity && healthy === group.instances.length;
  if (refresh.remaining.length === 0) {
    if (settled) finish(turn, refresh, 'Successful');
    else scheduleReconcile(turn, group, autoScalingTimings.watch);
    return;
  }
  const least = Math.ceil((group.desiredCapacity * refresh.minHealthyPercentage) / 100);
  const allowed = Math.max(healthy - least, settled ? 1 : 0);
  for (const id of refresh.remaining.slice(0, allowed)) {
    const instance = group.instances.find((own) => own.instanceId === id)!;
    beginTermination(turn, group, {
      instance,
      cause: 'an instance was taken out of service in response to an instance refresh.',
    });
  }
  scheduleReconcile(turn, group, autoScalingTimings.watch);
}
