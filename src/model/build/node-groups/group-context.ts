import type { NodeGroup } from '../../../spec/cluster.ts';
import type { Resource } from '../../graph.ts';
import type { BuildContext, Text } from '../context.ts';
import type { NetworkHandles, SubnetHandle } from '../network/network-handles.ts';
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
export interface GroupContext extends BuildContext {
  readonly group: NodeGroup;
  readonly from: string;
  readonly role: NodeRole;
  readonly subnets: readonly SubnetHandle[];
  readonly around: NodeSurroundings;
}

/** Where a group's nodes stand: its zones in a new VPC, in subnets of the topology; its subnets in a given one. */
export function subnetsOf({ spec }: BuildContext, group: NodeGroup, network: NetworkHandles): readonly SubnetHandle[] {
  const { privateSubnets, publicSubnets } = network;
  if (spec.network.vpc.type === 'new') {
    const all = spec.network.topology === 'public' ? publicSubnets : privateSubnets;
    return all.filter(({ zone }) => group.zones.includes(zone));
  }
  const byId = new Map([...privateSubnets, ...publicSubnets].map((subnet) => [subnet.subnetId, subnet]));
  return group.subnets.flatMap((id) => byId.get(id) ?? []);
}

/** What must be there before nodes of a group come. */
export const needsOf = ({ subnets, around, role }: GroupContext): readonly string[] => [
  ...new Set([...around.ready, ...subnets.flatMap(({ ready }) => ready), ...role.entry]),
];
