import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isError } from '../base/diagnostic.ts';
import { defaultCharts } from '../catalog/charts.ts';
import type { Cluster } from './cluster.ts';
import { clusterInput } from './input.ts';
import { loadCluster } from './load.ts';
import { specText } from './spec-text.ts';
import { writtenOut } from './written-out.ts';

const today = new Date('2026-11-01T00:00:00Z');
const some = <T>(...values: readonly T[]) => fc.option(fc.constantFrom(...values), { nil: undefined });
const flag = some(true, false);
const subnets = some(['subnet-00000001'], ['subnet-00000002', 'subnet-00000001']);

const vpc = fc.record({
  id: fc.constant('vpc-00000001'),
  subnets: fc.constantFrom(
    { private: ['subnet-00000001', 'subnet-00000002'] },
    { private: ['subnet-00000001', 'subnet-00000002'], public: ['subnet-00000003', 'subnet-00000004'] },
  ),
  addMissingTags: flag,
});

const host = some<unknown>(
  {},
  { files: [{ path: '/etc/motd', content: 'a: b\n# c\n' }], packages: ['htop'] },
  { files: [{ path: '/etc/x', content: '', mode: '755' }], commands: ['uptime'], sysctls: { 'vm.swappiness': '1' } },
);
const selfManaged = fc.record({
  seats: some<unknown>(1, 3, { count: 3 }, {}),
  instanceType: some('m7g.large', 't3.medium'),
  rootVolume: some<unknown>({}, { size: 64, type: 'gp2' }),
  image: some<unknown>({}, { family: 'ubuntu' }, { ami: 'ami-00000001' }),
  etcd: some<unknown>({}, { volume: { size: 9, encrypted: false } }, { snapshots: { keepDays: 1 } }),
  certificateNames: some([], ['a.example.com', '203.0.113.7']),
  dns: some<unknown>('none', { zone: 'example.com', type: 'public' }, { zone: 'a.b', type: 'private', name: 'k.a.b' }),
  storeBucket: some('my-bucket'),
  secretsEncryption: flag,
  auditPolicy: some<unknown>(false, { apiVersion: 'audit.k8s.io/v1', kind: 'Policy', rules: [{ level: 'None' }] }),
  podRoles: flag,
  flags: some<unknown>({}, { apiServer: { v: '2' }, etcd: { 'snapshot-count': '10000' } }),
  featureGates: some({}, { AllBeta: false }),
  host,
  mirror: some<unknown>(
    {},
    { files: 'https://m.example.com', images: 'registry.example.com/k8s', charts: 'oci://registry.example.com/charts' },
    {
      files: 'https://m.example.com',
      digests: { 'dl.k8s.io/release/v1.36.2/bin/linux/amd64/kubelet': 'a'.repeat(64) },
    },
  ),
  certificateDays: some(30),
  deletionProtection: flag,
});
const podNetwork = some<unknown>(
  'cilium',
  'calico',
  'flannel',
  'vpc-cni',
  'none',
  { type: 'calico', encapsulation: 'cross-subnet' },
  { type: 'cilium', cidr: '192.168.0.0/16' },
  { type: 'none', cidr: '192.168.0.0/16', encapsulation: 'vxlan' },
);
const ownNetwork = {
  podNetwork,
  serviceCidr: some('172.20.0.0/16'),
  networkPolicy: some(true, false),
  prefixDelegation: some(false),
};
const ownGroups = (places: object) =>
  fc
    .array(
      fc.record({
        manager: some('asg'),
        instanceTypes: some(['m7g.large']),
        size: some<unknown>(0, { max: 5 }),
        image: some<unknown>({ family: 'ubuntu' }, { ami: 'ami-00000001' }),
        capacity: some<unknown>('spot', { mixed: {} }),
        ...places,
        host,
      }),
      { maxLength: 2 },
    )
    .map((all) => all.map((one, i) => ({ name: `group-${i}`, ...one })));
const ownAccess = fc.record({
  api: some<unknown>({}, { public: true, from: ['203.0.113.0/24'] }),
  ssh: some({ keyName: 'key', from: ['10.0.0.0/8'] }),
  bastion: some<unknown>({ from: ['203.0.113.7/32'] }, { instanceType: 't4g.nano', from: ['0.0.0.0/0'] }),
});
const networkChart = defaultCharts.find(({ forPodNetwork }) => forPodNetwork === 'cilium')!.name;
const optionalChart = defaultCharts.find((chart) => chart.forPodNetwork === undefined && chart.byDefault)?.name;
const ownAddons = fc.subarray<unknown>([
  { name: networkChart, values: { a: { b: [1, null] } } },
  ...(optionalChart === undefined ? [] : [{ name: optionalChart, enabled: false }]),
  { name: 'coredns', enabled: false },
  { name: 'kube-proxy', enabled: false },
  { name: 'mine', version: '1.0.0', chart: { repository: 'oci://example.com/charts', name: 'mine' }, namespace: 'x' },
]);
const ownSpecs = fc.oneof(
  fc.record({
    kubernetesVersion: some('1.35', '1.36', '1.36.2'),
    controlPlane: fc.oneof(
      fc.constant('self-managed'),
      selfManaged.map((one) => ({ selfManaged: one })),
    ),
    network: fc.record({
      zones: some(['us-east-1a'], ['us-east-1b', 'us-east-1a', 'us-east-1d']),
      topology: some('private', 'public'),
      nat: some('single', 'none'),
      ...ownNetwork,
    }),
    access: ownAccess,
    nodeGroups: ownGroups({ zones: some(['us-east-1a']) }),
    addons: ownAddons,
  }),
  fc.record({
    controlPlane: selfManaged.map((one) => ({ selfManaged: one })),
    network: fc.record({ vpc, topology: some('private', 'public'), ...ownNetwork }),
    access: ownAccess,
    nodeGroups: ownGroups({ subnets }),
    addons: ownAddons,
  }),
);

const wrap = (spec: object): string =>
  JSON.stringify({
    apiVersion: 'quilla.dev/v1alpha1',
    kind: 'Cluster',
    metadata: { name: 'demo' },
    spec: { region: 'us-east-1', ...spec },
  });

/** The written-out form is the same cluster without errors, is a fixed point, and has its fields in the schema's order. */
function holds(cluster: Cluster): void {
  const written = writtenOut(cluster);
  const again = loadCluster(specText(written, 'Written out.'), { today });
  expect(again.diagnostics.filter(isError)).toEqual([]);
  expect(again.ok && again.value.cluster).toEqual(cluster);
  expect(again.ok && writtenOut(again.value.cluster)).toEqual(written);
  // What zod parses comes out in the order of the schema.
  expect(JSON.stringify(written)).toBe(JSON.stringify(clusterInput.parse(written)));
}

test('any self-managed spec that is sound, written out, loads to the same cluster', () => {
  let sound = 0;
  const property = fc.property(ownSpecs, (spec) => {
    const loaded = loadCluster(wrap(spec), { today });
    if (!loaded.ok) return;
    sound += 1;
    holds(loaded.value.cluster);
  });
  fc.assert(property, { seed: 20261104, numRuns: 700 });
  // Rules between fields refuse many; what is left must be enough to mean something.
  expect(sound).toBeGreaterThan(80);
});
