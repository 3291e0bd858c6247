import { rolesOfPolicies } from '../../catalog/eks-policies.ts';
import type { Finding } from '../problem.ts';
import { type Check, listed } from './check.ts';
import { isSelfManaged } from './control-plane-fields.ts';

/** Policies become bindings, which name a role and namespaces without patterns. */
export const policiesAsRoles: Check = ({ input, cluster }) => {
  if (!isSelfManaged(cluster)) return [];
  return (input.spec.access?.principals ?? []).flatMap((principal, i) =>
    (principal.policies ?? []).flatMap((entry, j): Finding[] => {
      const at = `spec.access.principals[${i}].policies[${j}]`;
      const text = typeof entry === 'string' ? entry : entry.policy;
      const name = text.slice(text.lastIndexOf('/') + 1);
      const isPolicy =
        /^Amazon\w+$/.test(name) && cluster.spec.access.principals[i]?.policies.some((one) => one.name === name);
      const unknown: Finding[] =
        isPolicy === true && !Object.hasOwn(rolesOfPolicies, name)
          ? [
              {
                code: 'spec.unknown-access-policy',
                path: typeof entry === 'string' ? at : `${at}.policy`,
                detail: `${name} stands for no role of Kubernetes that a self-managed cluster could give`,
                fix: `Use one of ${listed(Object.keys(rolesOfPolicies))}, or groups and bindings of your own.`,
              },
            ]
          : [];
      const patterns = (typeof entry === 'string' ? [] : (entry.namespaces ?? [])).flatMap((namespace, k): Finding[] =>
        namespace.includes('*')
          ? [
              {
                code: 'spec.unknown-access-policy',
                path: `${at}.namespaces[${k}]`,
                detail: `${JSON.stringify(namespace)}: bindings of Kubernetes know no patterns, which only EKS resolves`,
                fix: 'List the namespaces.',
              },
            ]
          : [],
      );
      return [...unknown, ...patterns];
    }),
  );
};
