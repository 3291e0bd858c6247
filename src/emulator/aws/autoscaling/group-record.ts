import type { Turn } from '../../call.ts';
import { ensureServiceLinkedRole } from '../service-linked-role.ts';
import { scheduleReconcile } from './schedule.ts';
import type { AutoScalingGroup, GroupTag, LaunchTemplateChoice, LifecycleHook, MixedInstances } from './state.ts';
import { autoScalingTimings } from './timings.ts';

/** A group as it is made: by a caller, or by EKS for a managed node group. */
export interface NewGroup {
  readonly name: string;
  readonly minSize: number;
  readonly maxSize: number;
  readonly desiredCapacity: number;
  readonly launchTemplate?: LaunchTemplateChoice | undefined;
  readonly mixedInstances?: MixedInstances | undefined;
  readonly subnetIds: readonly string[];
  readonly tags?: readonly GroupTag[];
  readonly hooks?: readonly LifecycleHook[];
  readonly settings?: Partial<AutoScalingGroup>;
}

function uuidOf(turn: Turn): string {
  const hex = turn.newToken(32);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

const arnOf = (turn: Turn, name: string): string =>
  `arn:${turn.world.partition}:autoscaling:${turn.region}:${turn.account}:autoScalingGroup:${uuidOf(turn)}:autoScalingGroupName/${name}`;

const usual = () => ({
  defaultCooldown: 300,
  loadBalancerNames: [],
  targetGroupArns: [],
  healthCheckType: 'EC2',
  healthCheckGracePeriod: 0,
  terminationPolicies: ['Default'],
  newInstancesProtectedFromScaleIn: false,
  capacityRebalance: false,
  suspendedProcesses: [],
  enabledMetrics: [],
});

export const zonesOfSubnets = (turn: Turn, subnetIds: readonly string[]): string[] => [
  ...new Set(subnetIds.flatMap((id) => turn.state.ec2.subnets[id]?.zone ?? [])),
];

const linkedRole = {
  service: 'autoscaling.amazonaws.com',
  name: 'AWSServiceRoleForAutoScaling',
  policy: 'AutoScalingServiceRolePolicy',
};

/** Makes a group without any check and has it launch what it wants. */
export function createGroup(turn: Turn, wanted: NewGroup): AutoScalingGroup {
  const group: AutoScalingGroup = {
    ...usual(),
    serviceLinkedRoleArn: ensureServiceLinkedRole(turn, linkedRole),
    ...wanted.settings,
    name: wanted.name,
    arn: arnOf(turn, wanted.name),
    createdAt: turn.now,
    minSize: wanted.minSize,
    maxSize: wanted.maxSize,
    desiredCapacity: wanted.desiredCapacity,
    ...(wanted.launchTemplate === undefined ? {} : { launchTemplate: wanted.launchTemplate }),
    ...(wanted.mixedInstances === undefined ? {} : { mixedInstances: wanted.mixedInstances }),
    subnetIds: [...wanted.subnetIds],
    zones: zonesOfSubnets(turn, wanted.subnetIds),
    tags: (wanted.tags ?? []).map((tag) => ({ ...tag })),
    hooks: (wanted.hooks ?? []).map((hook) => ({ ...hook })),
    instances: [],
  };
  turn.state.autoscaling.groups[group.name] = group;
  scheduleReconcile(turn, group, autoScalingTimings.react);
  return group;
}

export interface Sizes {
  readonly minSize: number;
  readonly maxSize: number;
  readonly desiredCapacity: number;
}

/** Sets the sizes without any check and has the group follow. */
export function resizeGroup(turn: Turn, group: AutoScalingGroup, sizes: Sizes): void {
  group.minSize = sizes.minSize;
  group.maxSize = sizes.maxSize;
  group.desiredCapacity = sizes.desiredCapacity;
  scheduleReconcile(turn, group, autoScalingTimings.react);
}

/** Ends every instance and then the group itself: DeleteAutoScalingGroup with ForceDelete. */
export function deleteGroupByForce(turn: Turn, group: AutoScalingGroup): void {
  group.status = 'Delete in progress';
  group.minSize = 0;
  group.desiredCapacity = 0;
  if (group.warmPool !== undefined) group.warmPool.isLeaving = true;
  scheduleReconcile(turn, group, autoScalingTimings.now);
}
