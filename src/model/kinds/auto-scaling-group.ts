import { seconds } from '../../base/duration.ts';
import { fixed, mutable, observed, rolled, type Tags } from '../field.ts';
import { kind } from '../kind.ts';

import { appliedSizeTag } from '../tags.ts';

/** Types and purchase: without `spot` every instance is on demand. */
export interface InstanceMix {
  readonly types: readonly string[];
  readonly spot: {
    readonly onDemandBase: number;
    readonly onDemandPercentageAboveBase: number;
    readonly allocationStrategy: string;
  } | null;
}

/** An EC2 Auto Scaling group of nodes: https://docs.aws.amazon.com/autoscaling/ec2/userguide/auto-scaling-groups.html */
export const autoScalingGroup = kind({
  concern: 'nodes',
  label: 'auto scaling group',
  headline: ['instances', 'minSize', 'desiredSize', 'maxSize'],
  removing: 'its instances end at once, without a drain',
  rolling: 'instances that run stay as they are until they are replaced',
  found: 'tag',
  replace: 'create-first',
  usually: { create: seconds(45), update: seconds(40), delete: seconds(75) },
  fields: {
    name: fixed<string>()({ doc: 'unique in the region' }),
    subnetIds: mutable<readonly string[]>()({ doc: 'where instances stand', refersTo: 'subnet', compare: 'set' }),
    launchTemplateId: mutable<string>()({ doc: 'how instances are made', refersTo: 'launch-template' }),
    launchTemplateVersion: rolled<string>()({ doc: 'its version', refersTo: 'launch-template' }),
    instances: rolled<InstanceMix>()({ doc: 'types and how they are bought' }),
    minSize: mutable<number>()({ doc: 'fewest nodes' }),
    maxSize: mutable<number>()({ doc: 'most nodes' }),
    desiredSize: mutable<number>()({
      doc: 'nodes wanted; belongs to whoever scales once the group runs',
      handedOver: appliedSizeTag,
      between: { min: 'minSize', max: 'maxSize' },
    }),
    capacityRebalance: mutable<boolean>()({ doc: 'whether spot instances at risk are replaced beforehand' }),
    targetGroupArns: mutable<readonly string[]>()({
      doc: 'where its instances are registered; absent: nowhere',
      refersTo: 'target-group',
      compare: 'set',
      optional: true,
    }),
    tags: mutable<Tags>()({ doc: 'tags' }),
    groupName: observed<string>()({ doc: 'its name' }),
    arn: observed<string>()({ doc: 'ARN' }),
  },
});
