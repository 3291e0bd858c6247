import { minutes, seconds } from '../../base/duration.ts';
import { fixed, mutable, observed, rolled, type Tags } from '../field.ts';
import { kind } from '../kind.ts';

import { appliedSizeTag } from '../tags.ts';

/** A taint in Kubernetes' words. */
export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
}

/** A managed node group: https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html */
export const nodeGroup = kind({
  concern: 'nodes',
  label: 'managed node group',
  headline: ['instanceTypes', 'capacityType', 'minSize', 'desiredSize', 'maxSize'],
  removing: 'its nodes are drained and end',
  rolling: 'EKS replaces the nodes, as many at once as the update settings say',
  found: 'parent',
  replace: 'create-first',
  usually: { create: seconds(150), update: minutes(6), delete: minutes(4) },
  fields: {
    clusterName: fixed<string>()({ doc: 'the cluster', refersTo: 'cluster' }),
    name: fixed<string>()({ doc: 'unique in the cluster' }),
    nodeRoleArn: fixed<string>()({ doc: 'role of the nodes', refersTo: 'role' }),
    subnetIds: fixed<readonly string[]>()({ doc: 'where nodes stand', refersTo: 'subnet', compare: 'set' }),
    amiType: fixed<string>()({ doc: "image family that EKS chooses from; `CUSTOM` with an image of one's own" }),
    instanceTypes: fixed<readonly string[]>()({ doc: 'instance types, the preferred first' }),
    capacityType: fixed<'ON_DEMAND' | 'SPOT'>()({ doc: 'how instances are bought' }),
    launchTemplateId: fixed<string>()({ doc: 'our launch template', refersTo: 'launch-template' }),
    launchTemplateVersion: rolled<string>()({ doc: 'its version', refersTo: 'launch-template' }),
    version: rolled<string>()({ doc: 'Kubernetes minor of the nodes; follows the control plane', optional: true }),
    releaseVersion: rolled<string>()({
      doc: 'image release; EKS takes the newest at creation where it is left out',
      optional: true,
    }),
    minSize: mutable<number>()({ doc: 'fewest nodes' }),
    maxSize: mutable<number>()({ doc: 'most nodes' }),
    desiredSize: mutable<number>()({
      doc: 'nodes wanted; belongs to whoever scales once the group runs',
      handedOver: appliedSizeTag,
      between: { min: 'minSize', max: 'maxSize' },
    }),
    labels: mutable<Tags>()({ doc: 'labels of the nodes' }),
    taints: mutable<readonly Taint[]>()({ doc: 'taints of the nodes', compare: 'set' }),
    updateConfig: mutable<{ readonly maxUnavailable: number } | { readonly maxUnavailablePercentage: number }>()({
      doc: 'how many nodes an update takes at once',
    }),
    tags: mutable<Tags>()({ doc: 'tags' }),
    nodeGroupName: observed<string>()({ doc: 'its name' }),
    arn: observed<string>()({ doc: 'ARN' }),
    autoScalingGroupName: observed<string>()({ doc: 'the group that EKS made for it', optional: true }),
  },
});
