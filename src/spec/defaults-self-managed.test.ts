import { describe, expect, test } from 'vitest';
import { defaultCharts } from '../catalog/charts.ts';
import type { Cluster, SelfManagedControlPlane } from './cluster.ts';
import { loadCluster } from './load.ts';

const today = new Date('2026-11-01T00:00:00Z');

function clusterOf(spec: object): Cluster['spec'] & { readonly controlPlane: SelfManagedControlPlane } {
  const loaded = loadCluster(
    JSON.stringify({
      apiVersion: 'quilla.dev/v1alpha1',
      kind: 'Cluster',
      metadata: { name: 'demo' },
      spec: { region: 'us-east-1', controlPlane: 'self-managed', nodeGroups: [{ name: 'workers' }], ...spec },
    }),
    { today },
  );
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics));
  const { spec: filled } = loaded.value.cluster;
  if (filled.controlPlane.type !== 'self-managed') throw new Error('not self-managed');
  return { ...filled, controlPlane: filled.controlPlane };
}

const withPlane = (selfManaged: object, more: object = {}) =>
  clusterOf({ controlPlane: { selfManaged }, ...more }).controlPlane;

const charts = (spec: object): string[] => clusterOf(spec).charts.map(({ name }) => name);
const expected = (podNetwork: string, without: readonly string[] = []): string[] =>
  defaultCharts
    .filter((chart) => chart.forPodNetwork === podNetwork || (chart.forPodNetwork === undefined && chart.byDefault))
    .map(({ name }) => name)
    .filter((name) => !without.includes(name));

describe('what a self-managed spec that says nothing gets', () => {
  const { controlPlane, network, access, nodeGroups, addons, kubernetesVersion } = clusterOf({});

  test('three seats in three zones, with an encrypted etcd that is backed up each hour', () =>
    expect(controlPlane).toEqual({
      type: 'self-managed',
      seats: { zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'], subnets: [] },
      instanceType: 'm6i.large',
      architecture: 'x86_64',
      rootVolume: { sizeGiB: 40, type: 'gp3', encrypted: true },
      image: { family: 'al2023' },
      etcd: {
        volume: { sizeGiB: 20, type: 'gp3', encrypted: true },
        snapshots: { everyMinutes: 60, keepDays: 7 },
      },
      certificateNames: [],
      dns: { type: 'none' },
      secretsEncryption: true,
      podRoles: true,
      flags: { apiServer: {}, controllerManager: {}, scheduler: {}, kubelet: {}, etcd: {} },
      coredns: true,
      kubeProxy: true,
      featureGates: {},
      host: { files: [], packages: [], commands: [], sysctls: {} },
      mirror: {},
      certificateDays: 365,
      deletionProtection: true,
    }));

  test('cilium, with ranges of pods and services that meet neither each other nor the VPC', () =>
    expect(network).toMatchObject({
      podNetwork: { type: 'cilium', cidr: '100.96.0.0/11', encapsulation: 'vxlan' },
      serviceCidr: '100.64.0.0/13',
      networkPolicy: true,
      endpoints: ['s3'],
    }));

  test('an API in the VPC only, and no bastion', () => {
    expect(access.api).toEqual({ public: false, private: true, from: [], fromNat: false });
    expect(access.bastion).toBeUndefined();
  });

  test('auto scaling groups, and no add-ons of EKS', () => {
    expect(nodeGroups[0]).toMatchObject({ manager: 'asg', image: { family: 'al2023' } });
    expect(addons).toEqual([]);
  });

  test('the newest version of which the catalog has files', () => expect(kubernetesVersion).toBe('1.36'));

  test('the charts of the catalog, with their versions', () => {
    expect(charts({})).toEqual(expected('cilium'));
    for (const { version, repository } of clusterOf({}).charts) {
      expect(version).toMatch(/^v?\d+\.\d+/);
      expect(repository).toMatch(/^(https|oci):/);
    }
  });
});

describe('seats', () => {
  const zonesOf = (seats: unknown, zones: string[]): readonly string[] =>
    withPlane({ seats }, { network: { zones } }).seats.zones;

  test.each<[string, unknown, string[], string[]]>([
    ['one where there is one zone', undefined, ['us-east-1a'], ['us-east-1a']],
    ['three in two zones', undefined, ['us-east-1a', 'us-east-1b'], ['us-east-1a', 'us-east-1b', 'us-east-1a']],
    [
      'three of four zones',
      undefined,
      ['us-east-1d', 'us-east-1a', 'us-east-1b', 'us-east-1c'],
      ['us-east-1d', 'us-east-1a', 'us-east-1b'],
    ],
    [
      'as many as are asked for, in turn',
      5,
      ['us-east-1a', 'us-east-1b'],
      ['us-east-1a', 'us-east-1b', 'us-east-1a', 'us-east-1b', 'us-east-1a'],
    ],
    [
      'the zones that are said, one each',
      { zones: ['us-east-1b', 'us-east-1b', 'us-east-1a'] },
      ['us-east-1a', 'us-east-1b'],
      ['us-east-1b', 'us-east-1b', 'us-east-1a'],
    ],
    [
      'the zones that are said, in turn',
      { count: 3, zones: ['us-east-1b'] },
      ['us-east-1a', 'us-east-1b'],
      ['us-east-1b', 'us-east-1b', 'us-east-1b'],
    ],
  ])('%s', (_, seats, zones, places) => expect(zonesOf(seats, zones)).toEqual(places));

  test('of a given VPC are in the subnets of the topology', () => {
    const vpc = {
      id: 'vpc-00000001',
      subnets: { private: ['subnet-00000001', 'subnet-00000002'], public: ['subnet-00000003'] },
    };
    expect(clusterOf({ network: { vpc } }).controlPlane.seats).toEqual({
      zones: [],
      subnets: ['subnet-00000001', 'subnet-00000002', 'subnet-00000001'],
    });
    expect(clusterOf({ network: { vpc, topology: 'public' } }).controlPlane.seats.subnets).toEqual(['subnet-00000003']);
  });

  test('have the architecture of their type', () =>
    expect(withPlane({ instanceType: 'm7g.large' }).architecture).toBe('arm64'));
});

describe('what follows from other fields', () => {
  test('the name of the API, from the cluster and the zone', () =>
    expect(withPlane({ dns: { zone: 'example.com', type: 'private' } }).dns).toEqual({
      type: 'private',
      zone: 'example.com',
      name: 'api.demo.example.com',
    }));

  test('pods of the VPC CNI have no range of their own, and no policy: its controller runs on EKS only', () => {
    expect(clusterOf({ network: { podNetwork: 'vpc-cni' } }).network.podNetwork).toEqual({
      type: 'vpc-cni',
      encapsulation: 'none',
    });
    expect(clusterOf({ network: { podNetwork: 'vpc-cni' } }).network.networkPolicy).toBe(false);
  });

  test.each([
    ['calico', 'vxlan', true],
    ['flannel', 'vxlan', false],
    ['none', 'none', false],
  ])('%s: encapsulation %s, network policy %s', (type, encapsulation, networkPolicy) =>
    expect(clusterOf({ network: { podNetwork: type } }).network).toMatchObject({
      podNetwork: { type, cidr: '100.96.0.0/11', encapsulation },
      networkPolicy,
    }),
  );

  test('without NAT there are endpoints for what seats and nodes call, and none of EKS', () => {
    const { endpoints } = clusterOf({
      network: { nat: 'none' },
      controlPlane: {
        selfManaged: {
          mirror: { files: 'https://m.example.com', images: 'r.example.com/k8s', charts: 'oci://r.example.com/charts' },
        },
      },
    }).network;
    expect(endpoints).toEqual(expect.arrayContaining(['s3', 'ec2', 'sts', 'autoscaling', 'sqs', 'ssm']));
    expect(endpoints.filter((name) => name.startsWith('eks'))).toEqual([]);
  });

  test('a mode of three digits gets its fourth', () =>
    expect(withPlane({ host: { files: [{ path: '/a', content: '', mode: '600' }] } }).host.files[0]?.mode).toBe(
      '0600',
    ));
});

describe('charts', () => {
  test.each(['calico', 'flannel', 'vpc-cni'])('those of %s take the place of those of cilium', (podNetwork) =>
    expect(charts({ network: { podNetwork } })).toEqual(expected(podNetwork)),
  );

  test('without a pod network there is no chart of one', () =>
    expect(charts({ network: { podNetwork: 'none' } })).toEqual(expected('')));

  test('without roles for pods there is nothing that needs one', () =>
    expect(charts({ controlPlane: { selfManaged: { podRoles: false } } })).toEqual(
      expected('cilium', ['amazon-eks-pod-identity-webhook', 'aws-ebs-csi-driver', 'aws-node-termination-handler']),
    ));

  test('of the spec come after them, and kubeadm can be told to leave its own out', () => {
    const { charts: all, controlPlane } = clusterOf({
      addons: [
        { name: 'kube-proxy', enabled: false },
        {
          name: 'mine',
          version: '1.0.0',
          chart: { repository: 'https://example.com', name: 'theirs' },
          values: { a: 1 },
        },
      ],
    });
    expect(all.at(-1)).toEqual({
      name: 'mine',
      namespace: 'kube-system',
      repository: 'https://example.com',
      chart: 'theirs',
      version: '1.0.0',
      values: { a: 1 },
    });
    expect([controlPlane.coredns, controlPlane.kubeProxy]).toEqual([true, false]);
  });

  test('of the catalog take values and another version from the spec, in their place', () => {
    const name = expected('cilium')[0]!;
    const { charts: all } = clusterOf({ addons: [{ name, version: '9.9.9', values: { a: 1 } }] });
    expect(all.map((chart) => chart.name)).toEqual(expected('cilium'));
    expect(all[0]).toMatchObject({ name, version: '9.9.9', values: { a: 1 } });
  });
});
