import type { NodeGroup } from '../../../spec/cluster.ts';
import type { BuildContext } from '../context.ts';
import type { NetworkHandles, SubnetHandle } from '../network/network-handles.ts';

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
