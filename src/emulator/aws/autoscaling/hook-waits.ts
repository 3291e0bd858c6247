import { milliseconds } from '../../../base/duration.ts';
import type { Turn } from '../../call.ts';
import { tellLifecycleAction } from './lifecycle-events.ts';
import type { AutoScalingGroup, GroupInstance, LifecycleHook } from './state.ts';

type Transition = LifecycleHook['transition'];

/** The longest that heartbeats can hold an instance: 48 hours, or 100 times the timeout if that is less. Seconds. */
export const globalTimeout = (hook: LifecycleHook): number => Math.min(172_800, hook.heartbeatTimeout * 100);

/** Begins the time in which a hook has to be answered, or begins it anew; it cannot go beyond the hook's global timeout. */
export function startHeartbeat(
  turn: Turn,
  group: AutoScalingGroup,
  { instance, hook }: { readonly instance: GroupInstance; readonly hook: LifecycleHook },
): void {
  const last = (instance.waitingSince ?? turn.now) + globalTimeout(hook) * 1000;
  const deadline = Math.min(turn.now + hook.heartbeatTimeout * 1000, last);
  instance.deadlines = { ...instance.deadlines, [hook.name]: deadline };
  turn.later(milliseconds(deadline - turn.now), 'autoscaling.hook-timeout', {
    group: group.arn,
    instance: instance.instanceId,
    hook: hook.name,
    token: instance.lifecycleActionToken ?? '',
  });
}

/** Puts an instance into the wait of the group's hooks; false where there is none for that transition. */
export function waitForHooks(
  turn: Turn,
  group: AutoScalingGroup,
  wait: { instance: GroupInstance; transition: Transition },
): boolean {
  const { instance, transition } = wait;
  const hooks = group.hooks.filter((hook) => hook.transition === transition);
  if (hooks.length === 0) return false;
  const launching = instance.lifecycleState.startsWith('Warmed:') ? 'Warmed:Pending:Wait' : 'Pending:Wait';
  instance.lifecycleState = transition === 'autoscaling:EC2_INSTANCE_LAUNCHING' ? launching : 'Terminating:Wait';
  instance.waitingFor = hooks.map((hook) => hook.name);
  instance.waitingSince = turn.now;
  instance.lifecycleActionToken = uuidOf(turn);
  for (const hook of hooks) {
    startHeartbeat(turn, group, { instance, hook });
    tellLifecycleAction(turn, group, { instance, hook });
  }
  return true;
}

function uuidOf(turn: Turn): string {
  const hex = turn.newToken(32);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
