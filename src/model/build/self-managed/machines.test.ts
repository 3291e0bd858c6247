import { describe, expect, test } from 'vitest';
import { resourceOf } from '../../../testing/clusters.ts';
import {
  type SelfManagedOf,
  selfManagedCodes,
  selfManagedGraph,
  selfManagedOf,
} from '../../../testing/self-managed-clusters.ts';
import { bootConfigIn } from '../../../testing/user-data-parts.ts';
import type { Facts } from '../../facts.ts';
import { factsNeeded } from '../../facts.ts';
import type { Join } from '../../value.ts';
import { userDataBytes } from '../node-groups/user-data-size.ts';

const templateOf = (what: string, of: SelfManagedOf = {}, facts: Partial<Facts> = {}) =>
  resourceOf(selfManagedGraph(of, facts), 'launch-template', `launch-template/${what}`).desired;
const groupOf = (what: string, of: SelfManagedOf = {}) =>
  resourceOf(selfManagedGraph(of), 'auto-scaling-group', `auto-scaling-group/${what}`);
const configOf = (what: string, of: SelfManagedOf = {}, facts: Partial<Facts> = {}) =>
  bootConfigIn(templateOf(what, of, facts).userData);

const newestImages = { image: { family: 'al2023' as const } };
const parameter = (name: string) => `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${name}`;
const ubuntu = (name: string) => `/aws/service/canonical/ubuntu/server/24.04/stable/current/${name}/hvm/ebs-gp3/ami-id`;

describe('a seat', () => {
  test('is an auto scaling group of one in its subnet, registered where people and nodes reach the API', () => {
    const group = groupOf('seat-a', {
      access: { api: { public: true, private: true, from: ['203.0.113.0/24'], fromNat: false } },
    });
    expect(group.desired).toMatchObject({
      minSize: 1,
      maxSize: 1,
      desiredSize: 1,
      subnetIds: [{ $ref: 'subnet/private-us-east-1a', field: 'subnetId' }],
      instances: { types: ['m6i.large'], spot: null },
      targetGroupArns: [
        { $ref: 'target-group/internal', field: 'arn' },
        { $ref: 'target-group/public', field: 'arn' },
      ],
    });
    expect(group.needs).toEqual(expect.arrayContaining(['cluster-keys', 'bucket-object/state', 'listener/internal']));
  });

  test('has metadata version 2 one hop away, its own group and profile, and no public address', () =>
    expect(templateOf('seat-a')).toMatchObject({
      metadataHopLimit: 1,
      publicIp: false,
      securityGroupIds: [{ $ref: 'security-group/seats', field: 'groupId' }],
      instanceProfileArn: { $ref: 'instance-profile/seats', field: 'arn' },
      instanceTags: expect.objectContaining({ 'kubernetes.io/cluster/k8s': 'owned' }),
      volumes: [{ deviceName: '/dev/xvda', size: 40, encrypted: true }],
    }));

  test('has a public address in the public topology', () =>
    expect(templateOf('seat-a', { base: { network: { zones: ['us-east-1a'], topology: 'public' } } }).publicIp).toBe(
      true,
    ));

  test('knows its place, every member’s address and where the keys are', () =>
    expect(configOf('seat-b')).toMatchObject({
      role: 'seat',
      kubernetes: '1.36.2',
      api: '<load-balancer/internal.dnsName>',
      store: '<bucket/store.bucketName>',
      images: {
        repository: 'registry.k8s.io',
        pause: 'registry.k8s.io/pause:3.10.2',
        etcd: 'registry.k8s.io/etcd:3.6.8-0',
        coredns: 'v1.14.2',
      },
      network: {
        type: 'cilium',
        pods: '100.96.0.0/11',
        services: '100.64.0.0/13',
        dns: '100.64.0.10',
        sourceDestCheck: true,
      },
      seat: {
        name: 'b',
        volumeId: '<volume/etcd-b.volumeId>',
        interfaceId: '<network-interface/seat-b.networkInterfaceId>',
        members: [
          { name: 'a', address: '<network-interface/seat-a.privateIp>' },
          { name: 'b', address: '<network-interface/seat-b.privateIp>' },
          { name: 'd', address: '<network-interface/seat-d.privateIp>' },
        ],
        certificateNames: ['<load-balancer/internal.dnsName>'],
        auditPolicy: { kind: 'Policy', rules: [{ level: 'Metadata' }] },
      },
    }));

  test('logs what the spec says, or nothing', () => {
    const auditPolicy = { rules: [{ level: 'None' }] };
    expect(configOf('seat-a', { plane: { auditPolicy } }).seat?.auditPolicy).toEqual(auditPolicy);
    expect(configOf('seat-a', { plane: { auditPolicy: false } }).seat?.auditPolicy).toBeNull();
  });
});

describe('a worker', () => {
  test('reads nothing of seats, and knows the store for the certificate of the authority', () => {
    const config = configOf('w');
    expect(config).not.toHaveProperty('seat');
    expect(config.images).toEqual({ repository: 'registry.k8s.io', pause: 'registry.k8s.io/pause:3.10.2' });
    expect(config.files.map(({ name }) => name)).not.toEqual(expect.arrayContaining(['kubeadm']));
    expect(config.store).toBe('<bucket/store.bucketName>');
    expect(configOf('w', { plane: { storeBucket: 'our-stores' } }).store).toBe('our-stores');
  });

  test('has the labels, taints and limit of its group', () =>
    expect(
      configOf('w', {
        groups: [
          { name: 'w', labels: { a: 'b' }, taints: [{ key: 'k', value: 'v', effect: 'NoExecute' }], maxPods: 20 },
        ],
      }).kubelet,
    ).toMatchObject({ labels: { a: 'b' }, taints: [{ key: 'k', value: 'v', effect: 'NoExecute' }], maxPods: 20 }));

  test('of spot types is replaced before it goes, and found by the cluster autoscaler', () => {
    const { desired } = groupOf('w', {
      groups: [
        {
          name: 'w',
          instanceTypes: ['m5.large', 'm6i.large'],
          capacity: { type: 'spot', strategy: 'price-capacity-optimized' },
        },
      ],
    });
    expect(desired).toMatchObject({
      instances: { types: ['m5.large', 'm6i.large'], spot: { onDemandPercentageAboveBase: 0 } },
      capacityRebalance: true,
      tags: { 'k8s.io/cluster-autoscaler/enabled': 'true', 'kubernetes.io/cluster/k8s': 'owned' },
    });
    expect(desired).not.toHaveProperty('targetGroupArns');
  });

  test('of mixed types keeps some on demand', () => {
    const { desired } = groupOf('w', {
      groups: [
        {
          name: 'w',
          instanceTypes: ['m5.large', 'm6i.large'],
          capacity: { type: 'mixed', onDemandBase: 1, onDemandPercentage: 25, strategy: 'price-capacity-optimized' },
        },
      ],
    });
    expect(desired.instances).toMatchObject({
      types: ['m5.large', 'm6i.large'],
      spot: { onDemandBase: 1, onDemandPercentageAboveBase: 25 },
    });
  });

  test('has the image of its group, and the cluster’s tag on its instances, but on no group of its own', () => {
    const { desired } = resourceOf(selfManagedGraph(), 'launch-template', 'launch-template/w');
    expect(desired).toMatchObject({
      imageId: 'ami-worker',
      securityGroupIds: [{ $ref: 'security-group/workers', field: 'groupId' }],
    });
    expect(Object.keys(desired.instanceTags as object).filter((key) => key.startsWith('kubernetes.io/'))).toEqual([
      'kubernetes.io/cluster/k8s',
    ]);
  });

  test('with addresses of the VPC has as many pods as its smallest type has addresses for', () => {
    const network = { podNetwork: { type: 'vpc-cni', encapsulation: 'none' } } as const;
    const limitOf = (...instanceTypes: string[]) =>
      configOf('w', { network, groups: [{ name: 'w', instanceTypes }] }).kubelet.maxPods;
    expect(limitOf('m6i.large')).toBe(29);
    expect(limitOf('m6i.large', 't3.small')).toBe(11);
    expect(configOf('w').kubelet.maxPods).toBe(110);
  });
});

describe('images', () => {
  const facts = {
    images: {
      [parameter('x86_64')]: 'ami-x',
      [parameter('arm64')]: 'ami-a',
      [ubuntu('amd64')]: 'ami-u',
      [ubuntu('arm64')]: 'ami-ua',
    },
  };
  test.each([
    ['al2023', 'x86_64', 'ami-x', '/dev/xvda'],
    ['al2023', 'arm64', 'ami-a', '/dev/xvda'],
    ['ubuntu', 'x86_64', 'ami-u', '/dev/sda1'],
    ['ubuntu', 'arm64', 'ami-ua', '/dev/sda1'],
  ] as const)('%s for %s is the newest of its publisher', (family, architecture, imageId, deviceName) => {
    const of = { plane: { image: { family }, architecture } };
    expect(templateOf('seat-a', of, facts)).toMatchObject({ imageId, volumes: [{ deviceName }] });
    expect(factsNeeded(selfManagedOf(of)).imageParameters).toContain(
      family === 'al2023' ? parameter(architecture) : ubuntu(architecture === 'arm64' ? 'arm64' : 'amd64'),
    );
  });

  test('one that is not there is said once for seats', () => {
    expect(selfManagedCodes({ plane: newestImages, groups: [] }, { images: {} })).toEqual(['graph.image-unknown']);
  });
});

describe('user data', () => {
  test('of the largest control plane fits into what EC2 takes, with room to spare', () => {
    const zones = ['a', 'b', 'd', 'a', 'b'].map((letter) => `us-east-1${letter}`);
    const of = { plane: { seats: { zones, subnets: [] } } };
    for (const what of ['seat-a', 'seat-a2', 'w'])
      expect(userDataBytes(templateOf(what, of).userData as string | Join)).toBeLessThan(15_000);
  });

  test('that does not fit is said with its bytes', () => {
    const host = {
      files: [{ path: '/etc/long', content: 'x'.repeat(9000), mode: '0644' }],
      packages: [],
      commands: [],
      sysctls: {},
    };
    expect(selfManagedCodes({ groups: [{ name: 'w', host }] })).toEqual(['graph.user-data-too-long']);
    expect(selfManagedCodes({ plane: { host } })).toContain('graph.user-data-too-long');
  });

  test('is the same for the same spec, and differs between seats only in its data', () => {
    const scriptOf = (what: string) => JSON.stringify(templateOf(what).userData).split('vnd.quilla.boot+json')[0];
    expect(templateOf('seat-a').userData).toEqual(templateOf('seat-a').userData);
    expect(scriptOf('seat-a')).toBe(scriptOf('seat-b'));
  });

  test.each(['seat-a', 'w'])('of %s refers to no key and to nothing that keys tell', (what) => {
    const text = JSON.stringify(templateOf(what).userData);
    expect(text).toContain('bucket/store');
    expect(text).not.toMatch(/cluster-keys|"ca"|CERTIFICATE/);
    expect(text).not.toMatch(/\.key|PRIVATE KEY|secrets\.key|token/);
  });
});

describe('a bastion', () => {
  const access = { bastion: { instanceType: 't4g.micro', from: ['203.0.113.0/24'] } };
  const facts = { images: { [parameter('arm64')]: 'ami-a' } };
  const graph = selfManagedGraph({ access }, facts);

  test('is a plain machine with a public address, and no node', () => {
    expect(resourceOf(graph, 'launch-template', 'launch-template/bastion').desired).toMatchObject({
      imageId: 'ami-a',
      userData: null,
      publicIp: true,
      metadataHopLimit: 1,
      securityGroupIds: [{ $ref: 'security-group/bastion', field: 'groupId' }],
    });
    const { tags, subnetIds } = resourceOf(graph, 'auto-scaling-group', 'auto-scaling-group/bastion').desired;
    expect(subnetIds).toEqual([{ $ref: 'subnet/public-us-east-1a', field: 'subnetId' }]);
    expect(Object.keys(tags).filter((key) => key.startsWith('kubernetes.io/'))).toEqual([]);
  });
});
