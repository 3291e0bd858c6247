import type { Diagnostic } from '../../../../base/diagnostic.ts';
import { report } from '../../../codes.ts';
import type { Resource } from '../../../graph.ts';
import { subnetsOf } from '../../node-groups/group-subnets.ts';
import type { EksContext } from '../eks-context.ts';
import type { GroupContext, NodeSurroundings } from './group-context.ts';
import { type BuiltGroup, managedGroup } from './managed-group.ts';
import { nodeRoles } from './node-roles.ts';
import { selfManagedGroup } from './self-managed-group.ts';

export interface NodeGroupHandles {
  readonly resources: readonly Resource[];
  readonly diagnostics: readonly Diagnostic[];
  /** Ids of what holds nodes. */
  readonly groups: readonly string[];
}

function build(context: GroupContext): BuiltGroup {
  const { manager } = context.group;
  switch (manager) {
    case 'eks':
      return managedGroup(context);
    case 'asg':
      return selfManagedGroup(context);
    default:
      return manager satisfies never;
  }
}

/** The policy of a given key is not ours to read or write; what it must allow is said once for each key. */
function volumeKeyNotes({ spec, facts }: EksContext): Diagnostic[] {
  const role = `arn:${facts.partition}:iam::${facts.account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`;
  const groups = spec.nodeGroups.map(({ name, rootVolume }, index) => ({ name, key: rootVolume.kmsKey, index }));
  return groups.flatMap(({ name, key, index }) => {
    if (key === undefined || groups.findIndex((other) => other.key === key) < index) return [];
    return report('graph.volume-key', {
      detail: `root volumes of node group ${name} are encrypted with ${key}, which Auto Scaling must be allowed to use to start an instance`,
      fix: `In the policy of the key, allow ${role}: kms:Encrypt, kms:Decrypt, kms:ReEncrypt*, kms:GenerateDataKey*, kms:DescribeKey, and kms:CreateGrant where kms:GrantIsForAWSResource is true (https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html).`,
      at: { path: `spec.nodeGroups[${index}].rootVolume.kmsKey` },
    });
  });
}

/** All node groups, with their roles and what lets them in. */
export function nodeGroups(context: EksContext, around: NodeSurroundings): NodeGroupHandles {
  const roles = nodeRoles(context, around.cluster);
  const built = context.spec.nodeGroups.flatMap((group, i) => {
    const role = roles.byGroup.get(group.name);
    if (role === undefined) return [];
    const subnets = subnetsOf(context, group, around.network);
    return [build({ ...context, group, from: `spec.nodeGroups[${i}]`, role, subnets, around })];
  });
  return {
    resources: [...roles.resources, ...built.flatMap(({ resources }) => resources)],
    diagnostics: [...volumeKeyNotes(context), ...roles.diagnostics, ...built.flatMap(({ diagnostics }) => diagnostics)],
    groups: built.map(({ id }) => id),
  };
}
