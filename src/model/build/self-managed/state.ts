import { defined } from '../../../base/defined.ts';
import { shortHash } from '../../../base/hash.ts';
import { rolesOfPolicies } from '../../../catalog/eks-policies.ts';
import { patchFor } from '../../../catalog/node-files.ts';
import type { AccessPolicy, Principal } from '../../../spec/cluster.ts';
import { mergePatch } from '../../merge-patch.ts';
import type { ClusterState } from '../../store-layout.ts';
import type { Value } from '../../value.ts';
import { creatorOf } from '../creator.ts';
import { chartValues, neededByNodes } from './charts.ts';
import type { SelfManagedHandles } from './handles.ts';
import type { SelfManagedContext } from './self-managed-context.ts';

type Mapping = ClusterState['mappings'][number];
type Binding = ClusterState['bindings'][number];

const admins = 'cluster-admins';

/** Groups of ours, as the seats call bindings of ours: nobody else's can be meant. */
const groupCalled = (name: string): string => `quilla:${name}`;

/** One group per policy and where it holds, so that a binding never depends on who is in it. */
function nameOf({ name, namespaces }: AccessPolicy): string {
  const role = rolesOfPolicies[name]!;
  if (namespaces.length > 0) return `${role}:${shortHash([...namespaces].sort(), 6)}`;
  return role === 'cluster-admin' ? admins : role;
}

const bindingOf = (policy: AccessPolicy): Binding => ({
  name: nameOf(policy),
  group: groupCalled(nameOf(policy)),
  clusterRole: rolesOfPolicies[policy.name]!,
  namespaces: [...policy.namespaces].sort(),
});

/** As EKS names people: a user by his ARN, the session of a role by its own. https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html */
function usernameOf(arn: string): string {
  const role = /^arn:([^:]+):iam::(\d+):role\/(?:.*\/)?([^/]+)$/.exec(arn);
  return role === null ? arn : `arn:${role[1]}:sts::${role[2]}:assumed-role/${role[3]}/{{SessionName}}`;
}

const mappingOf = ({ arn, username, groups, policies }: Principal): Mapping => ({
  arn,
  username: username ?? usernameOf(arn),
  groups: [
    ...new Set([
      ...groups,
      ...policies
        .filter(({ name }) => Object.hasOwn(rolesOfPolicies, name))
        .map((policy) => groupCalled(nameOf(policy))),
    ]),
  ],
});

const adminBinding: Binding = {
  name: admins,
  group: groupCalled(admins),
  clusterRole: 'cluster-admin',
  namespaces: [],
};

function bindings(principals: readonly Principal[], creator: string | null): readonly Binding[] {
  const policies = principals
    .flatMap((principal) => principal.policies)
    .filter(({ name }) => Object.hasOwn(rolesOfPolicies, name));
  const all = [...(creator === null ? [] : [adminBinding]), ...policies.map(bindingOf)];
  const byName = new Map(all.map((binding) => [binding.name, binding]));
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What the seats' timer sets in the cluster: who may what, and which charts run. Changing it rolls nothing. */
export function clusterState(context: SelfManagedContext, handles: SelfManagedHandles): Value<ClusterState> {
  const { name, spec } = context;
  const { principals } = spec.access;
  const creator = creatorOf(context);
  const own: readonly Mapping[] =
    creator === null ? [] : [{ arn: creator, username: usernameOf(creator), groups: [groupCalled(admins)] }];
  const state = {
    format: 1,
    cluster: name,
    kubernetes: patchFor(spec.kubernetesVersion) ?? spec.kubernetesVersion,
    nodeRoles: handles.nodeRoleArns,
    mappings: [...own, ...principals.map(mappingOf)],
    creator,
    bindings: bindings(principals, creator),
    charts: spec.charts.map((chart) => ({
      name: chart.name,
      namespace: chart.namespace,
      repository: spec.controlPlane.mirror.charts ?? chart.repository,
      chart: chart.chart,
      version: chart.version,
      ...defined({ images: spec.controlPlane.mirror.images }),
      values: mergePatch(chartValues(chart.name, context, handles), chart.values ?? {}),
      needed: neededByNodes(chart.name) ? 'nodes' : 'later',
    })),
    coredns: spec.controlPlane.coredns,
    kubeProxy: spec.controlPlane.kubeProxy,
  };
  return state as unknown as Value<ClusterState>;
}
