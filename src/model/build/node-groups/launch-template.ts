import { shortHash } from '../../../base/hash.ts';
import type { NodeGroup } from '../../../spec/cluster.ts';
import { type Resource, refTo } from '../../graph.ts';
import type { Volume } from '../../kinds/launch-template.ts';
import type { Join } from '../../value.ts';
import { kubernetesTag, named, resource, type Text, tagsOf } from '../context.ts';
import type { GroupContext } from './group-context.ts';

/** What the managers of groups do differently. */
export interface TemplateChoices {
  readonly imageId: string | null;
  readonly userData: string | Join | null;
  readonly instanceProfileArn: Text | null;
  readonly publicIp: boolean | null;
}

/** Unique in the region: the names of cluster and group together might be those of two others. */
export const regionalName = ({ name, group }: GroupContext, length: number): string =>
  named(`${name}-${group.name}`, shortHash({ cluster: name, group: group.name }, 6), length);

const volume = (deviceName: string, size: number, { rootVolume }: NodeGroup): Volume => ({
  deviceName,
  size,
  volumeType: rootVolume.type,
  iops: rootVolume.iops ?? null,
  throughput: rootVolume.throughput ?? null,
  encrypted: rootVolume.encrypted,
  kmsKeyArn: rootVolume.kmsKey ?? null,
});

/** Bottlerocket's first volume holds the system alone, which fits in 4 GiB: https://bottlerocket.dev/en/os/latest/#/concepts/storage/ */
function volumesOf(group: NodeGroup): readonly Volume[] {
  const { rootVolume, image } = group;
  if (image.family === 'al2023') return [volume('/dev/xvda', rootVolume.sizeGiB, group)];
  const system: Volume = { ...volume('/dev/xvda', 4, group), volumeType: 'gp3', iops: null, throughput: null };
  return [system, volume('/dev/xvdb', rootVolume.sizeGiB, group)];
}

/** How instances of a group are made. */
export function launchTemplate(context: GroupContext, choices: TemplateChoices): Resource<'launch-template'> {
  const { group, around, name } = context;
  const { cluster, ssh, keyName } = around;
  const id = `launch-template/${group.name}`;
  const groupId = `${group.manager === 'eks' ? 'node-group' : 'auto-scaling-group'}/${group.name}`;
  // EKS tags managed instances itself.
  const owned = group.manager === 'asg' ? { [kubernetesTag(name)]: 'owned' } : {};
  return resource('launch-template', {
    id,
    from: context.from,
    desired: {
      name: regionalName(context, 128),
      imageId: choices.imageId,
      instanceType: null,
      userData: choices.userData,
      keyName: group.keyName ?? keyName,
      securityGroupIds: [
        refTo(cluster, 'clusterSecurityGroupId'),
        ...(ssh === undefined ? [] : [refTo(ssh, 'groupId')]),
        ...group.securityGroups,
      ],
      instanceProfileArn: choices.instanceProfileArn,
      publicIp: choices.publicIp,
      volumes: volumesOf(group),
      metadataHopLimit: 1,
      monitoring: group.monitoring,
      ebsOptimized: null,
      instanceTags: tagsOf(context, groupId, { Name: `${name}-${group.name}`, ...group.tags, ...owned }),
      tags: tagsOf(context, id, group.tags),
    },
  });
}
