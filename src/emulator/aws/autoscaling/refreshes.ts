import type {
  CancelInstanceRefreshAnswer,
  CancelInstanceRefreshType,
  DescribeInstanceRefreshesAnswer,
  DescribeInstanceRefreshesType,
  InstanceRefresh as RefreshView,
  StartInstanceRefreshAnswer,
  StartInstanceRefreshType,
} from '@aws-sdk/client-auto-scaling';
import type { Handler, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import type { Given } from '../required-members.ts';
import { isLeaving } from './launch-choice.ts';
import { groupOf, pageFor } from './lookup.ts';
import { runningRefresh } from './refresh-progress.ts';
import { scheduleReconcile } from './schedule.ts';
import type { AutoScalingGroup, GroupInstance, InstanceRefresh } from './state.ts';
import { templateData, templateOf } from './templates.ts';
import { autoScalingTimings } from './timings.ts';

/** Whether an instance already runs what the group would launch now. */
function isCurrent(turn: Turn, group: AutoScalingGroup, instance: GroupInstance): boolean {
  const template = templateOf(group);
  return (
    instance.launchTemplate.id === template.id &&
    instance.launchTemplate.version === String(templateData(turn, template)?.number)
  );
}

export const startInstanceRefresh: Handler<Given<StartInstanceRefreshType>, StartInstanceRefreshAnswer> = (
  input,
  call,
) => {
  const group = groupOf(call, input.AutoScalingGroupName);
  if (input.DesiredConfiguration !== undefined || (input.Strategy ?? 'Rolling') !== 'Rolling') {
    throw new AwsError(
      'NotImplemented',
      'The embedded AWS knows instance refreshes with strategy Rolling and without DesiredConfiguration.',
      501,
    );
  }
  if (runningRefresh(call, group) !== undefined) {
    throw new AwsError(
      'InstanceRefreshInProgress',
      `An Instance Refresh is already in progress and blocks the execution of this Instance Refresh.`,
    );
  }
  const skipMatching = input.Preferences?.SkipMatching ?? false;
  const remaining = group.instances
    .filter((own) => !isLeaving(own) && !(skipMatching && isCurrent(call, group, own)))
    .map((own) => own.instanceId);
  const id = call.newToken(32);
  const refresh: InstanceRefresh = {
    id: [id.slice(0, 8), id.slice(8, 12), id.slice(12, 16), id.slice(16, 20), id.slice(20)].join('-'),
    groupName: group.name,
    status: 'Pending',
    startTime: call.now,
    minHealthyPercentage: input.Preferences?.MinHealthyPercentage ?? 90,
    ...(input.Preferences?.InstanceWarmup === undefined ? {} : { instanceWarmup: input.Preferences.InstanceWarmup }),
    skipMatching,
    remaining,
    total: remaining.length,
  };
  call.state.autoscaling.instanceRefreshes.push(refresh);
  scheduleReconcile(call, group, autoScalingTimings.react);
  return { InstanceRefreshId: refresh.id };
};

const viewOf = (refresh: InstanceRefresh): RefreshView => ({
  InstanceRefreshId: refresh.id,
  AutoScalingGroupName: refresh.groupName,
  Status: refresh.status,
  StartTime: new Date(refresh.startTime),
  ...(refresh.endTime === undefined ? {} : { EndTime: new Date(refresh.endTime) }),
  PercentageComplete:
    refresh.total === 0 ? 100 : Math.floor((100 * (refresh.total - refresh.remaining.length)) / refresh.total),
  InstancesToUpdate: refresh.remaining.length,
  Preferences: {
    MinHealthyPercentage: refresh.minHealthyPercentage,
    SkipMatching: refresh.skipMatching,
    ...(refresh.instanceWarmup === undefined ? {} : { InstanceWarmup: refresh.instanceWarmup }),
  },
});

export const describeInstanceRefreshes: Handler<
  Given<DescribeInstanceRefreshesType>,
  DescribeInstanceRefreshesAnswer
> = (input, call) => {
  const group = groupOf(call, input.AutoScalingGroupName);
  const ids = input.InstanceRefreshIds ?? [];
  const rows = call.state.autoscaling.instanceRefreshes
    .filter((own) => own.groupName === group.name && own.startTime >= group.createdAt)
    .filter((own) => ids.length === 0 || ids.includes(own.id))
    .toReversed();
  const page = pageFor(rows, input);
  return { InstanceRefreshes: page.items.map(viewOf), NextToken: page.next };
};

export const cancelInstanceRefresh: Handler<Given<CancelInstanceRefreshType>, CancelInstanceRefreshAnswer> = (
  input,
  call,
) => {
  const group = groupOf(call, input.AutoScalingGroupName);
  const refresh = runningRefresh(call, group);
  if (refresh === undefined) {
    throw new AwsError(
      'ActiveInstanceRefreshNotFound',
      'No in progress or pending Instance Refresh found for Auto Scaling group.',
    );
  }
  refresh.status = 'Cancelling';
  scheduleReconcile(call, group, autoScalingTimings.react);
  return { InstanceRefreshId: refresh.id };
};
