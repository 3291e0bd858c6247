import { type Rule, rulesOf } from './access-policies.ts';
import { rbacRules } from './rbac.ts';
import { qualified, StatusError } from './status-error.ts';
import type { Store } from './store.ts';
import type { User } from './user.ts';

/** What is asked for. */
export interface Attributes {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string | undefined;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

const holds = (list: readonly string[], wanted: string): boolean => list.includes('*') || list.includes(wanted);

export function ruleAllows({ groups, resources, verbs }: Rule, asked: Attributes): boolean {
  const resource = asked.subresource === undefined ? asked.resource : `${asked.resource}/${asked.subresource}`;
  return holds(groups, asked.group) && holds(resources, resource) && holds(verbs, asked.verb);
}

/** `team-*` in an access policy's scope matches every namespace that begins so. */
const namespaceMatches = (pattern: string, namespace: string): boolean =>
  pattern.endsWith('*') ? namespace.startsWith(pattern.slice(0, -1)) : pattern === namespace;

/** Every authenticated user may ask about themselves: ClusterRole system:basic-user. */
const selfReviews: Rule = {
  groups: ['authorization.k8s.io', 'authentication.k8s.io'],
  resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews', 'selfsubjectreviews'],
  verbs: ['create'],
};

/** Whether EKS's access policies or RBAC let the user do it. */
export function isAllowed(store: Store, user: User, asked: Attributes): boolean {
  if (!user.groups.includes('system:authenticated')) return false;
  // The API server lets this group do everything, whatever is bound: only certificates of a self-managed cluster can carry it.
  if (user.groups.includes('system:masters')) return true;
  if (ruleAllows(selfReviews, asked)) return true;
  const byPolicy = user.policies.some(
    ({ policyArn, scope, namespaces }) =>
      (scope === 'cluster' ||
        (asked.namespace !== undefined && namespaces.some((pattern) => namespaceMatches(pattern, asked.namespace!)))) &&
      rulesOf(policyArn).some((rule) => ruleAllows(rule, asked)),
  );
  return byPolicy || rbacRules(store, user, asked.namespace).some((rule) => ruleAllows(rule, asked));
}

/** The message of a kube-apiserver's 403, word for word. */
export function forbidden(user: User, asked: Attributes): StatusError {
  const resource = asked.subresource === undefined ? asked.resource : `${asked.resource}/${asked.subresource}`;
  const where = asked.namespace === undefined ? 'at the cluster scope' : `in the namespace "${asked.namespace}"`;
  const what = qualified({ plural: asked.resource, group: asked.group });
  const name = asked.name === undefined ? '' : ` "${asked.name}"`;
  const message = `${what}${name} is forbidden: User "${user.name}" cannot ${asked.verb} resource "${resource}" in API group "${asked.group}" ${where}`;
  const details = {
    ...(asked.name === undefined ? {} : { name: asked.name }),
    ...(asked.group === '' ? {} : { group: asked.group }),
    kind: asked.resource,
  };
  return new StatusError(403, 'Forbidden', message, { details });
}
