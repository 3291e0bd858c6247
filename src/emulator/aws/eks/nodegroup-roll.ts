import type { Turn } from '../../call.ts';
import { resizeGroup } from '../autoscaling/group-record.ts';
import { scheduleReconcile } from '../autoscaling/schedule.ts';
import type { AutoScalingGroup, GroupInstance } from '../autoscaling/state.ts';
import { beginTermination } from '../autoscaling/terminate.ts';
import { autoScalingTimings } from '../autoscaling/timings.ts';
import { drain, uncordon } from './drain.ts';
import { membersOf, nodeOf, readyMembers } from './group-nodes.ts';
import { scheduleNodegroup } from './nodegroup-events.ts';
import { nodegroupIssues } from './nodegroup-health.ts';
import { instancesPolicy, writeTemplate } from './nodegroup-launch.ts';
import { finishUpdate } from './nodegroup-update-state.ts';
import type { EksCluster, EksNodegroup } from './state.ts';
import { eksTimings } from './timings.ts';

type Step = (turn: Turn, cluster: EksCluster, group: EksNodegroup) => void;

/** How many nodes may be away at once. */
function maxUnavailable(group: EksNodegroup, size: number): number {
  if (group.maxUnavailablePercentage === undefined) return group.maxUnavailable ?? 1;
  return Math.max(1, Math.floor((size * group.maxUnavailablePercentage) / 100));
}

const realOf = (turn: Turn, group: EksNodegroup): AutoScalingGroup | undefined =>
  turn.state.autoscaling.groups[group.autoScalingGroupName];

const targetVersion = (real: AutoScalingGroup): string => real.mixedInstances!.launchTemplate.version;
const outdated = (turn: Turn, group: EksNodegroup, real: AutoScalingGroup): GroupInstance[] =>
  membersOf(turn, group).filter((own) => own.launchTemplate.version !== targetVersion(real));

/**
 * The setup phase: a new template version, and room for as many new nodes as may be away at once, so that the
 * group never has fewer than it wants.
 * https://docs.aws.amazon.com/eks/latest/userguide/managed-node-update-behavior.html
 */
export const startRoll: Step = (turn, cluster, group) => {
  const real = realOf(turn, group);
  if (real === undefined) {
    const errorMessage = `The Auto Scaling group ${group.autoScalingGroupName} does not exist.`;
    finishUpdate(cluster, group, { errorCode: 'Unknown', errorMessage, resourceIds: [group.autoScalingGroupName] });
    return;
  }
  real.mixedInstances = instancesPolicy(group, writeTemplate(turn, cluster, group));
  const old = outdated(turn, group, real).length;
  if (old === 0) return finishUpdate(cluster, group);
  const surge = Math.min(old, maxUnavailable(group, real.desiredCapacity));
  const desiredCapacity = real.desiredCapacity + surge;
  group.desiredSize = real.desiredCapacity;
  resizeGroup(turn, real, { minSize: real.minSize, maxSize: Math.max(real.maxSize, desiredCapacity), desiredCapacity });
  scheduleNodegroup(turn, cluster, { group, next: 'roll' });
};

/** Gives the surplus back after a failure: new instances go, so that no budget of a pod on an old one is passed over. */
function giveBack(
  turn: Turn,
  cluster: EksCluster,
  { group, real }: { group: EksNodegroup; real: AutoScalingGroup },
): void {
  const surplus = real.desiredCapacity - group.desiredSize;
  const newest = membersOf(turn, group)
    .filter((own) => own.launchTemplate.version === targetVersion(real))
    .sort((a, b) => b.launchedAt - a.launchedAt);
  const cause = 'instance was taken out of service in response to a user request.';
  for (const instance of newest.slice(0, surplus)) beginTermination(turn, real, { instance, cause });
  for (const { instanceId } of outdated(turn, group, real)) {
    const node = nodeOf(turn, cluster, instanceId);
    if (node !== undefined) uncordon(turn, cluster, node);
  }
  resizeGroup(turn, real, { minSize: group.minSize, maxSize: group.maxSize, desiredCapacity: group.desiredSize });
}

function fail(
  turn: Turn,
  cluster: EksCluster,
  failed: { group: EksNodegroup; real: AutoScalingGroup; kept: readonly string[] },
): void {
  const { group, real, kept } = failed;
  const resourceIds =
    kept.length > 0 ? [...kept] : nodegroupIssues(turn, cluster, group).flatMap((issue) => issue.resourceIds);
  const code = kept.length > 0 ? 'PodEvictionFailure' : 'NodeCreationFailure';
  const message =
    kept.length > 0
      ? `Reached max retries while trying to evict pods from nodes in node group ${group.name}`
      : `Couldn't proceed with upgrade process as new nodes are not joining node group ${group.name}`;
  giveBack(turn, cluster, { group, real });
  finishUpdate(cluster, group, { errorCode: code, errorMessage: message, resourceIds });
}

/** Ends a drained node's instance: replaced while further old ones remain, else the group shrinks back. */
function endDrained(
  turn: Turn,
  real: AutoScalingGroup,
  end: { instance: GroupInstance; group: EksNodegroup; oldLeft: number },
): void {
  const surplus = real.desiredCapacity - end.group.desiredSize;
  if (end.oldLeft <= surplus) real.desiredCapacity -= 1;
  beginTermination(turn, real, {
    instance: end.instance,
    cause: 'instance was taken out of service in response to a user request.',
  });
  scheduleReconcile(turn, real, autoScalingTimings.watch);
}

function drainOld(turn: Turn, cluster: EksCluster, work: { group: EksNodegroup; real: AutoScalingGroup }): string[] {
  const { group, real } = work;
  const kept: string[] = [];
  const force =
    cluster.updates[group.updateId ?? '']?.params.some(({ type, value }) => type === 'Force' && value === 'true') ===
    true;
  const batch = outdated(turn, group, real).slice(0, maxUnavailable(group, group.desiredSize));
  for (const instance of batch) {
    const node = nodeOf(turn, cluster, instance.instanceId);
    const result = node === undefined ? { done: true, kept: [] } : drain(turn, cluster, { node, force });
    kept.push(...result.kept);
    if (result.done) endDrained(turn, real, { instance, group, oldLeft: outdated(turn, group, real).length });
  }
  return kept;
}

/** One look at a running update: waits for new nodes, moves pods off old ones, ends these. */
export const roll: Step = (turn, cluster, group) => {
  const real = realOf(turn, group);
  if (real === undefined) return startRoll(turn, cluster, group);
  const members = membersOf(turn, group);
  const old = outdated(turn, group, real);
  const ready = readyMembers(turn, cluster, group).length;
  const whole = members.length === real.desiredCapacity && ready === members.length;
  if (old.length === 0 && whole) {
    resizeGroup(turn, real, { minSize: group.minSize, maxSize: group.maxSize, desiredCapacity: group.desiredSize });
    return finishUpdate(cluster, group);
  }
  const kept = whole ? drainOld(turn, cluster, { group, real }) : [];
  const update = cluster.updates[group.updateId ?? ''];
  const progressAt = Math.max(update?.createdAt ?? 0, ...members.map((own) => own.launchedAt));
  const limit = kept.length > 0 ? eksTimings.evictionGiveUp : eksTimings.nodegroupGiveUp;
  if (turn.now - progressAt >= limit.ms && (kept.length > 0 || !whole))
    return fail(turn, cluster, { group, real, kept });
  scheduleNodegroup(turn, cluster, { group, next: 'roll' });
};
