import type { NodeGroup } from '../../../../spec/cluster.ts';
import { type Resource, refTo } from '../../../graph.ts';
import type { Volume } from '../../../kinds/launch-template.ts';
import { kubernetesTag } from '../../context.ts';
import { launchTemplate, type TemplateInit, volumeOf } from '../../node-groups/launch-template.ts';
import type { GroupContext } from './group-context.ts';

/** What the managers of groups do differently. */
export type TemplateChoices = Pick<TemplateInit, 'imageId' | 'userData' | 'instanceProfileArn' | 'publicIp'>;

/** Bottlerocket's first volume holds the system alone, which fits in 4 GiB: https://bottlerocket.dev/en/os/latest/#/concepts/storage/ */
function volumesOf({ rootVolume, image }: NodeGroup): readonly Volume[] {
  if (image.family !== 'bottlerocket') return [volumeOf('/dev/xvda', rootVolume)];
  const system: Volume = { ...volumeOf('/dev/xvda', rootVolume, 4), volumeType: 'gp3', iops: null, throughput: null };
  return [system, volumeOf('/dev/xvdb', rootVolume)];
}

/** How nodes of a group are made: in the cluster security group, and in the one that lets SSH in. */
export function groupTemplate(context: GroupContext, choices: TemplateChoices): Resource<'launch-template'> {
  const { group, around, name, from } = context;
  const { cluster, ssh, keyName } = around;
  const holder = group.manager === 'eks' ? 'node-group' : 'auto-scaling-group';
  return launchTemplate(context, {
    ...choices,
    what: group.name,
    from,
    groupId: `${holder}/${group.name}`,
    keyName: group.keyName ?? keyName,
    securityGroupIds: [
      refTo(cluster, 'clusterSecurityGroupId'),
      ...(ssh === undefined ? [] : [refTo(ssh, 'groupId')]),
      ...group.securityGroups,
    ],
    volumes: volumesOf(group),
    monitoring: group.monitoring,
    tags: group.tags,
    // EKS tags managed instances itself.
    instanceTags: group.manager === 'asg' ? { [kubernetesTag(name)]: 'owned' } : {},
  });
}
