import type { Diagnostic } from '../../../../base/diagnostic.ts';
import { report } from '../../../codes.ts';
import { refTo } from '../../../graph.ts';
import { kubernetesTag } from '../../context.ts';
import { givenArn } from '../../iam.ts';
import { autoScalingGroup, autoscalerTags, instanceMix } from '../../node-groups/auto-scaling-group.ts';
import { imageParameter } from '../../node-groups/image.ts';
import { instanceProfile } from '../../node-groups/instance-profile.ts';
import { type GroupContext, needsOf } from './group-context.ts';
import { groupTemplate } from './group-template.ts';
import type { BuiltGroup } from './managed-group.ts';
import { userDataFindings, userDataOf } from './node-user-data.ts';

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

function profileOf(context: GroupContext) {
  const { group, role, from } = context;
  if (group.instanceProfile !== undefined) return undefined;
  return instanceProfile(context, {
    what: group.name,
    named: `node-${group.name}`,
    from,
    role: role.made ?? group.role!,
  });
}

/** An auto scaling group with launch template and instance profile of our own. */
export function selfManagedGroup(context: GroupContext): BuiltGroup {
  const { group, subnets, name, from } = context;
  const profile = profileOf(context);
  const userData = userDataOf(context);
  const image = imageOf(context);
  const template = groupTemplate(context, {
    imageId: image.imageId,
    userData,
    instanceProfileArn:
      profile === undefined ? givenArn(context, 'instance-profile', group.instanceProfile!) : refTo(profile, 'arn'),
    publicIp: subnets.length > 0 && subnets.every(({ isPublic }) => isPublic),
  });
  const nodes = autoScalingGroup(context, {
    what: group.name,
    from,
    needs: needsOf(context),
    subnetIds: subnets.map(({ subnetId }) => subnetId),
    template,
    instances: instanceMix(group.instanceTypes, group.capacity),
    size: group.size,
    tags: { ...autoscalerTags(name), ...group.tags, [kubernetesTag(name)]: 'owned' },
  });
  return {
    resources: [...(profile === undefined ? [] : [profile]), template, nodes],
    diagnostics: [...image.diagnostics, ...userDataFindings(context, userData)],
    id: nodes.id,
  };
}
