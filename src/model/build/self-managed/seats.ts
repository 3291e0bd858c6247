import type { Diagnostic } from '../../../base/diagnostic.ts';
import type { RootVolume } from '../../../spec/cluster.ts';
import { report } from '../../codes.ts';
import { type Resource, refTo } from '../../graph.ts';
import { resource, tagsOf } from '../context.ts';
import { givenSubnet } from '../network/given-vpc.ts';
import type { NetworkHandles, SubnetHandle } from '../network/network-handles.ts';
import type { SeatHandle } from './handles.ts';
import type { SelfManagedContext } from './self-managed-context.ts';

export interface SeatPlaces {
  readonly resources: readonly Resource[];
  readonly diagnostics: readonly Diagnostic[];
  readonly seats: readonly SeatHandle[];
}

const from = 'spec.controlPlane.selfManaged.seats';

/** Keeps CNIs that take interfaces of the instance for pods away from this one: https://github.com/aws/amazon-vpc-cni-k8s#eni-tags */
const notForPods = { 'node.k8s.amazonaws.com/no_manage': 'true' } as const;

/** Seats are called by their zone without its region (`a`, `lax-1a`); a second one in the same zone `a2`. */
export function seatNames(region: string, zones: readonly string[]): readonly string[] {
  const shortOf = (zone: string): string =>
    (zone.startsWith(region) ? zone.slice(region.length) : zone).replace(/^-/, '');
  return zones.map((zone, i) => {
    const before = zones.slice(0, i).filter((other) => other === zone).length;
    return `${shortOf(zone)}${before === 0 ? '' : before + 1}`;
  });
}

const missing = (id: string, vpc: string): Diagnostic =>
  report('graph.given-subnet-missing', {
    detail: `AWS shows no subnet ${id} in ${vpc}, where a seat should be`,
    fix: 'Correct the id, or the region or profile.',
    at: { path: from },
  });

/** One subnet for each seat, in the order of the spec: of its zone in a new VPC, the one that the spec names in a given one. */
function subnetsOf(
  { spec, facts }: SelfManagedContext,
  { privateSubnets, publicSubnets }: NetworkHandles,
): { readonly subnets: readonly SubnetHandle[]; readonly diagnostics: readonly Diagnostic[] } {
  const { seats } = spec.controlPlane;
  const { vpc, topology } = spec.network;
  if (vpc.type === 'new') {
    const row = topology === 'public' ? publicSubnets : privateSubnets;
    return { subnets: seats.zones.flatMap((zone) => row.find((one) => one.zone === zone) ?? []), diagnostics: [] };
  }
  // The network reports those that it lists itself.
  const listed = new Set([...vpc.subnets.private, ...vpc.subnets.public]);
  const known = new Map(facts.vpc?.subnets.map((fact) => [fact.id, givenSubnet(fact)]));
  return {
    subnets: seats.subnets.flatMap((id) => known.get(id) ?? []),
    diagnostics: [...new Set(seats.subnets)]
      .filter((id) => !known.has(id) && !listed.has(id))
      .map((id) => missing(id, vpc.id)),
  };
}

/** AWS cannot tell what was asked for from its default, so the default is not asked for: 3000 operations and 125 MiB per second. */
const speedOf = ({ type, iops, throughput }: RootVolume) => ({
  iops: iops === undefined || (type === 'gp3' && iops === 3000) ? null : iops,
  throughput: throughput === undefined || throughput === 125 ? null : throughput,
});

function placeOf(
  context: SelfManagedContext,
  group: Resource<'security-group'>,
  { name, subnet }: { name: string; subnet: SubnetHandle },
): SeatHandle {
  const { volume: wanted } = context.spec.controlPlane.etcd;
  const volumeId = `volume/etcd-${name}`;
  const interfaceId = `network-interface/seat-${name}`;
  const volume = resource('volume', {
    id: volumeId,
    from: 'spec.controlPlane.selfManaged.etcd.volume',
    needs: [group.id],
    desired: {
      zone: subnet.zone,
      encrypted: wanted.encrypted,
      kmsKeyArn: wanted.kmsKey ?? null,
      size: wanted.sizeGiB,
      volumeType: wanted.type,
      ...speedOf(wanted),
      tags: tagsOf(context, volumeId),
    },
  });
  const networkInterface = resource('network-interface', {
    id: interfaceId,
    from,
    desired: {
      subnetId: subnet.subnetId,
      description: `Seat ${name} of Kubernetes cluster ${context.name}`,
      securityGroupIds: [refTo(group, 'groupId')],
      // Only etcd and the API server speak through it, never pods.
      sourceDestCheck: true,
      tags: tagsOf(context, interfaceId, notForPods),
    },
  });
  return { name, zone: subnet.zone, subnet, volume, networkInterface, from };
}

/** What stays of each seat when its instance goes: the volume of its etcd member, and the interface by which members know it. */
export function seatPlaces(
  context: SelfManagedContext,
  network: NetworkHandles,
  group: Resource<'security-group'>,
): SeatPlaces {
  const { subnets, diagnostics } = subnetsOf(context, network);
  const names = seatNames(
    context.spec.region,
    subnets.map(({ zone }) => zone),
  );
  const seats = subnets.map((subnet, i) => placeOf(context, group, { name: names[i]!, subnet }));
  return { resources: seats.flatMap((seat) => [seat.volume, seat.networkInterface]), diagnostics, seats };
}
