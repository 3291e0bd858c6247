import type { Json } from '../../../base/canonical-json.ts';
import type { EventHandlers, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { endActivity, startActivity } from './activities.ts';
import { enterService } from './group-targets.ts';
import { waitForHooks } from './hook-waits.ts';
import { startInstance } from './launch.ts';
import { isLeaving, type LaunchChoice, launchChoices } from './launch-choice.ts';
import { tellDone } from './lifecycle-events.ts';
import { advanceRefresh } from './refresh-progress.ts';
import { chooseForScaleIn } from './scale-in.ts';
import { isSuspended, scheduleReconcile } from './schedule.ts';
import type { AutoScalingGroup, GroupInstance } from './state.ts';
import { beginTermination } from './terminate.ts';
import { autoScalingTimings } from './timings.ts';
import { isWarming, keepWarm, takeWarm } from './warming.ts';

const ec2StateOf = (turn: Turn, instance: GroupInstance): string =>
  turn.state.ec2.instances[instance.instanceId]?.state ?? 'terminated';

const hasEnded = (state: string): boolean => state !== 'pending' && state !== 'running';

function settlePending(turn: Turn, group: AutoScalingGroup, instance: GroupInstance): void {
  const transition = 'autoscaling:EC2_INSTANCE_LAUNCHING';
  if (instance.lifecycleState === 'Pending:Wait' || waitForHooks(turn, group, { instance, transition })) return;
  enterService(turn, group, instance);
  tellDone(turn, group, instance, 'Launch');
}

/** Takes an instance out that failed its health check; EC2's own answer is the check. */
function replaceUnhealthy(turn: Turn, group: AutoScalingGroup, instance: GroupInstance): void {
  if (isSuspended(group, 'ReplaceUnhealthy')) return;
  const state = ec2StateOf(turn, instance);
  const cause = hasEnded(state)
    ? 'an instance was taken out of service in response to an EC2 health check indicating it has been terminated or stopped.'
    : 'an instance was taken out of service in response to a user health-check.';
  instance.healthStatus = 'Unhealthy';
  beginTermination(turn, group, { instance, cause });
}

function settle(turn: Turn, group: AutoScalingGroup, instance: GroupInstance): void {
  const state = ec2StateOf(turn, instance);
  if (isLeaving(instance)) {
    if (state !== 'terminated') return;
    tellDone(turn, group, instance, 'Terminate');
    endActivity(turn, instance.activityId);
    group.instances = group.instances.filter((other) => other !== instance);
    return;
  }
  const unhealthy = instance.healthStatus === 'Unhealthy' || (hasEnded(state) && !isSuspended(group, 'HealthCheck'));
  if (unhealthy) replaceUnhealthy(turn, group, instance);
  else if (instance.lifecycleState.startsWith('Pending') && state === 'running') settlePending(turn, group, instance);
}

const staying = (group: AutoScalingGroup): GroupInstance[] => group.instances.filter((own) => !isLeaving(own));

interface Attempt {
  readonly choice: LaunchChoice;
  readonly error: AwsError;
}

function launchOne(turn: Turn, group: AutoScalingGroup): readonly Attempt[] {
  const failed: Attempt[] = [];
  for (const choice of launchChoices(turn, group)) {
    try {
      const instance = startInstance(turn, group, choice);
      const have = staying(group).length;
      instance.activityId = startActivity(turn, group, {
        description: `Launching a new EC2 instance: ${instance.instanceId}`,
        cause: `an instance was started in response to a difference between desired and actual capacity, increasing the capacity from ${have} to ${have + 1}.`,
        subnetId: choice.subnetId,
        zone: choice.zone,
      }).id;
      group.instances.push(instance);
      return [];
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      failed.push({ choice, error });
    }
  }
  return failed;
}

/** Notes a launch that no zone or type could take. */
function noteFailure(turn: Turn, group: AutoScalingGroup, attempts: readonly Attempt[]): void {
  const last = attempts.at(-1);
  const message = last?.error.message ?? 'No subnet of the group exists any more.';
  const activity = startActivity(turn, group, {
    description: `Launching a new EC2 instance.  Status Reason: ${message} Launching EC2 instance failed.`,
    cause: 'an instance was started in response to a difference between desired and actual capacity.',
    ...(last === undefined ? {} : { subnetId: last.choice.subnetId, zone: last.choice.zone }),
  });
  endActivity(turn, activity.id, `${message} Launching EC2 instance failed.`);
}

function scaleOut(turn: Turn, group: AutoScalingGroup): void {
  if (isSuspended(group, 'Launch')) return;
  for (let missing = group.desiredCapacity - staying(group).length; missing > 0; missing -= 1) {
    if (takeWarm(turn, group)) continue;
    const before = group.instances.length;
    const attempts = launchOne(turn, group);
    if (group.instances.length > before) continue;
    noteFailure(turn, group, attempts);
    scheduleReconcile(turn, group, autoScalingTimings.retry);
    return;
  }
}

function scaleIn(turn: Turn, group: AutoScalingGroup): void {
  if (isSuspended(group, 'Terminate')) return;
  const have = staying(group).length;
  for (const instance of chooseForScaleIn(group, have - group.desiredCapacity)) {
    beginTermination(turn, group, {
      instance,
      cause: `an instance was taken out of service in response to a difference between desired and actual capacity, shrinking the capacity from ${have} to ${group.desiredCapacity}.`,
    });
  }
}

const isMoving = (instance: GroupInstance): boolean =>
  instance.lifecycleState === 'Pending' || instance.lifecycleState === 'Terminating';

function reconcile(turn: Turn, group: AutoScalingGroup): void {
  for (const instance of [...group.instances]) settle(turn, group, instance);
  scaleOut(turn, group);
  scaleIn(turn, group);
  advanceRefresh(turn, group);
  keepWarm(turn, group);
  if (group.status !== undefined && group.instances.length === 0 && group.warmPool === undefined) {
    delete turn.state.autoscaling.groups[group.name];
    return;
  }
  if (group.instances.some(isMoving) || isWarming(group)) scheduleReconcile(turn, group, autoScalingTimings.watch);
}

function reconcileDue(data: Json, turn: Turn): void {
  const { group: arn } = data as { readonly group: string };
  const group = Object.values(turn.state.autoscaling.groups).find((own) => own.arn === arn);
  if (group?.reconcileAt === undefined || turn.now < group.reconcileAt) return;
  delete group.reconcileAt;
  reconcile(turn, group);
}

/** EC2 posts `autoscaling.instance-ended` when an instance stops or ends without its group having asked. */
function instanceEnded(data: Json, turn: Turn): void {
  const { instanceId } = data as { readonly instanceId: string };
  for (const group of Object.values(turn.state.autoscaling.groups)) {
    if (!group.instances.some((own) => own.instanceId === instanceId)) continue;
    scheduleReconcile(turn, group, autoScalingTimings.healthCheck);
  }
}

/** Notices instances that ended without the group: for whoever reads a group. */
export function noticeEnded(turn: Turn, group: AutoScalingGroup): void {
  const ended = group.instances.some((own) => !isLeaving(own) && hasEnded(ec2StateOf(turn, own)));
  if (ended) scheduleReconcile(turn, group, autoScalingTimings.healthCheck);
}

export const reconcileEvents: EventHandlers = {
  'autoscaling.reconcile': reconcileDue,
  'autoscaling.instance-ended': instanceEnded,
};
