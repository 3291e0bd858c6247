import { instanceType } from '../../catalog/instance-types.ts';
import { regionNamed } from '../../catalog/regions.ts';
import type { SelfManagedControlPlane } from '../cluster.ts';
import type { SelfManagedInput } from '../input.ts';
import type { Finding } from '../problem.ts';
import { listed } from './check.ts';
import { unknownType } from './nodes.ts';
import { planePath as at, ofPlane } from './of-plane.ts';
import { volumeProblems } from './volumes.ts';

const countOf = ({ seats }: SelfManagedControlPlane): number => seats.zones.length + seats.subnets.length;

/** Where the number of seats was said: the number, the list, or nowhere. */
function countPath({ seats }: SelfManagedInput): string {
  if (typeof seats !== 'object') return `${at}.seats`;
  const field = seats.count !== undefined ? 'count' : seats.zones !== undefined ? 'zones' : 'subnets';
  return seats[field] === undefined ? `${at}.seats` : `${at}.seats.${field}`;
}

export const seatCount = ofPlane((plane, written): Finding[] => {
  const count = countOf(plane);
  const path = countPath(written);
  if (count > 0 && count % 2 === 0)
    return [
      {
        code: 'spec.seat-count',
        path,
        detail:
          count === 2
            ? 'with 2 seats the loss of either stops the control plane, so that 1 is safer'
            : `${count} seats stand the loss of ${count / 2 - 1}, as ${count - 1} do`,
        fix: count === 2 ? 'Use 1 or 3.' : `Use ${count - 1}${count < 7 ? ` or ${count + 1}` : ''}.`,
      },
    ];
  if (count > 5) return [{ code: 'spec.many-seats', path, detail: `there are ${count} seats`, fix: 'Use 5 or 3.' }];
  const isCut = typeof written.seats === 'object' && (written.seats.zones ?? written.seats.subnets ?? []).length > 1;
  if (count !== 1 || isCut) return [];
  return [
    {
      code: 'spec.single-seat',
      path: written.seats === undefined ? 'spec.network' : path,
      detail: 'the control plane has one seat',
    },
  ];
});

/** Zones are for a new VPC, subnets for a given one, and no more of them than seats. */
export const seatPlaces = ofPlane((_, { seats }, { cluster, input }): Finding[] => {
  if (typeof seats !== 'object') return [];
  const { vpc } = cluster.spec.network;
  const isGiven = input.spec.network?.vpc !== undefined;
  if (isGiven && seats.zones !== undefined)
    return [
      {
        code: 'spec.not-with-given-vpc',
        path: `${at}.seats.zones`,
        detail: 'seats in a given VPC are placed by subnet',
        fix: 'Say `subnets` instead, one per seat.',
      },
    ];
  if (!isGiven && seats.subnets !== undefined)
    return [
      {
        code: 'spec.not-with-new-vpc',
        path: `${at}.seats.subnets`,
        detail: `${at}.seats.subnets names subnets, and there is no spec.network.vpc that they could be in`,
        fix: 'Give the VPC in spec.network.vpc, or say zones.',
      },
    ];
  const field = vpc.type === 'new' ? 'zones' : 'subnets';
  const places = seats[field];
  if (seats.count === undefined || places === undefined || places.length <= seats.count) return [];
  return [
    {
      code: 'spec.seat-places',
      path: `${at}.seats.count`,
      detail: `${places.length} ${field} are listed for ${seats.count} ${seats.count === 1 ? 'seat' : 'seats'}`,
      fix: `Take count out, or list ${seats.count}.`,
    },
  ];
});

/** Seats stand where the network has subnets. */
export const seatsInNetwork = ofPlane((_, { seats }, { cluster }): Finding[] => {
  if (typeof seats !== 'object') return [];
  const { vpc } = cluster.spec.network;
  const known = regionNamed(cluster.spec.region);
  const field = vpc.type === 'new' ? 'zones' : 'subnets';
  const allowed = vpc.type === 'new' ? vpc.zones : [...vpc.subnets.private, ...vpc.subnets.public];
  return (seats[field] ?? []).flatMap((place, i): Finding[] => {
    // Zones that are not of the region are said by the check of zones.
    const isElsewhere = vpc.type === 'new' && known !== undefined && !known.zones.includes(place);
    if (allowed.includes(place) || isElsewhere) return [];
    return [
      {
        code: 'spec.unknown-subnet',
        path: `${at}.seats.${field}[${i}]`,
        detail:
          vpc.type === 'new'
            ? `the network has no subnets in ${place}; its zones are ${listed(allowed)}`
            : `${place} is not among the subnets of the network`,
        fix: vpc.type === 'new' ? 'Add the zone to spec.network.zones.' : `Listed are ${listed(allowed)}.`,
      },
    ];
  });
});

export const seatsSpread = ofPlane(({ seats }, written): Finding[] => {
  const count = seats.zones.length;
  if (count < 3) return [];
  const crowded = seats.zones.find((zone) => seats.zones.filter((one) => one === zone).length > count / 2);
  if (crowded === undefined) return [];
  return [
    {
      code: 'spec.seats-in-one-zone',
      path: countPath(written),
      detail: `${seats.zones.filter((one) => one === crowded).length} of ${count} seats are in ${crowded}`,
      fix: 'Spread them over three zones.',
    },
  ];
});

export const seatType = ofPlane((_, { instanceType: name }): Finding[] => {
  if (name === undefined) return [];
  const path = `${at}.instanceType`;
  const type = instanceType(name);
  if (type === undefined) return [unknownType(name, path)];
  const { vcpus, memoryMiB } = type;
  const isSmall = (vcpus !== undefined && vcpus < 2) || (memoryMiB !== undefined && memoryMiB < 1700);
  return isSmall
    ? [
        {
          code: 'spec.small-seat',
          path,
          detail: `${name} has ${vcpus} vCPU and ${memoryMiB} MiB; kubeadm wants 2 and 1700`,
          fix: 'Use t3.medium for development, m6i.large or larger for production.',
        },
      ]
    : [];
});

export const seatVolumes = ofPlane(({ rootVolume, etcd }) => [
  ...volumeProblems(rootVolume, `${at}.rootVolume`),
  ...volumeProblems(etcd.volume, `${at}.etcd.volume`),
]);
