import { sha256Hex } from '../base/hash.ts';
import { buildGraph } from '../model/build/index.ts';
import { type Facts, factsNeeded } from '../model/facts.ts';
import type { ResourceGraph } from '../model/graph.ts';
import type { Chart, Cluster, ClusterSpec, NodeGroup, RootVolume, SelfManagedControlPlane } from '../spec/cluster.ts';
import { clusterOf, factsFor, type SpecOf } from './clusters.ts';

const volume = (sizeGiB: number): RootVolume => ({ sizeGiB, type: 'gp3', encrypted: true });
const nothing = { files: [], packages: [], commands: [], sysctls: {} };

const chart = (name: string): Chart => ({
  name,
  namespace: 'kube-system',
  repository: 'https://charts.example.com',
  chart: name,
  version: '1.0.0',
});

/** What a test says of a self-managed cluster beside what it says of any. */
export interface SelfManagedOf {
  readonly plane?: Partial<SelfManagedControlPlane>;
  readonly network?: Partial<ClusterSpec['network']>;
  readonly access?: Partial<ClusterSpec['access']>;
  readonly groups?: readonly Partial<NodeGroup>[];
  readonly charts?: readonly string[];
  readonly further?: Partial<ClusterSpec>;
  /** What the rest is filled in from: zones, VPC, SSH. */
  readonly base?: SpecOf;
}

function planeOf(zones: readonly string[], plane: Partial<SelfManagedControlPlane>): SelfManagedControlPlane {
  return {
    type: 'self-managed',
    seats: { zones: zones.slice(0, 3), subnets: [] },
    instanceType: 'm6i.large',
    architecture: 'x86_64',
    rootVolume: volume(40),
    image: { family: 'al2023', amiId: 'ami-seat' },
    etcd: { volume: volume(20), snapshots: { everyMinutes: 60, keepDays: 7 } },
    certificateNames: [],
    dns: { type: 'none' },
    secretsEncryption: true,
    podRoles: true,
    flags: { apiServer: {}, controllerManager: {}, scheduler: {}, kubelet: {}, etcd: {} },
    featureGates: {},
    host: nothing,
    mirror: {},
    certificateDays: 365,
    coredns: true,
    kubeProxy: true,
    deletionProtection: true,
    ...plane,
  };
}

/** A self-managed cluster `k8s` with one node group, built from filled in values: it knows nothing of how a spec is written. */
export function selfManagedOf(of: SelfManagedOf = {}): Cluster {
  const zones = ['us-east-1a', 'us-east-1b', 'us-east-1d'];
  const groups = of.groups ?? [{ name: 'w' }];
  const start = clusterOf({ network: { zones }, nodeGroups: [{ name: 'w', manager: 'asg' }], ...of.base });
  const { spec } = start;
  const { vpc } = spec.network;
  const image = { family: 'al2023' as const, amiId: 'ami-worker' };
  return {
    ...start,
    spec: {
      ...spec,
      kubernetesVersion: '1.36.2',
      controlPlane: planeOf(vpc.type === 'new' ? vpc.zones : [], of.plane ?? {}),
      network: {
        ...spec.network,
        serviceCidr: '100.64.0.0/13',
        podNetwork: { type: 'cilium', cidr: '100.96.0.0/11', encapsulation: 'vxlan' },
        ...of.network,
      },
      access: { ...spec.access, api: { ...spec.access.api, private: true }, ...of.access },
      nodeGroups: groups.map((group) => ({ ...spec.nodeGroups[0]!, image, ...group })),
      addons: [],
      charts: (of.charts ?? ['aws-node-termination-handler', 'aws-ebs-csi-driver']).map(chart),
      fargateProfiles: [],
      ...of.further,
    },
  };
}

/** What a publisher would say of files that the catalog has no digest of. */
const digestsFor = (cluster: Cluster): Facts['digests'] =>
  Object.fromEntries(factsNeeded(cluster).files.map(({ url }) => [url, sha256Hex(url)]));

const factsOf = (cluster: Cluster, facts: Partial<Facts>): Facts => ({
  ...factsFor(cluster),
  digests: digestsFor(cluster) ?? {},
  ...facts,
});

/** The graph of a self-managed cluster; throws with the diagnostics where there is none. */
export function selfManagedGraph(of: SelfManagedOf = {}, facts: Partial<Facts> = {}): ResourceGraph {
  const cluster = selfManagedOf(of);
  const result = buildGraph(cluster, factsOf(cluster, facts));
  if (!result.ok) throw new Error(result.diagnostics.map(({ code, detail }) => `${code}: ${detail}`).join('\n'));
  return result.value;
}

/** The codes of what is wrong with a self-managed cluster, warnings included. */
export function selfManagedCodes(of: SelfManagedOf, facts: Partial<Facts> = {}): readonly string[] {
  const cluster = selfManagedOf(of);
  return buildGraph(cluster, factsOf(cluster, facts)).diagnostics.map(({ code }) => code);
}
