import { canonicalJson } from '../../../base/canonical-json.ts';
import type { Diagnostic } from '../../../base/diagnostic.ts';
import type { NodeGroup } from '../../../spec/cluster.ts';
import { report } from '../../codes.ts';
import { type Resource, refTo } from '../../graph.ts';
import { authorityObject } from '../../store-layout.ts';
import { join } from '../../value.ts';
import type { Text } from '../context.ts';
import { givenArn, policy, role, trustOfInstances } from '../iam.ts';
import { instanceProfile } from '../node-groups/instance-profile.ts';
import type { MachineIdentity, StoreHandle } from './handles.ts';
import { agentStatement, allow, machinePolicies, tellsOfBoot, turnsCheckOff } from './permissions.ts';
import type { SelfManagedContext } from './self-managed-context.ts';

export interface WorkerIdentities {
  readonly resources: readonly Resource[];
  readonly diagnostics: readonly Diagnostic[];
  readonly groups: ReadonlyMap<string, MachineIdentity>;
  /** ARNs of the roles, each once. */
  readonly roleArns: readonly Text[];
}

/** What every worker may do; of the store it reads the certificate of the cluster's authority and nothing else. */
function workerPolicy(context: SelfManagedContext, store: StoreHandle): Resource<'policy'> {
  const looks = ['ec2:DescribeInstanceTypes', 'ec2:DescribeInstances', 'ec2:DescribeRegions'];
  return policy(context, {
    what: 'workers',
    description: 'Lets workers see instances, tell how their boot went and be reached by Systems Manager',
    statements: [
      allow(['s3:GetObject'], join`${store.arn}/${authorityObject}`),
      allow(looks, '*'),
      agentStatement,
      tellsOfBoot(context),
      ...turnsCheckOff(context),
    ],
    from: 'spec.nodeGroups',
  });
}

interface Worker {
  readonly group: NodeGroup;
  readonly from: string;
}

/** Groups without policies of their own share a role: their nodes may do the same. */
function roleOf(context: SelfManagedContext, own: Resource<'policy'>, { group, from }: Worker): Resource<'role'> {
  const shared = group.policies.length === 0;
  return role(context, {
    what: shared ? 'workers' : `node-${group.name}`,
    description: `Workers${shared ? '' : ` of group ${group.name}`} of Kubernetes cluster ${context.name}`,
    trust: trustOfInstances(context),
    policyArns: [...new Set<Text>([refTo(own, 'arn'), ...machinePolicies(context), ...group.policies])],
    from: shared ? 'spec.nodeGroups' : `${from}.policies`,
  });
}

interface Chosen {
  readonly resources: readonly Resource[];
  readonly identity: MachineIdentity;
}

function withProfile(context: SelfManagedContext, { group, from }: Worker, made: Resource<'role'> | undefined): Chosen {
  const given = group.role;
  const profile = instanceProfile(context, {
    what: group.name,
    named: `node-${group.name}`,
    from,
    role: made ?? given!,
  });
  const roleArn = made === undefined ? givenArn(context, 'role', given!) : refTo(made, 'arn');
  return {
    resources: [...(made === undefined ? [] : [made]), profile],
    identity: { roleArn, profileArn: refTo(profile, 'arn') },
  };
}

function choose(context: SelfManagedContext, own: Resource<'policy'>, worker: Worker): Chosen | Diagnostic {
  const { group, from } = worker;
  const profile = group.instanceProfile;
  if (profile === undefined) {
    return withProfile(context, worker, group.role === undefined ? roleOf(context, own, worker) : undefined);
  }
  const known = context.facts.profileRoles[profile];
  const roleArn = group.role === undefined ? known : givenArn(context, 'role', group.role);
  if (roleArn !== undefined) {
    return { resources: [], identity: { roleArn, profileArn: givenArn(context, 'instance-profile', profile) } };
  }
  return report('graph.profile-role-unknown', {
    detail: `no role is known of instance profile ${profile}`,
    fix: 'Correct the name, or say `role` beside it.',
    at: { path: `${from}.instanceProfile` },
  });
}

/** Roles and instance profiles of all node groups, ours or given. */
export function workerIdentities(context: SelfManagedContext, store: StoreHandle): WorkerIdentities {
  const workers = context.spec.nodeGroups.map((group, i) => ({ group, from: `spec.nodeGroups[${i}]` }));
  const own = workerPolicy(context, store);
  const chosen = workers.map((worker) => ({ name: worker.group.name, choice: choose(context, own, worker) }));
  const diagnostics = chosen.flatMap(({ choice }) => ('code' in choice ? [choice] : []));
  const settled = chosen.flatMap(({ name, choice }) => ('code' in choice ? [] : [{ name, ...choice }]));
  const made = new Map(settled.flatMap(({ resources }) => resources).map((one) => [one.id, one]));
  const usesOwn = [...made.values()].some(({ kind }) => kind === 'role');
  const arns = new Map(settled.map(({ identity }) => [canonicalJson(identity.roleArn), identity.roleArn]));
  return {
    resources: [...(usesOwn ? [own] : []), ...made.values()],
    diagnostics,
    groups: new Map(settled.map(({ name, identity }) => [name, identity])),
    roleArns: [...arns.values()],
  };
}
