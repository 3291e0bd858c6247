import type {
  AutoScalingGroupNamesType,
  AutoScalingGroupsType,
  AutoScalingInstanceDetails,
  AutoScalingInstancesType,
  DescribeAutoScalingInstancesType,
  Filter,
  AutoScalingGroup as GroupView,
  Instance,
  MixedInstancesPolicy,
  WarmPoolConfiguration,
} from '@aws-sdk/client-auto-scaling';
import type { Handler } from '../../call.ts';
import { validationError } from './errors.ts';
import { pageFor } from './lookup.ts';
import { noticeEnded } from './reconcile.ts';
import type { AutoScalingGroup, GroupInstance, LaunchTemplateChoice, MixedInstances, WarmPool } from './state.ts';

const templateView = (choice: LaunchTemplateChoice) => ({
  LaunchTemplateId: choice.id,
  LaunchTemplateName: choice.name,
  Version: choice.version,
});

export const instanceView = (instance: GroupInstance): Instance => ({
  InstanceId: instance.instanceId,
  InstanceType: instance.instanceType,
  AvailabilityZone: instance.zone,
  LifecycleState: instance.lifecycleState,
  HealthStatus: instance.healthStatus,
  LaunchTemplate: templateView(instance.launchTemplate),
  ProtectedFromScaleIn: instance.protectedFromScaleIn,
});

const mixedView = (mixed: MixedInstances): MixedInstancesPolicy => ({
  LaunchTemplate: {
    LaunchTemplateSpecification: templateView(mixed.launchTemplate),
    Overrides: mixed.overrides.map((override) => ({
      InstanceType: override.instanceType,
      InstanceRequirements: override.requirements,
      WeightedCapacity: override.weightedCapacity,
      ...(override.launchTemplate === undefined
        ? {}
        : { LaunchTemplateSpecification: templateView(override.launchTemplate) }),
    })),
  },
  InstancesDistribution: {
    OnDemandAllocationStrategy: mixed.onDemandAllocationStrategy,
    OnDemandBaseCapacity: mixed.onDemandBaseCapacity,
    OnDemandPercentageAboveBaseCapacity: mixed.onDemandPercentageAboveBaseCapacity,
    SpotAllocationStrategy: mixed.spotAllocationStrategy,
    SpotInstancePools: mixed.spotInstancePools,
    SpotMaxPrice: mixed.spotMaxPrice,
  },
});

/** A warm pool as answers describe it. */
export const warmPoolView = (pool: WarmPool): WarmPoolConfiguration => ({
  MinSize: pool.minSize,
  PoolState: pool.poolState,
  ...(pool.maxPrepared !== undefined && { MaxGroupPreparedCapacity: pool.maxPrepared }),
  ...(pool.isLeaving === true && { Status: 'PendingDelete' as const }),
});

const tagViews = (group: AutoScalingGroup) =>
  group.tags.map((tag) => ({
    ResourceId: group.name,
    ResourceType: 'auto-scaling-group',
    Key: tag.key,
    Value: tag.value,
    PropagateAtLaunch: tag.propagateAtLaunch,
  }));

const sizesView = (group: AutoScalingGroup) => ({
  MinSize: group.minSize,
  MaxSize: group.maxSize,
  DesiredCapacity: group.desiredCapacity,
  DefaultCooldown: group.defaultCooldown,
});

const optionsView = (group: AutoScalingGroup) => ({
  Status: group.status,
  PlacementGroup: group.placementGroup,
  MaxInstanceLifetime: group.maxInstanceLifetime,
  DefaultInstanceWarmup: group.defaultInstanceWarmup,
  Context: group.context,
  DesiredCapacityType: group.desiredCapacityType,
  CapacityRebalance: group.capacityRebalance,
  SuspendedProcesses: group.suspendedProcesses.map(({ name, reason }) => ({
    ProcessName: name,
    SuspensionReason: reason,
  })),
  EnabledMetrics: group.enabledMetrics.map((Metric) => ({ Metric, Granularity: '1Minute' })),
  TerminationPolicies: [...group.terminationPolicies],
  NewInstancesProtectedFromScaleIn: group.newInstancesProtectedFromScaleIn,
  ServiceLinkedRoleARN: group.serviceLinkedRoleArn,
  TrafficSources: [],
  // The defaults, and the only ones that are known here.
  AvailabilityZoneDistribution: { CapacityDistributionStrategy: 'balanced-best-effort' as const },
  CapacityReservationSpecification: { CapacityReservationPreference: 'default' as const },
  DeletionProtection: (group.deletionProtection ?? 'none') as GroupView['DeletionProtection'],
});

/** A group as DescribeAutoScalingGroups answers it. */
export const groupView = (group: AutoScalingGroup, withInstances = true): GroupView => ({
  AutoScalingGroupName: group.name,
  AutoScalingGroupARN: group.arn,
  ...(group.launchTemplate === undefined ? {} : { LaunchTemplate: templateView(group.launchTemplate) }),
  ...(group.mixedInstances === undefined ? {} : { MixedInstancesPolicy: mixedView(group.mixedInstances) }),
  ...sizesView(group),
  AvailabilityZones: [...group.zones],
  LoadBalancerNames: [...group.loadBalancerNames],
  TargetGroupARNs: [...group.targetGroupArns],
  HealthCheckType: group.healthCheckType,
  HealthCheckGracePeriod: group.healthCheckGracePeriod,
  Instances: withInstances ? group.instances.map(instanceView) : [],
  CreatedTime: new Date(group.createdAt),
  VPCZoneIdentifier: group.subnetIds.join(','),
  ...(group.warmPool !== undefined && {
    WarmPoolConfiguration: warmPoolView(group.warmPool),
    WarmPoolSize: group.warmPool.instances.length,
  }),
  Tags: tagViews(group),
  ...optionsView(group),
});

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingGroups.html */
function matches(group: AutoScalingGroup, filter: Filter): boolean {
  const values = filter.Values ?? [];
  const name = filter.Name ?? '';
  if (name === 'tag-key') return group.tags.some((tag) => values.includes(tag.key));
  if (name === 'tag-value') return group.tags.some((tag) => values.includes(tag.value));
  if (name.startsWith('tag:')) {
    return group.tags.some((tag) => tag.key === name.slice('tag:'.length) && values.includes(tag.value));
  }
  throw validationError(`Filter type ${name} is not correct. Allowed Filter types are: tag-key tag-value tag:<key>`);
}

export const describeAutoScalingGroups: Handler<AutoScalingGroupNamesType, AutoScalingGroupsType> = (input, call) => {
  const names = input.AutoScalingGroupNames ?? [];
  const groups = Object.values(call.state.autoscaling.groups)
    .filter((group) => names.length === 0 || names.includes(group.name))
    .filter((group) => (input.Filters ?? []).every((filter) => matches(group, filter)))
    .sort((a, b) => a.name.localeCompare(b.name));
  for (const group of groups) noticeEnded(call, group);
  const page = pageFor(groups, input);
  return {
    AutoScalingGroups: page.items.map((group) => groupView(group, input.IncludeInstances !== false)),
    NextToken: page.next,
  };
};

const detailsView = (group: AutoScalingGroup, instance: GroupInstance): AutoScalingInstanceDetails => ({
  ...instanceView(instance),
  AutoScalingGroupName: group.name,
  // Here AWS writes HEALTHY, in groups Healthy.
  HealthStatus: instance.healthStatus.toUpperCase(),
  LifecycleState: instance.lifecycleState,
});

export const describeAutoScalingInstances: Handler<DescribeAutoScalingInstancesType, AutoScalingInstancesType> = (
  input,
  call,
) => {
  const ids = input.InstanceIds ?? [];
  const rows = Object.values(call.state.autoscaling.groups).flatMap((group) => {
    noticeEnded(call, group);
    return [...group.instances, ...(group.warmPool?.instances ?? [])]
      .filter((instance) => ids.length === 0 || ids.includes(instance.instanceId))
      .map((instance) => detailsView(group, instance));
  });
  const page = pageFor(rows, input);
  return { AutoScalingInstances: [...page.items], NextToken: page.next };
};
