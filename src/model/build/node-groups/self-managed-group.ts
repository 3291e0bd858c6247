import type { Diagnostic } from '../../../base/diagnostic.ts';
import type { Capacity } from '../../../spec/cluster.ts';
import { report } from '../../codes.ts';
import { type Resource, refTo } from '../../graph.ts';
import type { InstanceMix } from '../../kinds/auto-scaling-group.ts';
import { kubernetesTag, resource, type Text, tagsOf } from '../context.ts';
import { givenArn, iamName, pathOf } from '../iam.ts';
import { type GroupContext, needsOf } from './group-context.ts';
import { imageParameter } from './image.ts';
import { launchTemplate, regionalName } from './launch-template.ts';
import type { BuiltGroup } from './managed-group.ts';
import { userDataFindings, userDataOf } from './node-user-data.ts';

function instanceProfile(context: GroupContext): Resource<'instance-profile'> | undefined {
  const { group, role, from } = context;
  if (group.instanceProfile !== undefined) return undefined;
  const id = `instance-profile/${group.name}`;
  const roleName: Text =
    role.made === undefined ? group.role!.slice(group.role!.lastIndexOf('/') + 1) : refTo(role.made, 'roleName');
  return resource('instance-profile', {
    id,
    from,
    desired: { name: iamName(context, `node-${group.name}`), path: pathOf(context, id), roleName },
  });
}

function imageOf({ group, spec, facts, from }: GroupContext): {
  imageId: string | null;
  diagnostics: readonly Diagnostic[];
} {
  if (group.image.amiId !== undefined) return { imageId: group.image.amiId, diagnostics: [] };
  const parameter = imageParameter(group, spec.kubernetesVersion);
  const imageId = facts.images[parameter];
  if (imageId !== undefined) return { imageId, diagnostics: [] };
  const detail = `SSM parameter ${parameter}, which node group ${group.name} asks for, is not there`;
  const fix = 'Check the version and image.release, or say image.ami.';
  return {
    imageId: null,
    diagnostics: [report('graph.image-unknown', { detail, fix, at: { path: `${from}.image` } })],
  };
}

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
const autoscalerTags = (cluster: string) => ({
  'k8s.io/cluster-autoscaler/enabled': 'true',
  [`k8s.io/cluster-autoscaler/${cluster}`]: 'owned',
});

function scalingGroup(context: GroupContext, template: Resource<'launch-template'>): Resource<'auto-scaling-group'> {
  const { group, subnets, name } = context;
  const id = `auto-scaling-group/${group.name}`;
  const spot = spotOf(group.capacity);
  const further = { ...autoscalerTags(name), ...group.tags, [kubernetesTag(name)]: 'owned' };
  return resource('auto-scaling-group', {
    id,
    from: context.from,
    needs: needsOf(context),
    desired: {
      name: regionalName(context, 255),
      subnetIds: subnets.map(({ subnetId }) => subnetId),
      launchTemplateId: refTo(template, 'launchTemplateId'),
      launchTemplateVersion: refTo(template, 'latestVersion'),
      instances: { types: group.instanceTypes, spot },
      minSize: group.size.min,
      maxSize: group.size.max,
      desiredSize: group.size.desired,
      capacityRebalance: spot !== null,
      tags: tagsOf(context, id, further),
    },
  });
}

/** An auto scaling group with launch template and instance profile of our own. */
export function selfManagedGroup(context: GroupContext): BuiltGroup {
  const { group, subnets } = context;
  const profile = instanceProfile(context);
  const userData = userDataOf(context);
  const image = imageOf(context);
  const template = launchTemplate(context, {
    imageId: image.imageId,
    userData,
    instanceProfileArn:
      profile === undefined ? givenArn(context, 'instance-profile', group.instanceProfile!) : refTo(profile, 'arn'),
    publicIp: subnets.length > 0 && subnets.every(({ isPublic }) => isPublic),
  });
  const nodes = scalingGroup(context, template);
  return {
    resources: [...(profile === undefined ? [] : [profile]), template, nodes],
    diagnostics: [...image.diagnostics, ...userDataFindings(context, userData)],
    id: nodes.id,
  };
}
