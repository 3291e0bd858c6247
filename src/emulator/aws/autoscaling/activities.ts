import type { ActivitiesType, Activity, DescribeScalingActivitiesType } from '@aws-sdk/client-auto-scaling';
import type { Handler, Turn } from '../../call.ts';
import { groupOf, pageFor } from './lookup.ts';
import type { AutoScalingGroup, ScalingActivity } from './state.ts';

export interface NewActivity {
  readonly description: string;
  readonly cause: string;
  readonly subnetId?: string;
  readonly zone?: string;
}

function uuidOf(turn: Turn): string {
  const hex = turn.newToken(32);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** `2026-11-01T09:00:05Z`, as causes are written. */
const stamp = (ms: number): string => new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');

/** Notes an activity that begins now. */
export function startActivity(turn: Turn, group: AutoScalingGroup, activity: NewActivity): ScalingActivity {
  const record: ScalingActivity = {
    id: uuidOf(turn),
    groupName: group.name,
    groupArn: group.arn,
    description: activity.description,
    cause: `At ${stamp(turn.now)} ${activity.cause}`,
    startTime: turn.now,
    statusCode: 'InProgress',
    progress: 30,
    details: JSON.stringify({ 'Subnet ID': activity.subnetId, 'Availability Zone': activity.zone }),
  };
  turn.state.autoscaling.activities.push(record);
  return record;
}

/** Ends one; the message tells why it failed. */
export function endActivity(turn: Turn, id: string, failure?: string): void {
  const activity = turn.state.autoscaling.activities.find((own) => own.id === id);
  if (activity === undefined || activity.endTime !== undefined) return;
  activity.endTime = turn.now;
  activity.progress = 100;
  activity.statusCode = failure === undefined ? 'Successful' : 'Failed';
  if (failure !== undefined) activity.statusMessage = failure;
}

export const activityView = (activity: ScalingActivity): Activity => ({
  ActivityId: activity.id,
  AutoScalingGroupName: activity.groupName,
  Description: activity.description,
  Cause: activity.cause,
  StartTime: new Date(activity.startTime),
  ...(activity.endTime === undefined ? {} : { EndTime: new Date(activity.endTime) }),
  StatusCode: activity.statusCode,
  ...(activity.statusMessage === undefined ? {} : { StatusMessage: activity.statusMessage }),
  Progress: activity.progress,
  Details: activity.details,
  AutoScalingGroupARN: activity.groupArn,
});

export const describeScalingActivities: Handler<DescribeScalingActivitiesType, ActivitiesType> = (input, call) => {
  const { activities, groups } = call.state.autoscaling;
  const name = input.AutoScalingGroupName;
  const deleted = input.IncludeDeletedGroups === true;
  if (name !== undefined && !deleted) groupOf(call, name);
  const rows = activities
    .filter((activity) => name === undefined || activity.groupName === name)
    .filter((activity) => deleted || groups[activity.groupName]?.arn === activity.groupArn)
    .filter((activity) => !input.ActivityIds?.length || input.ActivityIds.includes(activity.id))
    .toReversed();
  const page = pageFor(rows, input, 100);
  return { Activities: page.items.map(activityView), NextToken: page.next };
};
