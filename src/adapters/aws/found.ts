import type { Tags } from '../../model/field.ts';
import {
  clusterTag,
  exportedTag,
  exportedUsesTag,
  idTag,
  keptTagPrefix,
  ownTagPrefix,
  usesTag,
} from '../../model/tags.ts';
import type { Scope } from '../../ports/aws.ts';

type AwsTag = { readonly Key?: string | undefined; readonly Value?: string | undefined };

/** AWS's own tags, which nobody can set, and what adapters keep in tags for themselves are no tags of a resource in the graph. */
const isOfGraph = (key: string): boolean => !key.startsWith('aws:') && !key.startsWith(keptTagPrefix);

/** AWS's list of tags as a map, without AWS's own (`aws:...`) and what adapters keep for themselves. */
export const fromTagList = (list: readonly AwsTag[] | undefined): Tags =>
  Object.fromEntries(
    (list ?? []).filter((tag) => isOfGraph(tag.Key ?? '')).map((tag) => [tag.Key ?? '', tag.Value ?? '']),
  );

export const fromTagMap = (map: Readonly<Record<string, string>> | undefined): Tags =>
  Object.fromEntries(Object.entries(map ?? {}).filter(([key]) => isOfGraph(key)));

export const toTagList = (tags: Tags): { Key: string; Value: string }[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** The tag that says whose a resource is, for what a scope reads. */
export const ownerTag = ({ exported }: Scope): string => (exported === undefined ? clusterTag : exportedTag);

/** The mark on a given subnet, for what a scope reads. */
export const markOf = ({ exported, cluster }: Scope): string =>
  exported === undefined ? usesTag(cluster) : exportedUsesTag(cluster);

/** The filter with which EC2 lists what is ours. */
export const ourFilter = (scope: Scope): { Name: string; Values: string[] }[] => [
  { Name: `tag:${ownerTag(scope)}`, Values: [scope.cluster] },
];

/** Whether tags say that a resource is the scope's. */
export const isOf = (tags: Tags, scope: Scope): boolean => tags[ownerTag(scope)] === scope.cluster;

/** The graph's id of a tagged resource; undefined where it is not ours. */
export const idOf = (tags: Tags, scope: Scope): string | undefined => (isOf(tags, scope) ? tags[idTag] : undefined);

/** Tags without ours. */
export const foreignTags = (tags: Tags): Tags =>
  Object.fromEntries(Object.entries(tags).filter(([key]) => !key.startsWith(ownTagPrefix)));

/** What to set and what to take away so that `before` becomes `after`. */
export function tagChanges(before: Tags, after: Tags): { set: Tags; remove: string[] } {
  return {
    set: Object.fromEntries(Object.entries(after).filter(([key, value]) => before[key] !== value)),
    remove: Object.keys(before).filter((key) => !(key in after)),
  };
}
