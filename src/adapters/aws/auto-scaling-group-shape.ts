import type { AutoScalingGroup, LaunchTemplateSpecification, MixedInstancesPolicy } from '@aws-sdk/client-auto-scaling';
import type { InstanceMix } from '../../model/kinds/auto-scaling-group.ts';
import type { Settled } from '../../model/types.ts';
import { fromTagList } from './found.ts';

type Group = Settled<'auto-scaling-group'>;

/** What AWS takes where nothing is said; with all instances on demand it means nothing. */
const unusedSpotStrategy = 'lowest-price';

/**
 * Every group has a mixed instances policy, as the groups of EKS have, also with one type on demand: so the group itself tells
 * which types it has, and all parts are written so that an update leaves nothing of what was before.
 */
export function toPolicy(group: Group): MixedInstancesPolicy {
  const { types, spot } = group.instances;
  return {
    LaunchTemplate: {
      LaunchTemplateSpecification: { LaunchTemplateId: group.launchTemplateId, Version: group.launchTemplateVersion },
      Overrides: types.map((InstanceType) => ({ InstanceType })),
    },
    InstancesDistribution: {
      OnDemandAllocationStrategy: 'prioritized',
      OnDemandBaseCapacity: spot?.onDemandBase ?? 0,
      OnDemandPercentageAboveBaseCapacity: spot?.onDemandPercentageAboveBase ?? 100,
      SpotAllocationStrategy: spot?.allocationStrategy ?? unusedSpotStrategy,
    },
  };
}

function mixOf(group: AutoScalingGroup): InstanceMix {
  const policy = group.MixedInstancesPolicy;
  const overrides = policy?.LaunchTemplate?.Overrides ?? [];
  const types = overrides.flatMap(({ InstanceType }) => (InstanceType === undefined ? [] : [InstanceType]));
  const distribution = policy?.InstancesDistribution;
  const percentage = distribution?.OnDemandPercentageAboveBaseCapacity ?? 100;
  const strategy = distribution?.SpotAllocationStrategy ?? unusedSpotStrategy;
  if (percentage === 100 && strategy === unusedSpotStrategy) return { types, spot: null };
  return {
    types,
    spot: {
      onDemandBase: distribution?.OnDemandBaseCapacity ?? 0,
      onDemandPercentageAboveBase: percentage,
      allocationStrategy: strategy,
    },
  };
}

const templateOf = (group: AutoScalingGroup): LaunchTemplateSpecification | undefined =>
  group.MixedInstancesPolicy?.LaunchTemplate?.LaunchTemplateSpecification ?? group.LaunchTemplate;

/** The group as the model would write it. */
export function fromGroup(group: AutoScalingGroup): Group {
  const template = templateOf(group);
  return {
    name: group.AutoScalingGroupName!,
    subnetIds: (group.VPCZoneIdentifier ?? '')
      .split(',')
      .map((id) => id.trim())
      .filter((id) => id !== '')
      .sort(),
    launchTemplateId: template?.LaunchTemplateId ?? '',
    launchTemplateVersion: template?.Version ?? '',
    instances: mixOf(group),
    minSize: group.MinSize ?? 0,
    maxSize: group.MaxSize ?? 0,
    desiredSize: group.DesiredCapacity ?? 0,
    capacityRebalance: group.CapacityRebalance ?? false,
    // Absent where there are none, as the graph says it of groups that no load balancer sends to.
    ...((group.TargetGroupARNs ?? []).length > 0 ? { targetGroupArns: [...group.TargetGroupARNs!].sort() } : {}),
    tags: fromTagList(group.Tags),
  };
}
