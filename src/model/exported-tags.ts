import { appliedSizeTag, clusterTag, exportedTag, exportedUsesTag, keptTagPrefix } from './tags.ts';

const isOwn = (key: string): boolean =>
  key === clusterTag || key === appliedSizeTag || key === exportedTag || key.startsWith(keptTagPrefix);

/**
 * The tags that a resource gets from Terraform or CloudFormation: those that the graph gives it, without the ones by which Quilla
 * owns, and with the name of the cluster for which it was exported. Values may be texts that are known only later.
 */
export const exportedTags = <V>(tags: Readonly<Record<string, V>>, cluster: string): Record<string, V | string> => ({
  ...Object.fromEntries(Object.entries(tags).filter(([key]) => !isOwn(key))),
  [exportedTag]: cluster,
});

/**
 * What Terraform or CloudFormation puts on a given subnet: the tags that the cluster needs there, the mark that `quilla adopt` finds it by,
 * and the list of the keys that came with it. A subnet may be given to several clusters, so that the mark's key holds the cluster's name.
 */
export const exportedSubnetTags = <V>(
  tags: Readonly<Record<string, V>>,
  mark: { readonly cluster: string; readonly id: string },
): Record<string, V | string> => ({
  ...tags,
  [exportedUsesTag(mark.cluster)]: mark.id,
  [`${exportedUsesTag(mark.cluster)}/keys`]: Object.keys(tags).sort().join(' '),
});

/**
 * Tags that Quilla sets beside Terraform once it owns a world: Terraform's provider must ignore them (`ignore_tags`), or its next plan
 * would take them away. https://registry.terraform.io/providers/hashicorp/aws/latest/docs#ignore_tags
 */
export const ownTags = (
  cluster: string,
): { readonly keys: readonly string[]; readonly prefixes: readonly string[] } => ({
  keys: [clusterTag, appliedSizeTag],
  prefixes: [keptTagPrefix, `quilla.dev/uses/${cluster}`],
});
