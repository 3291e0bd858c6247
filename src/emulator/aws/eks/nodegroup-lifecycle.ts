import type { Json } from '../../../base/canonical-json.ts';
import type { EventHandlers, Turn } from '../../call.ts';
import { deleteGroupByForce } from '../autoscaling/group-record.ts';
import { drain } from './drain.ts';
import { membersOf, nodeOf, readyMembers } from './group-nodes.ts';
import { type NodegroupEvent, type NodegroupStep, scheduleNodegroup } from './nodegroup-events.ts';
import { nodegroupIssues } from './nodegroup-health.ts';
import { launchNodegroup, removeNodegroupParts } from './nodegroup-launch.ts';
import { roll, startRoll } from './nodegroup-roll.ts';
import { finishConfigUpdate } from './nodegroup-update-state.ts';
import type { EksCluster, EksNodegroup } from './state.ts';
import { eksTimings } from './timings.ts';

type Step = (turn: Turn, cluster: EksCluster, group: EksNodegroup) => void;

const start: Step = (turn, cluster, group) => {
  launchNodegroup(turn, cluster, { group, desired: group.desiredSize });
  scheduleNodegroup(turn, cluster, { group, next: 'check' });
};

/** A group is ACTIVE when all its nodes are Ready, and has failed when they are not in time. */
const check: Step = (turn, cluster, group) => {
  const wanted = turn.state.autoscaling.groups[group.autoScalingGroupName]?.desiredCapacity ?? group.desiredSize;
  if (readyMembers(turn, cluster, group).length >= wanted) {
    group.status = 'ACTIVE';
    return;
  }
  if (turn.now - group.createdAt < eksTimings.nodegroupGiveUp.ms) {
    scheduleNodegroup(turn, cluster, { group, next: 'check' });
    return;
  }
  group.status = 'CREATE_FAILED';
  group.issues = nodegroupIssues(turn, cluster, group);
};

const remove: Step = (turn, cluster, group) => {
  const real = turn.state.autoscaling.groups[group.autoScalingGroupName];
  // Deletion moves the pods as far as budgets let it, but does not wait for them.
  for (const member of membersOf(turn, group)) {
    const node = nodeOf(turn, cluster, member.instanceId);
    if (node !== undefined) drain(turn, cluster, { node, force: true });
  }
  if (real !== undefined) deleteGroupByForce(turn, real);
  scheduleNodegroup(turn, cluster, { group, next: 'deleting' });
};

const watchRemoval: Step = (turn, cluster, group) => {
  const gone = turn.state.autoscaling.groups[group.autoScalingGroupName] === undefined;
  scheduleNodegroup(turn, cluster, { group, next: gone ? 'deleted' : 'deleting' });
};

const forget: Step = (turn, cluster, group) => {
  removeNodegroupParts(turn, cluster, group);
  delete cluster.nodegroups[group.name];
};

const steps: Readonly<Record<NodegroupStep, Step>> = {
  start,
  check,
  delete: remove,
  deleting: watchRemoval,
  deleted: forget,
  configured: finishConfigUpdate,
  'roll-start': startRoll,
  roll,
};

function nodegroupDue(data: Json, turn: Turn): void {
  const { cluster: name, arn, next, since } = data as unknown as NodegroupEvent;
  const cluster = turn.state.eks.clusters[name];
  const group = Object.values(cluster?.nodegroups ?? {}).find((own) => own.arn === arn);
  if (cluster === undefined || group === undefined || group.modifiedAt !== since) return;
  steps[next](turn, cluster, group);
}

export const nodegroupEvents: EventHandlers = { 'eks.nodegroup': nodegroupDue };
