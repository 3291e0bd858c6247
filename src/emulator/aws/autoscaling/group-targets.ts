import type { Duration } from '../../../base/duration.ts';
import { milliseconds } from '../../../base/duration.ts';
import type { Turn } from '../../call.ts';
import { deregisterTarget, drainingTime, registerTarget } from '../elbv2/registration.ts';
import type { TargetGroupRecord } from '../elbv2/state.ts';
import { targetHealth } from '../elbv2/target-health.ts';
import { endActivity } from './activities.ts';
import { enterClassic, leaveClassic } from './classic-balancers.ts';
import type { AutoScalingGroup, GroupInstance } from './state.ts';

const targetGroupsOf = (turn: Turn, arns: readonly string[]): TargetGroupRecord[] =>
  arns.flatMap((arn) => turn.state.elbv2.targetGroups[arn] ?? []);

/** Puts an instance into service: its launch is over, and it is registered with the target groups and load balancers of its group. */
export function enterService(turn: Turn, group: AutoScalingGroup, instance: GroupInstance): void {
  instance.lifecycleState = 'InService';
  endActivity(turn, instance.activityId);
  for (const targets of targetGroupsOf(turn, group.targetGroupArns)) {
    registerTarget(turn, targets, { id: instance.instanceId, port: targets.port });
  }
  enterClassic(turn, group, instance.instanceId);
}

/** Registers every instance in service with further target groups. */
export function attachTargetGroups(turn: Turn, group: AutoScalingGroup, arns: readonly string[]): void {
  const added = targetGroupsOf(
    turn,
    arns.filter((arn) => !group.targetGroupArns.includes(arn)),
  );
  group.targetGroupArns = [...new Set([...group.targetGroupArns, ...arns])];
  for (const instance of group.instances.filter((own) => own.lifecycleState === 'InService')) {
    for (const targets of added) registerTarget(turn, targets, { id: instance.instanceId, port: targets.port });
  }
}

/** Takes every instance of a group out of target groups. */
export function detachTargetGroups(turn: Turn, group: AutoScalingGroup, arns: readonly string[]): void {
  group.targetGroupArns = group.targetGroupArns.filter((arn) => !arns.includes(arn));
  for (const instance of group.instances) leaveAll(turn, targetGroupsOf(turn, arns), instance);
}

/** Deregisters an instance where it is registered; returns the longest time that its connections are kept. */
function leaveAll(turn: Turn, groups: readonly TargetGroupRecord[], instance: GroupInstance): Duration {
  let longest = milliseconds(0);
  for (const targets of groups) {
    const key = { id: instance.instanceId, port: targets.port };
    const known = targets.targets.some((own) => own.id === key.id && own.port === key.port);
    if (!known) continue;
    deregisterTarget(turn, targets, key);
    const time = drainingTime(targets);
    if (time.ms > longest.ms) longest = time;
  }
  return longest;
}

/** Takes an instance out of the target groups and load balancers of its group; returns how long its connections are kept. */
export function leaveTargetGroups(turn: Turn, group: AutoScalingGroup, instance: GroupInstance): Duration {
  const groups = leaveAll(turn, targetGroupsOf(turn, group.targetGroupArns), instance);
  const classic = leaveClassic(turn, group.loadBalancerNames, instance.instanceId);
  return milliseconds(Math.max(groups.ms, classic.ms));
}

/** `InService` from the first instance that passes checks, where the group asks load balancers about health. */
export function targetGroupState(turn: Turn, group: AutoScalingGroup, arn: string): 'Added' | 'InService' {
  if (!group.healthCheckType.includes('ELB')) return 'Added';
  const ids = group.instances.map((own) => own.instanceId);
  const passed = targetHealth(turn, arn).some((own) => own.state === 'healthy' && ids.includes(own.id));
  return passed ? 'InService' : 'Added';
}
