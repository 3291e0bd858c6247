import { shortHash } from '../../../base/hash.ts';
import type { RootVolume } from '../../../spec/cluster.ts';
import type { Tags } from '../../field.ts';
import type { Resource } from '../../graph.ts';
import type { Volume } from '../../kinds/launch-template.ts';
import type { Join, Value } from '../../value.ts';
import { type BuildContext, named, resource, type Text, tagsOf } from '../context.ts';

/** How instances are made, without what is the same for all. */
export interface TemplateInit {
  /** The last part of the ids of template and group: `workers`, `seat-a`. */
  readonly what: string;
  readonly from: string;
  /** Id of what holds the instances, which carry it in their tags: `auto-scaling-group/workers`. */
  readonly groupId: string;
  readonly imageId: string | null;
  readonly userData: string | Join | null;
  readonly keyName: Text | null;
  readonly securityGroupIds: readonly Text[];
  readonly instanceProfileArn: Text | null;
  /** Null leaves it to the subnet. */
  readonly publicIp: boolean | null;
  /** The root volume first. */
  readonly volumes: readonly Value<Volume>[];
  readonly monitoring: boolean;
  /** Of the template and, with `instanceTags` over them, of instances, volumes and interfaces. */
  readonly tags: Tags;
  readonly instanceTags: Tags;
}

/** Unique in the region: the names of cluster and group together might be those of two others. */
export const regionalName = (cluster: string, group: string, length: number): string =>
  named(`${cluster}-${group}`, shortHash({ cluster, group }, 6), length);

/** A volume of instances as the spec describes it, or of another size. */
export const volumeOf = (deviceName: string, rootVolume: RootVolume, sizeGiB = rootVolume.sizeGiB): Volume => ({
  deviceName,
  size: sizeGiB,
  volumeType: rootVolume.type,
  iops: rootVolume.iops ?? null,
  throughput: rootVolume.throughput ?? null,
  encrypted: rootVolume.encrypted,
  kmsKeyArn: rootVolume.kmsKey ?? null,
});

/** A launch template: instance metadata version 2 with one hop, the type left to the group. */
export function launchTemplate(context: BuildContext, init: TemplateInit): Resource<'launch-template'> {
  const { name } = context;
  const { what, from, groupId, tags, instanceTags, ...given } = init;
  const id = `launch-template/${what}`;
  return resource('launch-template', {
    id,
    from,
    desired: {
      name: regionalName(name, what, 128),
      imageId: given.imageId,
      instanceType: null,
      userData: given.userData,
      keyName: given.keyName,
      securityGroupIds: given.securityGroupIds,
      instanceProfileArn: given.instanceProfileArn,
      publicIp: given.publicIp,
      volumes: given.volumes,
      metadataHopLimit: 1,
      monitoring: given.monitoring,
      ebsOptimized: null,
      instanceTags: tagsOf(context, groupId, { Name: `${name}-${what}`, ...tags, ...instanceTags }),
      tags: tagsOf(context, id, tags),
    },
  });
}
