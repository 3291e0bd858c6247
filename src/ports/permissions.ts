import type { KindName } from '../model/kinds/names.ts';

/**
 * One action of an adapter, for the least IAM policy of a verb.
 * `resource` is an ARN in which `${partition}`, `${region}`, `${account}` and `${cluster}` stand for the scope; `*` where AWS allows nothing narrower.
 */
export interface Permission {
  /** `ec2:CreateVpc`: the IAM action, which is not always the operation's name. */
  readonly action: string;
  readonly resource: string;
  /**
   * `our-tag-in-request`: aws:RequestTag/quilla.dev/cluster must be the cluster. `our-tag-on-resource`: aws:ResourceTag likewise.
   * Anything else is written as it stands in IAM.
   */
  readonly condition?:
    | 'our-tag-in-request'
    | 'our-tag-on-resource'
    | Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** What an adapter calls, by what it is asked to do. `create` includes what a replacement or a retry after a lost answer needs. */
export interface KindPermissions {
  readonly read: readonly Permission[];
  readonly create: readonly Permission[];
  readonly update: readonly Permission[];
  readonly delete: readonly Permission[];
}

export type PermissionTable = { readonly [K in KindName]: KindPermissions };
