import { nearest } from '../../base/nearest.ts';
import { regionNamed, regionNames, regions } from '../../catalog/regions.ts';
import { selfManagedOf } from '../defaults-self-managed.ts';
import type { Finding } from '../problem.ts';
import { type Check, listed } from './check.ts';

export const region: Check = ({ input }) => {
  const name = input.spec.region;
  if (regionNamed(name) !== undefined) return [];
  const ofZone = regions.find(({ zones }) => zones.includes(name));
  const meant = ofZone?.name ?? nearest(name, regionNames);
  const fix =
    ofZone !== undefined
      ? `That is a zone; its region is ${ofZone.name}.`
      : meant === undefined
        ? `Known regions: ${listed(regionNames)}.`
        : `Did you mean ${meant}?`;
  return [
    {
      code: 'spec.unknown-region',
      path: 'spec.region',
      detail: `${JSON.stringify(name)} is not a region that the catalog knows`,
      fix,
    },
  ];
};

interface Named {
  readonly zone: string;
  readonly path: string;
}

/** Every zone that the spec names. */
function zonesNamed({ input }: Parameters<Check>[0]): Named[] {
  const { network, nodeGroups, fargateProfiles } = input.spec;
  const list = (zones: readonly string[] | undefined, path: string): Named[] =>
    (zones ?? []).map((zone, i) => ({ zone, path: `${path}[${i}]` }));
  const pods =
    network?.podSubnets !== undefined && 'byZone' in network.podSubnets ? Object.keys(network.podSubnets.byZone) : [];
  const seats = selfManagedOf(input.spec.controlPlane)?.seats;
  return [
    ...(typeof seats === 'object' ? list(seats.zones, 'spec.controlPlane.selfManaged.seats.zones') : []),
    ...list(network?.zones, 'spec.network.zones'),
    ...pods.map((zone) => ({ zone, path: `spec.network.podSubnets.byZone.${zone}` })),
    ...(nodeGroups ?? []).flatMap((group, i) => list(group.zones, `spec.nodeGroups[${i}].zones`)),
    ...(fargateProfiles ?? []).flatMap((profile, i) => list(profile.zones, `spec.fargateProfiles[${i}].zones`)),
  ];
}

export const zonesOfRegion: Check = (context) => {
  const known = regionNamed(context.input.spec.region);
  if (known === undefined) return [];
  return zonesNamed(context)
    .filter(({ zone }) => !known.zones.includes(zone))
    .map(({ zone, path }): Finding => {
      const home = regions.find(({ zones }) => zones.includes(zone));
      const where = home === undefined ? 'not a zone' : `a zone of ${home.name}, not`;
      return {
        code: 'spec.zone-not-in-region',
        path,
        detail: `${JSON.stringify(zone)} is ${where} of ${known.name}`,
        fix: `Zones of ${known.name}: ${listed(known.zones)}.`,
      };
    });
};

/** Groups and profiles may only use zones in which the new VPC has subnets. */
export const zonesOfVpc: Check = ({ input, cluster }) => {
  const { vpc } = cluster.spec.network;
  const known = regionNamed(input.spec.region);
  if (vpc.type === 'given' || known === undefined) return [];
  const check = (zones: readonly string[] | undefined, path: string): Finding[] =>
    (zones ?? []).flatMap((zone, i): Finding[] =>
      vpc.zones.includes(zone) || !known.zones.includes(zone)
        ? []
        : [
            {
              code: 'spec.unknown-subnet',
              path: `${path}[${i}]`,
              detail: `the network has no subnets in ${zone}; its zones are ${listed(vpc.zones)}`,
              fix: 'Add the zone to spec.network.zones.',
            },
          ],
    );
  return [
    ...(input.spec.nodeGroups ?? []).flatMap((group, i) => check(group.zones, `spec.nodeGroups[${i}].zones`)),
    ...(input.spec.fargateProfiles ?? []).flatMap((profile, i) =>
      check(profile.zones, `spec.fargateProfiles[${i}].zones`),
    ),
  ];
};

export const enoughZones: Check = ({ cluster }) => {
  const { vpc } = cluster.spec.network;
  if (vpc.type === 'given' || vpc.zones.length === 0 || new Set(vpc.zones).size > 1) return [];
  return [
    {
      code: 'spec.too-few-zones',
      path: 'spec.network.zones',
      detail: `the network has the zone ${vpc.zones[0]} only; the control plane of EKS needs subnets in two`,
      fix: 'Add a second zone, and give node groups that shall stay in one zone `zones` of their own.',
    },
  ];
};
