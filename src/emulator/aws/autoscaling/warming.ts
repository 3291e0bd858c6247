import type { Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { startInstance as startStopped, stopInstance, terminateInstance } from '../ec2/instances/life.ts';
import { endActivity, startActivity } from './activities.ts';
import { waitForHooks } from './hook-waits.ts';
import { startInstance } from './launch.ts';
import { launchChoices } from './launch-choice.ts';
import { isSuspended } from './schedule.ts';
import type { AutoScalingGroup, GroupInstance, WarmPool } from './state.ts';

const ec2StateOf = (turn: Turn, { instanceId }: GroupInstance): string =>
  turn.state.ec2.instances[instanceId]?.state ?? 'terminated';

const isReady = ({ lifecycleState: state }: GroupInstance): boolean =>
  state === 'Warmed:Stopped' || state === 'Warmed:Running';

/** Whether an instance of the pool is on its way. */
export const isWarming = ({ warmPool }: AutoScalingGroup): boolean =>
  warmPool?.instances.some((own) => !isReady(own) && own.lifecycleState !== 'Warmed:Pending:Wait') === true;

/** How many instances the pool wants: https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-warm-pools.html#warm-pool-core-concepts */
const wantedSize = (group: AutoScalingGroup, pool: WarmPool): number =>
  pool.isLeaving === true ? 0 : Math.max(pool.minSize, (pool.maxPrepared ?? group.maxSize) - group.desiredCapacity, 0);

/** An instance is up and its hooks have answered: it stays as it is, or is stopped. */
function putAside(turn: Turn, pool: WarmPool, instance: GroupInstance): void {
  if (pool.poolState === 'Running') {
    instance.lifecycleState = 'Warmed:Running';
    endActivity(turn, instance.activityId);
    return;
  }
  instance.lifecycleState = 'Warmed:Pending:Proceed';
  stopInstance(turn, instance.instanceId);
}

function endWarmed(turn: Turn, group: AutoScalingGroup, instance: GroupInstance): void {
  endActivity(turn, instance.activityId);
  instance.activityId = startActivity(turn, group, {
    description: `Terminating EC2 instance from warm pool: ${instance.instanceId}`,
    cause:
      'an instance was taken out of the warm pool in response to a difference between its size and what it should be.',
    subnetId: instance.subnetId,
    zone: instance.zone,
  }).id;
  instance.lifecycleState = 'Warmed:Terminating';
  delete instance.waitingFor;
  delete instance.deadlines;
  if (ec2StateOf(turn, instance) !== 'terminated') terminateInstance(turn, instance.instanceId, 'Service');
}

/** A hook of an instance in the pool was answered, or gave up. */
export function completeWarmed(
  turn: Turn,
  group: AutoScalingGroup,
  { instance, result }: { readonly instance: GroupInstance; readonly result: string },
): void {
  if (result === 'ABANDON') endWarmed(turn, group, instance);
  else if (instance.waitingFor?.length === 0) {
    delete instance.waitingFor;
    if (group.warmPool !== undefined) putAside(turn, group.warmPool, instance);
  }
}

/** What became of an instance of the pool; false where it is gone. */
function settleWarmed(turn: Turn, group: AutoScalingGroup, instance: GroupInstance): boolean {
  const state = ec2StateOf(turn, instance);
  if (state === 'terminated') {
    endActivity(turn, instance.activityId);
    return false;
  }
  const transition = 'autoscaling:EC2_INSTANCE_LAUNCHING';
  if (instance.lifecycleState === 'Warmed:Pending' && state === 'running') {
    if (!waitForHooks(turn, group, { instance, transition })) putAside(turn, group.warmPool!, instance);
  } else if (instance.lifecycleState === 'Warmed:Pending:Proceed' && state === 'stopped') {
    instance.lifecycleState = 'Warmed:Stopped';
    endActivity(turn, instance.activityId);
  }
  return true;
}

/** Launches one instance for the pool, where it can be had. */
function launchWarmed(turn: Turn, group: AutoScalingGroup, pool: WarmPool): boolean {
  for (const choice of launchChoices(turn, group)) {
    try {
      const instance = startInstance(turn, group, choice);
      instance.lifecycleState = 'Warmed:Pending';
      instance.activityId = startActivity(turn, group, {
        description: `Launching a new EC2 instance into warm pool: ${instance.instanceId}`,
        cause: 'an instance was started in response to a difference between desired and actual size of the warm pool.',
        subnetId: choice.subnetId,
        zone: choice.zone,
      }).id;
      pool.instances.push(instance);
      return true;
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
    }
  }
  return false;
}

/** Brings the pool to its size, and lets it go once it was deleted and is empty. */
export function keepWarm(turn: Turn, group: AutoScalingGroup): void {
  const pool = group.warmPool;
  if (pool === undefined) return;
  pool.instances = pool.instances.filter((own) => settleWarmed(turn, group, own));
  const staying = pool.instances.filter((own) => own.lifecycleState !== 'Warmed:Terminating');
  const missing = wantedSize(group, pool) - staying.length;
  for (const own of staying.slice(0, Math.max(0, -missing))) endWarmed(turn, group, own);
  if (!isSuspended(group, 'Launch'))
    for (let left = missing; left > 0; left -= 1) if (!launchWarmed(turn, group, pool)) break;
  if (pool.isLeaving === true && pool.instances.length === 0) delete group.warmPool;
}

/** Takes a ready instance out of the pool into the group; false where there is none. */
export function takeWarm(turn: Turn, group: AutoScalingGroup): boolean {
  const pool = group.warmPool;
  const instance = pool?.instances.find(isReady);
  if (pool === undefined || instance === undefined) return false;
  pool.instances = pool.instances.filter((own) => own !== instance);
  if (ec2StateOf(turn, instance) === 'stopped') startStopped(turn, instance.instanceId);
  instance.lifecycleState = 'Pending';
  instance.activityId = startActivity(turn, group, {
    description: `Launching a new EC2 instance from warm pool: ${instance.instanceId}`,
    cause: 'an instance was started in response to a difference between desired and actual capacity.',
    subnetId: instance.subnetId,
    zone: instance.zone,
  }).id;
  group.instances.push(instance);
  return true;
}
