import type { Turn } from '../../call.ts';
import { terminateInstance } from '../ec2/instances/life.ts';
import { endActivity, startActivity } from './activities.ts';
import { waitForHooks } from './hook-waits.ts';
import type { AutoScalingGroup, GroupInstance } from './state.ts';

const isUp = (turn: Turn, instance: GroupInstance): boolean => {
  const state = turn.state.ec2.instances[instance.instanceId]?.state;
  return state !== undefined && state !== 'terminated' && state !== 'shutting-down';
};

/** Ends an instance for a reason: after its hooks, if there are any. */
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
  const waits =
    isUp(turn, instance) && waitForHooks(turn, group, { instance, transition: 'autoscaling:EC2_INSTANCE_TERMINATING' });
  if (!waits) terminateNow(turn, instance);
  return activity.id;
}

/** The termination itself, once no hook waits. */
export function terminateNow(turn: Turn, instance: GroupInstance): void {
  instance.lifecycleState = 'Terminating';
  delete instance.waitingFor;
  if (isUp(turn, instance)) terminateInstance(turn, instance.instanceId, 'Service');
}
