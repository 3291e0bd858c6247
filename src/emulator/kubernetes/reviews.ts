import { rulesOf } from './access-policies.ts';
import { type Attributes, isAllowed } from './authorization.ts';
import { type Data, isData } from './data.ts';
import { parsed } from './patch.ts';
import { rbacRules } from './rbac.ts';
import { invalidRequest } from './status-error.ts';
import type { Store } from './store.ts';
import type { User } from './user.ts';

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** `kubectl auth can-i`. */
function accessReview(store: Store, user: User, spec: Data): Data {
  const asked = spec.resourceAttributes;
  if (!isData(asked)) return { allowed: isData(spec.nonResourceAttributes) && user.policies.length > 0 };
  const attributes: Attributes = {
    verb: text(asked.verb) ?? '',
    group: text(asked.group) ?? '',
    resource: text(asked.resource) ?? '',
    subresource: text(asked.subresource),
    namespace: text(asked.namespace),
    name: text(asked.name),
  };
  return { allowed: isAllowed(store, user, attributes) };
}

function rulesReview(store: Store, user: User, spec: Data): Data {
  const namespace = text(spec.namespace) ?? 'default';
  const own = user.policies.flatMap(({ policyArn, scope, namespaces }) =>
    scope === 'cluster' || namespaces.includes(namespace) ? rulesOf(policyArn) : [],
  );
  const rules = [...own, ...rbacRules(store, user, namespace)];
  return {
    resourceRules: rules.map(({ groups, resources, verbs }) => ({ apiGroups: groups, resources, verbs })),
    nonResourceRules: [],
    incomplete: false,
  };
}

/** Answers a review of the caller's own identity or rights. */
export function review(store: Store, user: User, { plural, body }: { plural: string; body: string }): Data {
  const request = body === '' ? {} : parsed(body);
  if (!isData(request)) throw invalidRequest('the request body is not an object');
  const spec = isData(request.spec) ? request.spec : {};
  const status =
    plural === 'selfsubjectaccessreviews'
      ? accessReview(store, user, spec)
      : plural === 'selfsubjectrulesreviews'
        ? rulesReview(store, user, spec)
        : {
            userInfo: {
              username: user.name,
              ...(user.uid === undefined ? {} : { uid: user.uid }),
              groups: user.groups,
            },
          };
  return { ...request, metadata: { creationTimestamp: null }, status };
}
