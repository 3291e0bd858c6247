import type {
  CompleteLifecycleActionType,
  DeleteLifecycleHookType,
  DescribeLifecycleHooksAnswer,
  DescribeLifecycleHooksType,
  LifecycleHookSpecification,
  PutLifecycleHookType,
} from '@aws-sdk/client-auto-scaling';
import type { Json } from '../../../base/canonical-json.ts';
import type { EventHandlers, Handler, Turn } from '../../call.ts';
import type { Given } from '../required-members.ts';
import { endActivity } from './activities.ts';
import { validationError } from './errors.ts';
import { groupOf } from './lookup.ts';
import { scheduleReconcile } from './schedule.ts';
import type { AutoScalingGroup, GroupInstance, LifecycleHook } from './state.ts';
import { beginTermination, terminateNow } from './terminate.ts';
import { autoScalingTimings } from './timings.ts';

const transitions = ['autoscaling:EC2_INSTANCE_LAUNCHING', 'autoscaling:EC2_INSTANCE_TERMINATING'] as const;

/** A hook as a request gives it, with AWS's defaults. */
export function hookOf(spec: LifecycleHookSpecification): LifecycleHook {
  const transition = transitions.find((own) => own === spec.LifecycleTransition);
  if (transition === undefined) {
    throw validationError(`Lifecycle transition ${spec.LifecycleTransition} is not one of ${transitions.join(', ')}`);
  }
  return {
    name: spec.LifecycleHookName!,
    transition,
    heartbeatTimeout: spec.HeartbeatTimeout ?? autoScalingTimings.hookHeartbeat.ms / 1000,
    defaultResult: spec.DefaultResult === 'CONTINUE' ? 'CONTINUE' : 'ABANDON',
    ...(spec.NotificationTargetARN === undefined ? {} : { notificationTargetArn: spec.NotificationTargetARN }),
    ...(spec.RoleARN === undefined ? {} : { roleArn: spec.RoleARN }),
    ...(spec.NotificationMetadata === undefined ? {} : { notificationMetadata: spec.NotificationMetadata }),
  };
}

export const putLifecycleHook: Handler<Given<PutLifecycleHookType>, object> = (input, call) => {
  const group = groupOf(call, input.AutoScalingGroupName);
  const before = group.hooks.find((own) => own.name === input.LifecycleHookName);
  const hook = hookOf({
    LifecycleHookName: input.LifecycleHookName,
    LifecycleTransition: input.LifecycleTransition ?? before?.transition,
    HeartbeatTimeout: input.HeartbeatTimeout ?? before?.heartbeatTimeout,
    DefaultResult: input.DefaultResult ?? before?.defaultResult,
    NotificationTargetARN: input.NotificationTargetARN ?? before?.notificationTargetArn,
    RoleARN: input.RoleARN ?? before?.roleArn,
    NotificationMetadata: input.NotificationMetadata ?? before?.notificationMetadata,
  });
  group.hooks = [...group.hooks.filter((own) => own !== before), hook];
  return {};
};

export const describeLifecycleHooks: Handler<Given<DescribeLifecycleHooksType>, DescribeLifecycleHooksAnswer> = (
  input,
  call,
) => {
  const group = groupOf(call, input.AutoScalingGroupName);
  const names = input.LifecycleHookNames ?? [];
  return {
    LifecycleHooks: group.hooks
      .filter((hook) => names.length === 0 || names.includes(hook.name))
      .map((hook) => ({
        LifecycleHookName: hook.name,
        AutoScalingGroupName: group.name,
        LifecycleTransition: hook.transition,
        NotificationTargetARN: hook.notificationTargetArn,
        RoleARN: hook.roleArn,
        NotificationMetadata: hook.notificationMetadata,
        HeartbeatTimeout: hook.heartbeatTimeout,
        GlobalTimeout: Math.min(172_800, hook.heartbeatTimeout * 100),
        DefaultResult: hook.defaultResult,
      })),
  };
};

export const deleteLifecycleHook: Handler<Given<DeleteLifecycleHookType>, object> = (input, call) => {
  const group = groupOf(call, input.AutoScalingGroupName);
  if (!group.hooks.some((hook) => hook.name === input.LifecycleHookName)) {
    throw validationError(`Lifecycle hook ${input.LifecycleHookName} does not exist in group ${group.name}`);
  }
  for (const instance of group.instances)
    complete(call, group, { instance, hook: input.LifecycleHookName, result: 'CONTINUE' });
  group.hooks = group.hooks.filter((hook) => hook.name !== input.LifecycleHookName);
  return {};
};

interface Completion {
  readonly instance: GroupInstance;
  readonly hook: string;
  readonly result: string;
}

/** Ends one hook's wait; the instance goes on when none is left, or is given up on ABANDON of a launch. */
function complete(turn: Turn, group: AutoScalingGroup, { instance, hook, result }: Completion): void {
  if (instance.waitingFor?.includes(hook) !== true) return;
  instance.waitingFor = instance.waitingFor.filter((name) => name !== hook);
  const launching = instance.lifecycleState === 'Pending:Wait';
  if (launching && result === 'ABANDON') {
    delete instance.waitingFor;
    beginTermination(turn, group, { instance, cause: 'a lifecycle hook abandoned the launch of the instance.' });
  } else if (instance.waitingFor.length === 0 || result === 'ABANDON') {
    delete instance.waitingFor;
    if (launching) {
      instance.lifecycleState = 'InService';
      endActivity(turn, instance.activityId);
    } else terminateNow(turn, instance);
  }
  scheduleReconcile(turn, group, autoScalingTimings.watch);
}

export const completeLifecycleAction: Handler<Given<CompleteLifecycleActionType>, object> = (input, call) => {
  const group = groupOf(call, input.AutoScalingGroupName);
  const instance = group.instances.find(
    (own) =>
      own.waitingFor !== undefined &&
      (own.instanceId === input.InstanceId ||
        (input.LifecycleActionToken !== undefined && own.lifecycleActionToken === input.LifecycleActionToken)),
  );
  if (instance === undefined) {
    throw validationError(
      `No active Lifecycle Action found with instance ID ${input.InstanceId ?? input.LifecycleActionToken}`,
    );
  }
  if (input.LifecycleActionResult !== 'CONTINUE' && input.LifecycleActionResult !== 'ABANDON') {
    throw validationError('LifecycleActionResult must be CONTINUE or ABANDON');
  }
  complete(call, group, { instance, hook: input.LifecycleHookName, result: input.LifecycleActionResult });
  return {};
};

interface Timeout {
  readonly group: string;
  readonly instance: string;
  readonly hook: string;
  readonly token: string;
}

function timeoutDue(data: Json, turn: Turn): void {
  const due = data as unknown as Timeout;
  const group = Object.values(turn.state.autoscaling.groups).find((own) => own.arn === due.group);
  const instance = group?.instances.find((own) => own.instanceId === due.instance);
  if (group === undefined || instance?.lifecycleActionToken !== due.token) return;
  const result = group.hooks.find((hook) => hook.name === due.hook)?.defaultResult ?? 'ABANDON';
  complete(turn, group, { instance, hook: due.hook, result });
}

export const hookEvents: EventHandlers = { 'autoscaling.hook-timeout': timeoutDue };
