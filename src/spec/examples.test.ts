import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { loadCluster } from './load.ts';

const load = (name: string) =>
  loadCluster(readFileSync(new URL(`../../examples/${name}.yaml`, import.meta.url), 'utf8'), {
    file: name,
    today: new Date('2026-11-01T00:00:00Z'),
  });

describe("the article's cluster", () => {
  const result = load('seed-eks');
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  const { spec } = result.value.cluster;

  test('loads with nothing but the note on system:masters', () =>
    expect(result.diagnostics.map(({ code }) => code)).toEqual(['spec.masters-as-policy']));

  test('has the network, the endpoints and the user of the article', () => {
    expect(spec.network.vpc).toMatchObject({ type: 'given', id: 'vpc-00000000000000001' });
    expect(spec.nodeGroups[0]?.subnets).toHaveLength(3);
    expect(spec.access.api).toMatchObject({ public: true, private: true });
    expect(spec.access.api.from).toHaveLength(2);
    expect(spec.access.principals.map(({ arn }) => arn)).toEqual(['arn:aws:iam::123456789012:user/user1']);
    expect(spec.tags).toEqual({ Cluster: 'k8s' });
  });

  test('has the workers of the article', () => {
    expect(spec.nodeGroups).toHaveLength(1);
    expect(spec.nodeGroups[0]).toMatchObject({
      name: 'workers',
      manager: 'asg',
      instanceTypes: ['t2.large'],
      size: { min: 3, desired: 3, max: 3 },
      rootVolume: { sizeGiB: 100, type: 'gp2' },
      keyName: 'all',
      monitoring: false,
    });
  });
});

describe("the article's other cluster", () => {
  const result = load('seed-kops');
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  const { spec, metadata } = result.value.cluster;

  test('loads with nothing to say', () => expect(result.diagnostics).toEqual([]));

  test('has the seats of the article, with an encrypted etcd and a public name', () =>
    expect(spec.controlPlane).toMatchObject({
      type: 'self-managed',
      seats: { zones: ['us-east-1a', 'us-east-1b', 'us-east-1d'] },
      instanceType: 't2.medium',
      rootVolume: { sizeGiB: 64 },
      etcd: { volume: { encrypted: true } },
      dns: { type: 'public', zone: 'example.com', name: `api.${metadata.name}.example.com` },
    }));

  test('has the network of the article, cilium in place of weave, and SSH from where the article has it', () => {
    expect(spec.network).toMatchObject({
      vpc: { type: 'new', cidr: '10.2.0.0/16', zones: ['us-east-1a', 'us-east-1b', 'us-east-1d'] },
      topology: 'private',
      podNetwork: { type: 'cilium' },
    });
    expect(spec.access.ssh).toEqual({ keyName: 'all', from: ['10.0.0.0/16'] });
    expect(spec.access.api.public).toBe(false);
  });

  test('has the workers of the article', () =>
    expect(spec.nodeGroups).toMatchObject([
      {
        manager: 'asg',
        instanceTypes: ['t2.large'],
        size: { min: 3, desired: 3, max: 3 },
        rootVolume: { sizeGiB: 128 },
      },
    ]));
});

test('the cluster for development has one seat and one worker, and pays for no NAT gateway', () => {
  const result = load('development');
  expect(result.diagnostics.map(({ code }) => code)).toEqual(['spec.single-seat']);
  expect(result.ok && result.value.cluster.spec).toMatchObject({
    controlPlane: { seats: { zones: ['us-east-1a'] } },
    network: { vpc: { nat: 'none' }, topology: 'public' },
    nodeGroups: [{ size: { desired: 1 } }],
  });
});

test("the newcomer's cluster loads with nothing to say", () => {
  const result = load('eks');
  expect(result.diagnostics).toEqual([]);
  expect(result.ok && result.value.cluster.spec.network.vpc).toMatchObject({
    type: 'new',
    zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
    nat: 'per-zone',
  });
});

test('a self-managed spec that uses every field loads with nothing to say, and keeps what it says', () => {
  const text = readFileSync(new URL('every-field-self-managed.yaml', import.meta.url), 'utf8');
  const result = loadCluster(text, { today: new Date('2026-11-01T00:00:00Z') });
  expect(result.diagnostics).toEqual([]);
  const spec = result.ok ? result.value.cluster.spec : undefined;
  expect(spec?.controlPlane).toMatchObject({
    seats: { zones: ['us-east-1a', 'us-east-1b', 'us-east-1c', 'us-east-1a', 'us-east-1b'] },
    architecture: 'arm64',
    etcd: { volume: { type: 'io2', iops: 4000 }, snapshots: { everyMinutes: 30, keepDays: 14 } },
    dns: { name: 'kubernetes.inside.example.com' },
    auditPolicy: { kind: 'Policy' },
    kubeProxy: false,
    coredns: true,
    host: { files: [{ path: '/etc/motd', mode: '0640' }, { mode: '0644' }] },
  });
  expect(spec?.access.bastion).toEqual({ instanceType: 't4g.nano', from: ['203.0.113.7/32'] });
  expect(spec?.charts.at(-1)).toMatchObject({ name: 'podinfo', namespace: 'demo', chart: 'podinfo', version: '6.9.2' });
});

test('a spec that uses every field loads with nothing to say, and keeps what it says', () => {
  const text = readFileSync(new URL('every-field.yaml', import.meta.url), 'utf8');
  const result = loadCluster(text, { today: new Date('2026-11-01T00:00:00Z') });
  expect(result.diagnostics).toEqual([]);
  const spec = result.ok ? result.value.cluster.spec : undefined;
  expect(spec?.access.api).toEqual({ public: true, private: true, from: ['203.0.113.0/24'], fromNat: true });
  expect(spec?.network.podSubnets).toEqual({ type: 'new', cidr: '100.64.0.0/16' });
  expect(spec?.controlPlane).toMatchObject({
    role: 'my-cluster-role',
    deletionProtection: false,
    upgradePolicy: 'extended',
  });
  expect(spec?.nodeGroups.map(({ capacity, update }) => [capacity, update])).toEqual([
    [
      { type: 'mixed', onDemandBase: 1, onDemandPercentage: 20, strategy: 'capacity-optimized' },
      { maxUnavailablePercentage: 33 },
    ],
    [{ type: 'on-demand' }, { maxUnavailable: 1 }],
    [{ type: 'on-demand' }, { maxUnavailable: 1 }],
  ]);
  expect(spec?.addons.find(({ name }) => name === 'aws-ebs-csi-driver')?.podIdentity?.role).toEqual({
    type: 'given',
    arn: 'arn:aws:iam::123456789012:role/ebs',
  });
});
