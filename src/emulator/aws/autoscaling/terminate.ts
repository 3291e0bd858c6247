import type { Json } from '../../../base/canonical-json.ts';
import type { EventHandlers, Turn } from '../../call.ts';
import { terminateInstance } from '../ec2/instances/life.ts';
import { endActivity, startActivity } from './activities.ts';
import { leaveTargetGroups } from './group-targets.ts';
import { waitForHooks } from './hook-waits.ts';
import type { AutoScalingGroup, GroupInstance } from './state.ts';

const isUp = (turn: Turn, instance: GroupInstance): boolean => {
  const state = turn.state.ec2.instances[instance.instanceId]?.state;
  return state !== undefined && state !== 'terminated' && state !== 'shutting-down';
};

/** Ends an instance for a reason: after its connections have drained and its hooks are answered, if there are any. */
export function beginTermination(
  turn: Turn,
  group: AutoScalingGroup,
  end: { instance: GroupInstance; cause: string },
): string {
  const { instance, cause } = end;
  endActivity(turn, instance.activityId, instance.lifecycleState.startsWith('Pending') ? cause : undefined);
  const activity = startActivity(turn, group, {
    description: `Terminating EC2 instance: ${instance.instanceId}`,
    cause,
    subnetId: instance.subnetId,
    zone: instance.zone,
  });
  instance.activityId = activity.id;
  const draining = leaveTargetGroups(turn, group, instance);
  // Who deletes a group by force waits for nothing.
  if (!isUp(turn, instance) || group.status !== undefined) terminateNow(turn, instance);
  else if (draining.ms === 0) afterDraining(turn, group, instance);
  else {
    instance.lifecycleState = 'Terminating';
    activity.statusCode = 'WaitingForELBConnectionDraining';
    activity.statusMessage = 'Waiting for ELB Connection Draining.';
    turn.later(draining, 'autoscaling.drained', { group: group.arn, instance: instance.instanceId });
  }
  return activity.id;
}

function afterDraining(turn: Turn, group: AutoScalingGroup, instance: GroupInstance): void {
  const waits = waitForHooks(turn, group, { instance, transition: 'autoscaling:EC2_INSTANCE_TERMINATING' });
  if (!waits) terminateNow(turn, instance);
}

function drainedDue(data: Json, turn: Turn): void {
  const due = data as { readonly group: string; readonly instance: string };
  const group = Object.values(turn.state.autoscaling.groups).find((own) => own.arn === due.group);
  const instance = group?.instances.find((own) => own.instanceId === due.instance);
  if (group === undefined || instance?.lifecycleState !== 'Terminating') return;
  if (isUp(turn, instance)) afterDraining(turn, group, instance);
}

export const terminationEvents: EventHandlers = { 'autoscaling.drained': drainedDue };

/** The termination itself, once no hook waits. */
export function terminateNow(turn: Turn, instance: GroupInstance): void {
  instance.lifecycleState = 'Terminating';
  delete instance.waitingFor;
  delete instance.deadlines;
  if (isUp(turn, instance)) terminateInstance(turn, instance.instanceId);
}
