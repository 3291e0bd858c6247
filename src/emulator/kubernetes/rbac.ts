import type { Rule } from './access-policies.ts';
import type { KubernetesObject } from './object.ts';
import type { Store } from './store.ts';
import type { User } from './user.ts';

interface Subject {
  readonly kind: string;
  readonly name: string;
}

interface PolicyRule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly verbs?: readonly string[];
  readonly resourceNames?: readonly string[];
}

interface Binding extends KubernetesObject {
  subjects?: Subject[];
  roleRef?: { kind: string; name: string };
}

const names = (user: User, subject: Subject): boolean =>
  (subject.kind === 'User' && subject.name === user.name) ||
  (subject.kind === 'Group' && user.groups.includes(subject.name));

const binds = (user: User, binding: Binding): boolean =>
  binding.subjects?.some((subject) => names(user, subject)) ?? false;

/** What roles and bindings stored in the cluster give the user in a namespace, or everywhere. Rules for single names are left out. */
export function rbacRules(store: Store, user: User, namespace: string | undefined): Rule[] {
  const everywhere = store
    .list('clusterrolebindings')
    .filter((binding) => binds(user, binding as Binding)) as Binding[];
  const here =
    namespace === undefined
      ? []
      : (store.list('rolebindings', namespace).filter((binding) => binds(user, binding as Binding)) as Binding[]);
  return [...everywhere, ...here].flatMap(({ roleRef, metadata }) => {
    const role =
      roleRef?.kind === 'Role'
        ? store.get('roles', roleRef.name, metadata.namespace)
        : store.get('clusterroles', roleRef?.name ?? '');
    const rules = (role?.rules ?? []) as PolicyRule[];
    return rules
      .filter(({ resourceNames = [] }) => resourceNames.length === 0)
      .map(({ apiGroups = [], resources = [], verbs = [] }) => ({ groups: apiGroups, resources, verbs }));
  });
}
