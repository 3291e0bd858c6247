import type { Diagnostic } from '../../../base/diagnostic.ts';
import type { Resource } from '../../graph.ts';
import type { BuildContext } from '../context.ts';
import { type GroupContext, type NodeSurroundings, subnetsOf } from './group-context.ts';
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

/** All node groups, with their roles and what lets them in. */
export function nodeGroups(context: BuildContext, around: NodeSurroundings): NodeGroupHandles {
  const roles = nodeRoles(context, around.cluster);
  const built = context.spec.nodeGroups.flatMap((group, i) => {
    const role = roles.byGroup.get(group.name);
    if (role === undefined) return [];
    const subnets = subnetsOf(context, group, around.network);
    return [build({ ...context, group, from: `spec.nodeGroups[${i}]`, role, subnets, around })];
  });
  return {
    resources: [...roles.resources, ...built.flatMap(({ resources }) => resources)],
    diagnostics: [...roles.diagnostics, ...built.flatMap(({ diagnostics }) => diagnostics)],
    groups: built.map(({ id }) => id),
  };
}
