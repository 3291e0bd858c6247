import { canonicalJson } from '../../../../base/canonical-json.ts';
import type { Diagnostic } from '../../../../base/diagnostic.ts';
import { shortHash } from '../../../../base/hash.ts';
import { type Resource, refTo } from '../../../graph.ts';
import { named, resource, tagsOf } from '../../context.ts';
import { amiType } from '../../node-groups/image.ts';
import { type GroupContext, needsOf } from './group-context.ts';
import { groupTemplate } from './group-template.ts';
import { userDataFindings, userDataOf } from './node-user-data.ts';

export interface BuiltGroup {
  readonly resources: readonly Resource[];
  readonly diagnostics: readonly Diagnostic[];
  /** Id of what holds the nodes. */
  readonly id: string;
}

function fixedFields(context: GroupContext, template: Resource<'launch-template'>) {
  const { group, role, subnets, around } = context;
  return {
    clusterName: refTo(around.cluster, 'clusterName'),
    nodeRoleArn: role.arn,
    subnetIds: subnets.map(({ subnetId }) => subnetId),
    amiType: amiType(group),
    instanceTypes: group.instanceTypes,
    capacityType: group.capacity.type === 'spot' ? ('SPOT' as const) : ('ON_DEMAND' as const),
    launchTemplateId: refTo(template, 'launchTemplateId'),
  };
}

/** The order of subnets means nothing, so it does not count. */
const nameOf = (group: string, fixed: ReturnType<typeof fixedFields>): string =>
  named(group, shortHash({ ...fixed, subnetIds: fixed.subnetIds.map((id) => canonicalJson(id)).sort() }, 6), 63);

/** EKS chooses the image unless the spec does, and then it takes no version. */
function imageFields({ group, spec }: GroupContext): { version?: string; releaseVersion?: string } {
  const { amiId, release } = group.image;
  if (amiId !== undefined) return {};
  return { version: spec.kubernetesVersion, ...(release === undefined ? {} : { releaseVersion: release }) };
}

/** A managed node group on a launch template of ours. */
export function managedGroup(context: GroupContext): BuiltGroup {
  const { group, from } = context;
  const id = `node-group/${group.name}`;
  const userData = userDataOf(context);
  const imageId = group.image.amiId ?? null;
  const template = groupTemplate(context, { imageId, userData, instanceProfileArn: null, publicIp: null });
  const fixed = fixedFields(context, template);
  const nodes = resource('node-group', {
    id,
    from,
    needs: needsOf(context),
    desired: {
      ...fixed,
      name: nameOf(group.name, fixed),
      launchTemplateVersion: refTo(template, 'latestVersion'),
      ...imageFields(context),
      minSize: group.size.min,
      maxSize: group.size.max,
      desiredSize: group.size.desired,
      labels: group.labels,
      taints: group.taints,
      updateConfig: group.update,
      tags: tagsOf(context, id, group.tags),
    },
  });
  return { resources: [template, nodes], diagnostics: userDataFindings(context, userData), id };
}
