import { sha256Hex } from '../base/hash.ts';
import { catalogDate } from '../catalog/catalog-date.ts';
import { buildGraph } from '../model/build/index.ts';
import { type Facts, factsNeeded } from '../model/facts.ts';
import type { Resource, ResourceGraph } from '../model/graph.ts';
import type { KindName } from '../model/kinds/names.ts';
import type { Cluster } from '../spec/cluster.ts';
import { fillDefaults } from '../spec/defaults.ts';
import type { SpecInput } from '../spec/input.ts';

/** What a test says of a cluster; the rest is a small new VPC in us-east-1. */
export type SpecOf = Partial<SpecInput>;

/** A cluster `k8s` with all defaults but what is given. */
export function clusterOf(spec: SpecOf = {}): Cluster {
  const region = spec.region ?? 'us-east-1';
  const zones = [`${region}a`, `${region}b`];
  return fillDefaults(
    {
      apiVersion: 'quilla.dev/v1alpha1',
      kind: 'Cluster',
      metadata: { name: 'k8s' },
      spec: { kubernetesVersion: '1.36', controlPlane: 'eks', network: { zones }, ...spec, region },
    },
    { today: new Date(catalogDate) },
  );
}

/** Facts that answer what a cluster needs: given subnets lie in zones a, b, c in turn, those of the public list have a public address. */
export function factsFor(cluster: Cluster): Facts {
  const needed = factsNeeded(cluster);
  const { vpc } = cluster.spec.network;
  const publicIds: readonly string[] = vpc.type === 'given' ? vpc.subnets.public : [];
  return {
    account: '123456789012',
    partition: 'aws',
    creatorArn: needed.creator ? 'arn:aws:iam::123456789012:user/admin' : null,
    vpc:
      needed.vpc === null
        ? null
        : {
            id: needed.vpc.id,
            cidrs: ['10.0.0.0/16'],
            subnets: needed.vpc.subnetIds.map((id, i) => ({
              id,
              zone: `${cluster.spec.region}${'abc'[i % 3]}`,
              cidr: `10.0.${i}.0/24`,
              isPublic: publicIds.includes(id),
              routeTableId: `rtb-${i}`,
              hasDefaultRoute: true,
            })),
          },
    images: Object.fromEntries(needed.imageParameters.map((parameter, i) => [parameter, `ami-${i}`])),
    profileRoles: Object.fromEntries(
      needed.instanceProfiles.map((name) => [name, `arn:aws:iam::123456789012:role/of-${name}`]),
    ),
    ...(needed.hostedZone === null ? {} : { hostedZone: { id: 'Z00000000000000000001' } }),
    ...(needed.files.length === 0
      ? {}
      : { digests: Object.fromEntries(needed.files.map(({ url }) => [url, sha256Hex(url)])) }),
  };
}

/** The graph of a cluster; throws with the diagnostics where there is none. */
export function graphOf(spec: SpecOf = {}, facts: Partial<Facts> = {}): ResourceGraph {
  const cluster = clusterOf(spec);
  const result = buildGraph(cluster, { ...factsFor(cluster), ...facts });
  if (!result.ok) throw new Error(result.diagnostics.map(({ code, detail }) => `${code}: ${detail}`).join('\n'));
  return result.value;
}

/** The codes of what is wrong with a cluster, warnings included. */
export function codesOf(spec: SpecOf, facts: Partial<Facts> = {}): readonly string[] {
  const cluster = clusterOf(spec);
  return buildGraph(cluster, { ...factsFor(cluster), ...facts }).diagnostics.map(({ code }) => code);
}

/** One resource by kind and id; throws where it is not in the graph. */
export function resourceOf<K extends KindName>(graph: ResourceGraph, kind: K, id: string): Resource<K> {
  const found = graph.resources.find((one) => one.id === id);
  if (found?.kind !== kind) throw new Error(`no ${kind} ${id} in ${graph.resources.map((one) => one.id).join(' ')}`);
  return found as unknown as Resource<K>;
}

export const idsOf = (graph: ResourceGraph, kind?: KindName): readonly string[] =>
  graph.resources.filter((one) => kind === undefined || one.kind === kind).map(({ id }) => id);
