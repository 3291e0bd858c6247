import type {
  ActivityType,
  SetInstanceHealthQuery,
  SetInstanceProtectionQuery,
  TerminateInstanceInAutoScalingGroupType,
} from '@aws-sdk/client-auto-scaling';
import type { Handler } from '../../call.ts';
import type { Given } from '../required-members.ts';
import { activityView } from './activities.ts';
import { validationError } from './errors.ts';
import { groupOf, memberOf } from './lookup.ts';
import { scheduleReconcile } from './schedule.ts';
import { beginTermination } from './terminate.ts';
import { autoScalingTimings } from './timings.ts';

export const terminateInstanceInAutoScalingGroup: Handler<
  Given<TerminateInstanceInAutoScalingGroupType>,
  ActivityType
> = (input, call) => {
  const { group, instance } = memberOf(call, input.InstanceId);
  if (instance.lifecycleState.startsWith('Terminating')) {
    throw validationError(`Instance ${instance.instanceId} is already terminating.`);
  }
  if (input.ShouldDecrementDesiredCapacity) {
    if (group.desiredCapacity - 1 < group.minSize) {
      throw validationError(
        `Currently, desiredSize equals minSize (${group.minSize}). Terminating instance without replacement will violate group's min size constraint. Either set shouldDecrementDesiredCapacity flag to false or lower group's min size.`,
      );
    }
    group.desiredCapacity -= 1;
  }
  const id = beginTermination(call, group, {
    instance,
    cause: 'instance was taken out of service in response to a user request.',
  });
  scheduleReconcile(call, group, autoScalingTimings.watch);
  const activity = call.state.autoscaling.activities.find((own) => own.id === id)!;
  return { Activity: activityView(activity) };
};

export const setInstanceHealth: Handler<Given<SetInstanceHealthQuery>, object> = (input, call) => {
  const { group, instance } = memberOf(call, input.InstanceId);
  if (input.HealthStatus !== 'Healthy' && input.HealthStatus !== 'Unhealthy') {
    throw validationError('Valid instance health states are: [Healthy, Unhealthy].');
  }
  instance.healthStatus = input.HealthStatus;
  if (input.HealthStatus === 'Unhealthy') scheduleReconcile(call, group, autoScalingTimings.healthCheck);
  return {};
};

export const setInstanceProtection: Handler<Given<SetInstanceProtectionQuery>, object> = (input, call) => {
  const group = groupOf(call, input.AutoScalingGroupName);
  for (const id of input.InstanceIds) {
    const instance = group.instances.find((own) => own.instanceId === id);
    if (instance === undefined)
      throw validationError(`The instance ${id} is not part of Auto Scaling group ${group.name}.`);
    instance.protectedFromScaleIn = input.ProtectedFromScaleIn;
  }
  // What was held back may end now.
  if (!input.ProtectedFromScaleIn) scheduleReconcile(call, group, autoScalingTimings.react);
  return {};
};
