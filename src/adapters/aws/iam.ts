import { iamPath } from '../../model/tags.ts';
import type { Scope } from '../../ports/aws.ts';
import type { Permission } from '../../ports/permissions.ts';

/** Where roles, policies and profiles of a cluster stand, as IAM filters lists by it. */
export const pathPrefix = ({ region, cluster }: Scope): string => iamPath(region, cluster);

/** The graph's id of what carries it in its path: `/quilla/REGION/CLUSTER/workers/` of a profile is `instance-profile/workers`. */
export function idFromPath(kind: string, path: string | undefined, scope: Scope): string | undefined {
  const prefix = pathPrefix(scope);
  if (path === undefined || !path.startsWith(prefix) || !path.endsWith('/')) return undefined;
  const rest = path.slice(prefix.length, -1);
  return rest === '' ? undefined : `${kind}/${rest}`;
}

/** Policy documents come URL-encoded. https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicyVersion.html */
export const decodeDocument = (text: string | undefined): string => decodeURIComponent(text ?? '');

/** What we do with something under the cluster's path: `role`, `policy`, `instance-profile`. */
export const underOurPath = (type: string, ...actions: readonly string[]): Permission[] =>
  actions.map((action) => ({
    action: `iam:${action}`,
    resource: `arn:\${partition}:iam::\${account}:${type}/quilla/\${region}/\${cluster}/*`,
  }));
