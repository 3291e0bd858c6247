import type { Turn } from '../../call.ts';
import { isReadyNode, type Node } from '../../kubernetes/object.ts';
import { nodesOf } from '../../kubernetes/state.ts';
import { isLeaving } from '../autoscaling/launch-choice.ts';
import type { GroupInstance } from '../autoscaling/state.ts';
import type { EksCluster, EksNodegroup } from './state.ts';

/** The instances of a node group that are to stay. */
export const membersOf = (turn: Turn, group: EksNodegroup): readonly GroupInstance[] =>
  (turn.state.autoscaling.groups[group.autoScalingGroupName]?.instances ?? []).filter((own) => !isLeaving(own));

/** The Node that an instance became, if it joined. */
export const nodeOf = (turn: Turn, cluster: EksCluster, instanceId: string): Node | undefined =>
  nodesOf(turn.state.kubernetes[cluster.name]).find(
    (node) => node.spec.providerID?.endsWith(`/${instanceId}`) === true,
  );

/** Instances in service whose node is Ready. */
export const readyMembers = (turn: Turn, cluster: EksCluster, group: EksNodegroup): readonly GroupInstance[] =>
  membersOf(turn, group).filter((instance) => {
    const node = nodeOf(turn, cluster, instance.instanceId);
    return instance.lifecycleState === 'InService' && node !== undefined && isReadyNode(node);
  });
