/** What all tags of Quilla begin with. */
export const ownTagPrefix = 'quilla.dev/';
/** Which cluster a resource belongs to: on everything that Quilla makes. Only what carries it is ever changed or deleted. */
export const clusterTag = 'quilla.dev/cluster';
/** The resource's id in the graph. */
export const idTag = 'quilla.dev/id';
/** The desired size that the spec applied last; the size itself belongs to whoever scales. */
export const appliedSizeTag = 'quilla.dev/applied-desired-size';
/** Marks a given subnet to which tags were added for a cluster; its value is the id in the graph. */
export const usesTag = (cluster: string): string => `quilla.dev/uses/${cluster}`;
/** In the place of `clusterTag` on what Terraform or CloudFormation made for a cluster: Quilla owns nothing of it until `quilla adopt`. */
export const exportedTag = 'quilla.dev/exported';
/** In the place of `usesTag` on a given subnet to which Terraform or CloudFormation added tags. */
export const exportedUsesTag = (cluster: string): string => `quilla.dev/exported-uses/${cluster}`;
/** The path under which IAM roles, profiles and policies of a cluster stand: they are found by it. IAM is global, so the region is in it. */
export const iamPath = (region: string, cluster: string): string => `/quilla/${region}/${cluster}/`;
/** The prefix of a cluster's KMS aliases. */
export const kmsAliasPrefix = (region: string, cluster: string): string => `alias/quilla/${region}/${cluster}/`;
/** ARN of the principal that made the cluster and has our access entry for it, on the cluster: whoever plans later must not take its place. */
export const creatorTag = 'quilla.dev/creator';
/** What adapters keep in tags for themselves, such as names of what has no list by tag: in no graph, never compared. */
export const keptTagPrefix = 'quilla.dev/kept/';
