import type { CallContext } from './aws.ts';
import type { Permission } from './permissions.ts';

export type LeftoverType =
  | 'load-balancer'
  | 'classic-load-balancer'
  | 'target-group'
  | 'volume'
  | 'network-interface'
  | 'instance'
  | 'security-group'
  | 'log-group'
  | 'node-group'
  | 'fargate-profile';

/** Something that Quilla did not make and that a destroy would leave behind, or that stands in its way. */
export interface Leftover {
  readonly type: LeftoverType;
  /** What AWS wants to be told to delete it: an id or an ARN. */
  readonly id: string;
  /** What people call it. */
  readonly name: string;
  /** Why it is listed: which tag makes it the cluster's, or why it is in the way. */
  readonly because: string;
  /** True where a tag says that a controller of this cluster made it. Only then may it be removed. */
  readonly belongsToCluster: boolean;
}

/** Where to look beyond the tags: `vpcIds` are the VPCs that the destroy deletes, `subnetIds` the subnets. Empty for given ones. */
export interface LeftoverPlaces {
  readonly vpcIds: readonly string[];
  readonly subnetIds: readonly string[];
  /** When a destroy began (milliseconds since 1970): what appears without tags later is a trace of the cluster that it removed. */
  readonly since?: number;
}

/** Finds what controllers made for the cluster wherever it is, and what of others stands in the given places. Cannot write. */
export interface LeftoverFinder {
  find(places: LeftoverPlaces, context: CallContext): Promise<readonly Leftover[]>;
}

/**
 * Removes one leftover and returns when it is gone. To be used when the nodes are gone: controllers that still run make things anew.
 * Refuses what does not belong to the cluster.
 */
export interface LeftoverRemover {
  remove(leftover: Leftover, context: CallContext): Promise<void>;
}

export interface LeftoverPermissions {
  readonly find: readonly Permission[];
  readonly remove: readonly Permission[];
}
