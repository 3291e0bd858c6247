/** Which cluster a resource belongs to: on everything that Quilla makes. Only what carries it is ever changed or deleted. */
export const clusterTag = 'quilla.dev/cluster';
/** The resource's id in the graph. */
export const idTag = 'quilla.dev/id';
/** The desired size that the spec applied last; the size itself belongs to whoever scales. */
export const appliedSizeTag = 'quilla.dev/applied-desired-size';
/** The path under which IAM roles, profiles and policies of a cluster stand: they are found by it. */
export const iamPath = (cluster: string): string => `/quilla/${cluster}/`;
