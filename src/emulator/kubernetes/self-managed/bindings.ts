import type { Binding } from '../../nodes/self-managed/cluster-state.ts';
import { applyObject } from '../apply-object.ts';
import type { Store } from '../store.ts';

/** Marks what the seats' timer keeps in step with the store. */
const owned = { 'app.kubernetes.io/managed-by': 'quilla' };

const matches = (pattern: string, name: string): boolean =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;

/** Binds groups to cluster roles: everywhere, or in each namespace that there is of those named. What is no longer wanted goes. */
export function applyBindings(store: Store, given: readonly Binding[]): void {
  const bindings = given.map((binding) => ({ ...binding, name: `quilla:${binding.name}` }));
  const wanted = new Set<string>();
  const names = store.list('namespaces').map(({ metadata }) => metadata.name);
  for (const binding of bindings) {
    const places =
      binding.namespaces.length === 0
        ? [undefined]
        : names.filter((name) => binding.namespaces.some((one) => matches(one, name)));
    for (const namespace of places) {
      wanted.add(`${namespace ?? ''}/${binding.name}`);
      bind(store, binding, namespace);
    }
  }
  for (const plural of ['clusterrolebindings', 'rolebindings'] as const) {
    for (const object of store.list(plural)) {
      const { labels, name, namespace } = object.metadata;
      const isOurs = labels?.['app.kubernetes.io/managed-by'] === owned['app.kubernetes.io/managed-by'];
      if (isOurs && !wanted.has(`${namespace ?? ''}/${name}`)) store.remove(plural, object);
    }
  }
}

function bind(store: Store, { name, group, clusterRole }: Binding, namespace: string | undefined): void {
  applyObject(store, namespace === undefined ? 'clusterrolebindings' : 'rolebindings', {
    metadata: { name, labels: owned, ...(namespace === undefined ? {} : { namespace }) },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: clusterRole },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: group }],
  });
}
