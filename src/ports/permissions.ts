import type { KindName } from '../model/kinds/names.ts';

/** An IAM condition: by operator (`StringEquals`), by key (`aws:TagKeys`), one value or several of which one must hold. */
export type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/**
 * One action of an adapter, for the least IAM policy of a verb.
 *
 * `resource` is an ARN in which `${partition}`, `${region}`, `${account}` and `${cluster}` stand for the scope; `*` where AWS allows
 * nothing narrower. Conditions may hold the same, in keys as in values. These stand alone and mean what the graph holds of their sort:
 *
 * - `${givenSubnets}`: ARNs of the given subnets to which the spec has tags added.
 * - `${passedRoles}`: ARNs of the cluster's own roles, by their path, and of the given roles that the graph names.
 * - `${attachedPolicies}`: ARNs of the policies that the graph attaches to roles; those that are the cluster's own by their path.
 * - `${boundary}`: ARN of the permissions boundary that every role of the graph has.
 * - `${zonesOfEndpoints}`: ARN pattern of hosted zones where the graph has interface endpoints with private DNS.
 *
 * And these stand within an ARN, for names that only a control plane of one's own has:
 *
 * - `${storeBuckets}`: the cluster's store, and the bucket that the spec gives for it.
 * - `${issuerBuckets}`: the bucket of its issuer.
 * - `${ownBuckets}`: both that are the cluster's own. A given one is neither emptied nor deleted.
 * - `${noticesName}`: the queue of notices, and the rule that fills it.
 *
 * Where the graph has none, the permission is not given, but for `${boundary}`: then the condition falls away.
 */
export interface Permission {
  /** `ec2:CreateVpc`: the IAM action, which is not always the operation's name. */
  readonly action: string;
  readonly resource: string;
  /**
   * `our-tag-in-request`: aws:RequestTag/quilla.dev/cluster must be the cluster. `our-tag-on-resource`: aws:ResourceTag likewise.
   * `exported-tag-on-resource`: aws:ResourceTag/quilla.dev/exported must be the cluster.
   * Anything else is written as it stands in IAM.
   */
  readonly condition?: 'our-tag-in-request' | 'our-tag-on-resource' | 'exported-tag-on-resource' | Condition;
  /** Needed only where the spec bounds no roles; where it does, having it would undo the boundary. */
  readonly onlyWithout?: 'boundary';
}

/** What an adapter calls, by what it is asked to do. `create` includes what a replacement or a retry after a lost answer needs. */
export interface KindPermissions {
  readonly read: readonly Permission[];
  readonly create: readonly Permission[];
  readonly update: readonly Permission[];
  readonly delete: readonly Permission[];
  /** What adopting, disowning and reading what was exported need beyond reading, and beyond setting tags as `update` does. */
  readonly own?: readonly Permission[];
}

export type PermissionTable = { readonly [K in KindName]: KindPermissions };
