import type { NewVpc } from '../../../spec/cluster.ts';
import { type Resource, refTo } from '../../graph.ts';
import { type BuildContext, resource, tagsOf } from '../context.ts';
import type { PlannedSubnet } from './network-handles.ts';

export interface MadeSubnet {
  readonly planned: PlannedSubnet;
  readonly made: Resource<'subnet'>;
}

export interface NatHandles {
  readonly resources: readonly Resource[];
  readonly addresses: readonly Resource<'elastic-ip'>[];
  /** The gateway that a zone's private subnets use. */
  readonly byZone: ReadonlyMap<string, Resource<'nat-gateway'>>;
}

const from = 'spec.network.nat';

function natOf(context: BuildContext, zone: string, subnet: Resource<'subnet'>) {
  const addressId = `elastic-ip/nat-${zone}`;
  const address = resource('elastic-ip', { id: addressId, from, desired: { tags: tagsOf(context, addressId) } });
  const id = `nat-gateway/${zone}`;
  const gateway = resource('nat-gateway', {
    id,
    from,
    desired: {
      subnetId: refTo(subnet, 'subnetId'),
      allocationId: refTo(address, 'allocationId'),
      tags: tagsOf(context, id),
    },
  });
  return { address, gateway };
}

/** A gateway with an address in each zone, one in the first zone for all, or none. */
export function natGateways(context: BuildContext, vpc: NewVpc, subnets: readonly MadeSubnet[]): NatHandles {
  const count = { 'per-zone': vpc.zones.length, single: 1, none: 0 }[vpc.nat];
  const made = vpc.zones.slice(0, count).flatMap((zone) => {
    const home = subnets.find(({ planned }) => planned.isPublic && planned.zone === zone);
    return home === undefined ? [] : [{ zone, ...natOf(context, zone, home.made) }];
  });
  return {
    resources: made.flatMap(({ address, gateway }) => [address, gateway]),
    addresses: made.map(({ address }) => address),
    byZone: new Map(
      vpc.zones.flatMap((zone) => {
        const nat = made.find((one) => one.zone === zone) ?? made[0];
        return nat === undefined ? [] : [[zone, nat.gateway] as const];
      }),
    ),
  };
}
