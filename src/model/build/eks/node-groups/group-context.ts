import type { NodeGroup } from '../../../../spec/cluster.ts';
import type { Resource } from '../../../graph.ts';
import type { Text } from '../../context.ts';
import type { NetworkHandles, SubnetHandle } from '../../network/network-handles.ts';
import type { EksContext } from '../eks-context.ts';
import type { NodeRole } from './node-roles.ts';

/** What all groups are built from. */
export interface NodeSurroundings {
  readonly network: NetworkHandles;
  readonly cluster: Resource<'cluster'>;
  /** The group that lets SSH in. */
  readonly ssh: Resource<'security-group'> | undefined;
  readonly keyName: Text | null;
  /** Ids of what every node needs: add-ons and endpoints. */
  readonly ready: readonly string[];
}

/** One group with what belongs to it. */
export interface GroupContext extends EksContext {
  readonly group: NodeGroup;
  readonly from: string;
  readonly role: NodeRole;
  readonly subnets: readonly SubnetHandle[];
  readonly around: NodeSurroundings;
}

/** What must be there before nodes of a group come. */
export const needsOf = ({ subnets, around, role }: GroupContext): readonly string[] => [
  ...new Set([...around.ready, ...subnets.flatMap(({ ready }) => ready), ...role.entry]),
];
