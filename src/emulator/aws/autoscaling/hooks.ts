import type {
  CompleteLifecycleActionType,
  DeleteLifecycleHookType,
  DescribeLifecycleHooksAnswer,
  DescribeLifecycleHooksType,
  DescribeLifecycleHookTypesAnswer,
  LifecycleHookSpecification,
  PutLifecycleHookType,
  RecordLifecycleActionHeartbeatType,
} from '@aws-sdk/client-auto-scaling';
import type { Json } from '../../../base/canonical-json.ts';
import type { EventHandlers, Handler, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import type { Given } from '../required-members.ts';
import { validationError } from './errors.ts';
import { enterService } from './group-targets.ts';
import { globalTimeout, startHeartbeat } from './hook-waits.ts';
import { tellDone } from './lifecycle-events.ts';
import { groupOf } from './lookup.ts';
import { scheduleReconcile } from './schedule.ts';
import type { AutoScalingGroup, GroupInstance, LifecycleHook } from './state.ts';
import { beginTermination, terminateNow } from './terminate.ts';
import { autoScalingTimings } from './timings.ts';
import { completeWarmed } from './warming.ts';

const transitions = ['autoscaling:EC2_INSTANCE_LAUNCHING', 'autoscaling:EC2_INSTANCE_TERMINATING'] as const;

function checkedName(name: string): string {
  if (/^[A-Za-z0-9\-_/]{1,255}$/.test(name)) return name;
  throw validationError(
    `1 validation error detected: Value '${name}' at 'lifecycleHookName' failed to satisfy constraint: Member must satisfy regular expression pattern: [A-Za-z0-9\\-_\\/]+`,
  );
}

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutLifecycleHook.html: 30 to 7200 seconds. */
function checkedTimeout(timeout: number): number {
  if (Number.isInteger(timeout) && timeout >= 30 && timeout <= 7200) return timeout;
  throw validationError('Heartbeat timeout must be between 30 and 7200 seconds');
}

/** 50 hooks a group: https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-quotas.html */
const mostHooks = 50;

/** A hook as a request gives it, with AWS's defaults. */
export function hookOf(spec: LifecycleHookSpecification): LifecycleHook {
  const transition = transitions.find((own) => own === spec.LifecycleTransition);
  if (transition === undefined) {
    throw validationError(`Lifecycle transition ${spec.LifecycleTransition} is not one of ${transitions.join(', ')}`);
  }
  // An empty target is how one is taken away.
  if (spec.NotificationTargetARN)
    throw new AwsError(
      'NotImplemented',
      'Hooks of the embedded AWS tell EventBridge, and no target of their own: use a rule of EventBridge.',
      501,
    );
  const { DefaultResult: result = 'ABANDON' } = spec;
  if (result !== 'CONTINUE' && result !== 'ABANDON')
    throw validationError('Lifecycle hook DefaultResult must be CONTINUE or ABANDON');
  return {
    name: checkedName(spec.LifecycleHookName!),
    transition,
    heartbeatTimeout: checkedTimeout(spec.HeartbeatTimeout ?? autoScalingTimings.hookHeartbeat.ms / 1000),
    defaultResult: result,
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
    NotificationTargetARN: input.NotificationTargetARN,
    NotificationMetadata: input.NotificationMetadata ?? before?.notificationMetadata,
  });
  const hooks = [...group.hooks.filter((own) => own !== before), hook];
  if (hooks.length > mostHooks)
    throw new AwsError('LimitExceeded', `You have reached the limit of ${mostHooks} lifecycle hooks of a group.`);
  group.hooks = hooks;
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
        NotificationMetadata: hook.notificationMetadata,
        HeartbeatTimeout: hook.heartbeatTimeout,
        GlobalTimeout: globalTimeout(hook),
        DefaultResult: hook.defaultResult,
      })),
  };
};

export const deleteLifecycleHook: Handler<Given<DeleteLifecycleHookType>, object> = (input, call) => {
  const group = groupOf(call, input.AutoScalingGroupName);
  if (!group.hooks.some((hook) => hook.name === input.LifecycleHookName)) {
    throw validationError(`No Lifecycle Hook found with the name ${input.LifecycleHookName}`);
  }
  // What a hook holds is let go: launches are given up, terminations go on.
  for (const instance of membersOf(group)) {
    const result = isLaunching(instance) ? 'ABANDON' : 'CONTINUE';
    complete(call, group, { instance, hook: input.LifecycleHookName, result });
  }
  group.hooks = group.hooks.filter((hook) => hook.name !== input.LifecycleHookName);
  return {};
};

/** Instances of the group and of its warm pool. */
const membersOf = (group: AutoScalingGroup): GroupInstance[] => [
  ...group.instances,
  ...(group.warmPool?.instances ?? []),
];

const isLaunching = ({ lifecycleState }: GroupInstance): boolean => lifecycleState.endsWith('Pending:Wait');

interface Completion {
  readonly instance: GroupInstance;
  readonly hook: string;
  readonly result: string;
}

/** Ends one hook's wait; the instance goes on when none is left, or is given up on ABANDON of a launch. */
function complete(turn: Turn, group: AutoScalingGroup, { instance, hook, result }: Completion): void {
  if (instance.waitingFor?.includes(hook) !== true) return;
  instance.waitingFor = instance.waitingFor.filter((name) => name !== hook);
  const launching = isLaunching(instance);
  if (instance.lifecycleState.startsWith('Warmed:')) completeWarmed(turn, group, { instance, result });
  else if (launching && result === 'ABANDON') {
    delete instance.waitingFor;
    beginTermination(turn, group, { instance, cause: 'a lifecycle hook abandoned the launch of the instance.' });
  } else if (instance.waitingFor.length === 0 || result === 'ABANDON') {
    delete instance.waitingFor;
    if (launching) {
      enterService(turn, group, instance);
      tellDone(turn, group, instance, 'Launch');
    } else terminateNow(turn, instance);
  }
  scheduleReconcile(turn, group, autoScalingTimings.watch);
}

type Waiting = Pick<CompleteLifecycleActionType, 'InstanceId' | 'LifecycleActionToken' | 'LifecycleHookName'>;

/** The instance that a request means, while the hook that it names holds it. */
function waitingOf(group: AutoScalingGroup, input: Waiting): GroupInstance {
  const { InstanceId: id, LifecycleActionToken: token } = input;
  const found = membersOf(group).find(
    (own) =>
      own.waitingFor?.includes(input.LifecycleHookName!) === true &&
      (own.instanceId === id || (token !== undefined && own.lifecycleActionToken === token)),
  );
  if (found !== undefined) return found;
  throw validationError(
    token === undefined
      ? `No active Lifecycle Action found with instance ID ${id}`
      : `No active Lifecycle Action found with token ${token}`,
  );
}

export const completeLifecycleAction: Handler<Given<CompleteLifecycleActionType>, object> = (input, call) => {
  const group = groupOf(call, input.AutoScalingGroupName);
  if (input.LifecycleActionResult !== 'CONTINUE' && input.LifecycleActionResult !== 'ABANDON') {
    throw validationError('LifecycleActionResult must be CONTINUE or ABANDON');
  }
  const instance = waitingOf(group, input);
  complete(call, group, { instance, hook: input.LifecycleHookName, result: input.LifecycleActionResult });
  return {};
};

export const recordLifecycleActionHeartbeat: Handler<Given<RecordLifecycleActionHeartbeatType>, object> = (
  input,
  call,
) => {
  const group = groupOf(call, input.AutoScalingGroupName);
  const instance = waitingOf(group, input);
  const hook = group.hooks.find((own) => own.name === input.LifecycleHookName)!;
  startHeartbeat(call, group, { instance, hook });
  return {};
};

export const describeLifecycleHookTypes: Handler<object, DescribeLifecycleHookTypesAnswer> = () => ({
  LifecycleHookTypes: [...transitions],
});

interface Timeout {
  readonly group: string;
  readonly instance: string;
  readonly hook: string;
  readonly token: string;
}

function timeoutDue(data: Json, turn: Turn): void {
  const due = data as unknown as Timeout;
  const group = Object.values(turn.state.autoscaling.groups).find((own) => own.arn === due.group);
  const instance = group && membersOf(group).find((own) => own.instanceId === due.instance);
  if (group === undefined || instance?.lifecycleActionToken !== due.token) return;
  // A heartbeat has begun the time anew.
  if ((instance.deadlines?.[due.hook] ?? 0) > turn.now) return;
  const result = group.hooks.find((hook) => hook.name === due.hook)?.defaultResult ?? 'ABANDON';
  complete(turn, group, { instance, hook: due.hook, result });
}

export const hookEvents: EventHandlers = { 'autoscaling.hook-timeout': timeoutDue };
