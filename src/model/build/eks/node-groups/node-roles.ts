import { canonicalJson } from '../../../../base/canonical-json.ts';
import type { Diagnostic } from '../../../../base/diagnostic.ts';
import type { NodeGroup } from '../../../../spec/cluster.ts';
import { report } from '../../../codes.ts';
import { type Resource, refTo } from '../../../graph.ts';
import { resource, tagsOf } from '../../context.ts';
import { givenRole, madeRole, managedArn, type RoleHandle, role, trustOfInstances } from '../../iam.ts';
import type { EksContext } from '../eks-context.ts';

/** The roles of all groups and the access entries that let the nodes of auto scaling groups in. */
export interface NodeRoles {
  readonly resources: readonly Resource[];
  readonly diagnostics: readonly Diagnostic[];
  readonly byGroup: ReadonlyMap<string, NodeRole>;
}

export interface NodeRole {
  readonly arn: RoleHandle['arn'];
  /** The role, where it is ours. */
  readonly made: Resource<'role'> | undefined;
  /** Id of the access entry of ours that holds this role; EKS makes those of managed groups itself. */
  readonly entry: readonly string[];
}

/** The VPC CNI has a role of its own by pod identity; only without one nodes must lend it theirs. */
function lendsToCni({ spec }: EksContext): boolean {
  const cni = spec.addons.find(({ name }) => name === 'vpc-cni');
  return cni !== undefined && cni.podIdentity === undefined;
}

/** https://docs.aws.amazon.com/eks/latest/userguide/create-node-role.html */
const nodePolicies = (context: EksContext): readonly string[] => [
  managedArn(context, 'AmazonEKSWorkerNodePolicy'),
  managedArn(context, 'AmazonEC2ContainerRegistryPullOnly'),
  ...(lendsToCni(context) ? [managedArn(context, 'AmazonEKS_CNI_Policy')] : []),
];

/** Managed groups without policies of their own share one role: their nodes may do the same. */
const isShared = ({ manager, policies }: NodeGroup): boolean => manager === 'eks' && policies.length === 0;

function makeRole(context: EksContext, group: NodeGroup, index: number): Resource<'role'> {
  const shared = isShared(group);
  return role(context, {
    what: shared ? 'nodes' : `node-${group.name}`,
    description: `Nodes${shared ? '' : ` of group ${group.name}`} of Kubernetes cluster ${context.name}`,
    trust: trustOfInstances(context),
    policyArns: [...new Set([...nodePolicies(context), ...group.policies])],
    // A managed group has a role of its own because of its policies, and moves to another one with them, which replaces it.
    from: shared ? 'spec.nodeGroups' : `spec.nodeGroups[${index}]${group.manager === 'eks' ? '.policies' : ''}`,
  });
}

type Choice = { readonly handle: RoleHandle; readonly made: Resource<'role'> | undefined } | Diagnostic;

function choose(context: EksContext, group: NodeGroup, index: number): Choice {
  if (group.role !== undefined) return { handle: givenRole(context, group.role), made: undefined };
  if (group.instanceProfile === undefined || group.manager === 'eks') {
    const made = makeRole(context, group, index);
    return { handle: madeRole(made), made };
  }
  const arn = context.facts.profileRoles[group.instanceProfile];
  if (arn !== undefined) return { handle: { arn, resources: [] }, made: undefined };
  return report('graph.profile-role-unknown', {
    detail: `no role is known of instance profile ${group.instanceProfile}`,
    fix: 'Correct the name, or say `role` beside it.',
    at: { path: `spec.nodeGroups[${index}].instanceProfile` },
  });
}

function nodeEntry(
  context: EksContext,
  cluster: Resource<'cluster'>,
  { group, arn, from }: { group: NodeGroup; arn: RoleHandle['arn']; from: string },
): Resource<'access-entry'> {
  const id = `access-entry/node-${group.name}`;
  return resource('access-entry', {
    id,
    from,
    desired: {
      clusterName: refTo(cluster, 'clusterName'),
      principalArn: arn,
      entryType: 'EC2_LINUX',
      groups: [],
      policies: [],
      tags: tagsOf(context, id),
    },
  });
}

/** A role for each group, or one's own; one access entry for each role of an auto scaling group, however many groups share it. */
export function nodeRoles(context: EksContext, cluster: Resource<'cluster'>): NodeRoles {
  const groups = context.spec.nodeGroups;
  const chosen = groups.map((group, i) => ({
    group,
    from: `spec.nodeGroups[${i}]`,
    choice: choose(context, group, i),
  }));
  const diagnostics = chosen.flatMap(({ choice }) => ('code' in choice ? [choice] : []));
  const settled = chosen.flatMap(({ group, from, choice }) => ('code' in choice ? [] : [{ group, from, ...choice }]));
  const entries = new Map<string, Resource<'access-entry'>>();
  for (const { group, from, handle } of settled) {
    const key = canonicalJson(handle.arn);
    if (group.manager === 'asg' && !entries.has(key)) {
      entries.set(key, nodeEntry(context, cluster, { group, arn: handle.arn, from }));
    }
  }
  const roles = new Map(settled.flatMap(({ handle }) => handle.resources).map((made) => [made.id, made]));
  return {
    resources: [...roles.values(), ...entries.values()],
    diagnostics,
    byGroup: new Map(
      settled.map(({ group, handle, made }) => {
        const entry = entries.get(canonicalJson(handle.arn));
        return [group.name, { arn: handle.arn, made, entry: entry === undefined ? [] : [entry.id] }];
      }),
    ),
  };
}
