import { seconds } from '../../../base/duration.ts';
import type { Turn } from '../../call.ts';
import type { AutoScalingGroup, GroupInstance, LifecycleHook } from './state.ts';

type Transition = LifecycleHook['transition'];

/** Puts an instance into the wait of the group's hooks; false where there is none for that transition. */
export function waitForHooks(
  turn: Turn,
  group: AutoScalingGroup,
  wait: { instance: GroupInstance; transition: Transition },
): boolean {
  const { instance, transition } = wait;
  const hooks = group.hooks.filter((hook) => hook.transition === transition);
  if (hooks.length === 0) return false;
  instance.lifecycleState = transition === 'autoscaling:EC2_INSTANCE_LAUNCHING' ? 'Pending:Wait' : 'Terminating:Wait';
  instance.waitingFor = hooks.map((hook) => hook.name);
  instance.lifecycleActionToken = turn.newToken(32);
  for (const hook of hooks) {
    turn.later(seconds(hook.heartbeatTimeout), 'autoscaling.hook-timeout', {
      group: group.arn,
      instance: instance.instanceId,
      hook: hook.name,
      token: instance.lifecycleActionToken,
    });
  }
  return true;
}
