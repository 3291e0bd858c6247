import type { Capacity } from '../../../spec/cluster.ts';
import type { Tags } from '../../field.ts';
import { type Resource, refTo } from '../../graph.ts';
import type { InstanceMix } from '../../kinds/auto-scaling-group.ts';
import { type BuildContext, resource, type Text, tagsOf } from '../context.ts';
import { regionalName } from './launch-template.ts';

export interface ScalingGroupInit {
  /** The last part of its id: `workers`, `seat-a`. */
  readonly what: string;
  readonly from: string;
  readonly needs: readonly string[];
  readonly subnetIds: readonly Text[];
  readonly template: Resource<'launch-template'>;
  readonly instances: InstanceMix;
  readonly size: { readonly min: number; readonly desired: number; readonly max: number };
  readonly tags: Tags;
  /** Where instances are registered; absent: nowhere. */
  readonly targetGroupArns?: readonly Text[];
}

/** Types and purchase of a node group's instances. */
export const instanceMix = (types: readonly string[], capacity: Capacity): InstanceMix => ({
  types,
  spot: spotOf(capacity),
});

function spotOf(capacity: Capacity): InstanceMix['spot'] {
  switch (capacity.type) {
    case 'on-demand':
      return null;
    case 'spot':
      return { onDemandBase: 0, onDemandPercentageAboveBase: 0, allocationStrategy: capacity.strategy };
    case 'mixed':
      return {
        onDemandBase: capacity.onDemandBase,
        onDemandPercentageAboveBase: capacity.onDemandPercentage,
        allocationStrategy: capacity.strategy,
      };
    default:
      return capacity satisfies never;
  }
}

/** By these tags the cluster autoscaler finds groups; those that EKS manages carry them by themselves. */
export const autoscalerTags = (cluster: string): Tags => ({
  'k8s.io/cluster-autoscaler/enabled': 'true',
  [`k8s.io/cluster-autoscaler/${cluster}`]: 'owned',
});

/** An auto scaling group of a launch template's newest version. */
export function autoScalingGroup(context: BuildContext, init: ScalingGroupInit): Resource<'auto-scaling-group'> {
  const { what, from, needs, template, instances, size, targetGroupArns } = init;
  const id = `auto-scaling-group/${what}`;
  return resource('auto-scaling-group', {
    id,
    from,
    needs,
    desired: {
      name: regionalName(context.name, what, 255),
      subnetIds: init.subnetIds,
      launchTemplateId: refTo(template, 'launchTemplateId'),
      launchTemplateVersion: refTo(template, 'latestVersion'),
      instances,
      minSize: size.min,
      maxSize: size.max,
      desiredSize: size.desired,
      capacityRebalance: instances.spot !== null,
      ...(targetGroupArns === undefined ? {} : { targetGroupArns }),
      tags: tagsOf(context, id, init.tags),
    },
  });
}
