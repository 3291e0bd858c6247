import { userFacingRules } from './access-policies.ts';
import type { Store } from './store.ts';

/** The cluster roles that every API server makes when it starts, as far as people use them, and who has the first of them. */
export function seedClusterRoles(store: Store): void {
  const labels = { 'kubernetes.io/bootstrapping': 'rbac-defaults' };
  for (const [name, rules] of Object.entries(userFacingRules)) {
    store.create('clusterroles', {
      metadata: { name, labels },
      rules: rules.map(({ groups, resources, verbs }) => ({ apiGroups: groups, resources, verbs })),
    });
  }
  store.create('clusterrolebindings', {
    metadata: { name: 'cluster-admin', labels },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'system:masters' }],
  });
}
