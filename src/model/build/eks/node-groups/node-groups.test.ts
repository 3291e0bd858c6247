import { describe, expect, test } from 'vitest';
import { clusterOf, codesOf, factsFor, graphOf, idsOf, resourceOf, type SpecOf } from '../../../../testing/clusters.ts';
import { buildGraph } from '../../index.ts';

type Group = NonNullable<SpecOf['nodeGroups']>[number];
const withGroup = (group: Partial<Group>, spec: SpecOf = {}) =>
  graphOf({ ...spec, nodeGroups: [{ name: 'w', ...group }] });
const templateOf = (group: Partial<Group>, spec: SpecOf = {}) =>
  resourceOf(withGroup(group, spec), 'launch-template', 'launch-template/w').desired;
const textOf = (value: unknown): string => JSON.stringify(value);

describe('a managed group', () => {
  test('leaves image, profile and joining to EKS', () => {
    const template = templateOf({});
    expect(template).toMatchObject({
      imageId: null,
      instanceType: null,
      instanceProfileArn: null,
      userData: null,
      publicIp: null,
    });
    expect(resourceOf(withGroup({}), 'node-group', 'node-group/w').desired).toMatchObject({
      amiType: 'AL2023_x86_64_STANDARD',
      version: '1.36',
    });
  });

  test('says how to join with an image of one’s own, and no version', () => {
    const graph = withGroup({ image: { ami: 'ami-1' } });
    const { desired } = resourceOf(graph, 'node-group', 'node-group/w');
    expect(desired.amiType).toBe('CUSTOM');
    expect(desired).not.toHaveProperty('version');
    expect(textOf(resourceOf(graph, 'launch-template', 'launch-template/w').desired.userData)).toContain(
      'apiServerEndpoint',
    );
  });

  test.each<[Partial<Group>, string]>([
    [{ instanceTypes: ['m7g.large'] }, 'AL2023_ARM_64_STANDARD'],
    [{ instanceTypes: ['g5.xlarge'] }, 'AL2023_x86_64_NVIDIA'],
    [{ instanceTypes: ['inf2.xlarge'] }, 'AL2023_x86_64_NEURON'],
    [{ image: { family: 'bottlerocket' } }, 'BOTTLEROCKET_x86_64'],
    [{ image: { family: 'bottlerocket' }, instanceTypes: ['m7g.large'] }, 'BOTTLEROCKET_ARM_64'],
    [{ image: { family: 'bottlerocket' }, instanceTypes: ['g5.xlarge'] }, 'BOTTLEROCKET_x86_64_NVIDIA'],
  ])('%j has images of type %s', (group, amiType) => {
    expect(resourceOf(withGroup(group), 'node-group', 'node-group/w').desired.amiType).toBe(amiType);
  });

  test('gets labels and taints from EKS, not from user data', () => {
    const graph = withGroup({ labels: { a: 'b' }, taints: [{ key: 'k', effect: 'NoSchedule' }] });
    expect(resourceOf(graph, 'node-group', 'node-group/w').desired).toMatchObject({
      labels: { a: 'b' },
      taints: [{ key: 'k', value: '', effect: 'NoSchedule' }],
    });
    expect(resourceOf(graph, 'launch-template', 'launch-template/w').desired.userData).toBeNull();
  });

  test('gets a new name when something changes that is set at creation, and only then', () => {
    const nameOf = (group: Partial<Group>) => resourceOf(withGroup(group), 'node-group', 'node-group/w').desired.name;
    expect(nameOf({})).toMatch(/^w-[0-9a-f]{6}$/);
    expect(nameOf({ size: 7, labels: { a: 'b' }, rootVolume: { size: 50 } })).toBe(nameOf({}));
    expect(nameOf({ instanceTypes: ['m5.large'] })).not.toBe(nameOf({}));
    expect(nameOf({ zones: ['us-east-1b', 'us-east-1a'] })).toBe(nameOf({ zones: ['us-east-1a', 'us-east-1b'] }));
  });

  test('shares a role with others unless it has policies of its own', () => {
    const policy = 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore';
    const graph = graphOf({ nodeGroups: [{ name: 'a' }, { name: 'b' }, { name: 'c', policies: [policy] }] });
    expect(idsOf(graph, 'role').filter((id) => id.includes('node'))).toEqual(['role/nodes', 'role/node-c']);
    expect(resourceOf(graph, 'role', 'role/node-c').desired.policyArns).toContain(policy);
    expect(resourceOf(graph, 'role', 'role/node-c').from).toBe('spec.nodeGroups[2].policies');
  });
});

describe('a key of root volumes', () => {
  test('is said once, with what its policy must allow', () => {
    const kmsKey = 'arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555';
    const rootVolume = { kmsKey };
    const cluster = clusterOf({ nodeGroups: [{ name: 'a', rootVolume }, { name: 'b', rootVolume }, { name: 'c' }] });
    const built = buildGraph(cluster, factsFor(cluster));
    expect(built.ok).toBe(true);
    const notes = built.diagnostics.filter(({ code }) => code === 'graph.volume-key');
    expect(notes.map(({ at }) => at?.path)).toEqual(['spec.nodeGroups[0].rootVolume.kmsKey']);
    expect(notes[0]).toMatchObject({
      severity: 'warning',
      detail: expect.stringContaining(kmsKey),
      fix: expect.stringContaining(
        'arn:aws:iam::123456789012:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling',
      ),
    });
    expect(notes[0]?.fix).toContain('kms:CreateGrant');
  });
});

describe('an auto scaling group', () => {
  const asg = { manager: 'asg' } as const;

  test('has role, profile and access entry of its own, and the entry before the nodes', () => {
    const graph = withGroup(asg);
    expect(resourceOf(graph, 'access-entry', 'access-entry/node-w').desired).toMatchObject({
      entryType: 'EC2_LINUX',
      principalArn: { $ref: 'role/node-w', field: 'arn' },
      groups: [],
      policies: [],
    });
    expect(resourceOf(graph, 'instance-profile', 'instance-profile/w').desired.roleName).toEqual({
      $ref: 'role/node-w',
      field: 'roleName',
    });
    expect(resourceOf(graph, 'auto-scaling-group', 'auto-scaling-group/w').needs).toContain('access-entry/node-w');
  });

  test('makes one access entry for a role that two groups share, which a managed group awaits too', () => {
    const role = 'own';
    const graph = graphOf({
      nodeGroups: [
        { name: 'a', ...asg, role },
        { name: 'b', ...asg, role },
        { name: 'c', role },
      ],
    });
    expect(idsOf(graph, 'access-entry')).toEqual(['access-entry/creator', 'access-entry/node-a']);
    expect(resourceOf(graph, 'auto-scaling-group', 'auto-scaling-group/b').needs).toContain('access-entry/node-a');
    expect(resourceOf(graph, 'node-group', 'node-group/c').needs).toContain('access-entry/node-a');
    expect(resourceOf(graph, 'instance-profile', 'instance-profile/b').desired.roleName).toBe('own');
  });

  test('stands in the cluster security group, with metadata version 2 one hop away and an encrypted volume', () => {
    expect(templateOf({ ...asg, rootVolume: { size: 100, type: 'gp2' }, keyName: 'all' })).toMatchObject({
      securityGroupIds: [{ $ref: 'cluster', field: 'clusterSecurityGroupId' }],
      metadataHopLimit: 1,
      keyName: 'all',
      publicIp: false,
      volumes: [{ deviceName: '/dev/xvda', size: 100, volumeType: 'gp2', encrypted: true }],
    });
  });

  test('keeps Bottlerocket’s images and pods on the second volume', () => {
    const { volumes } = templateOf({ ...asg, image: { family: 'bottlerocket' }, rootVolume: { size: 200 } });
    expect(volumes).toMatchObject([
      { deviceName: '/dev/xvda', encrypted: true },
      { deviceName: '/dev/xvdb', size: 200 },
    ]);
  });

  test('gives labels and taints to the kubelet', () => {
    const text = textOf(
      templateOf({ ...asg, labels: { a: 'b' }, taints: [{ key: 'k', value: 'v', effect: 'NoExecute' }] }).userData,
    );
    expect(text).toContain('--node-labels=a=b');
    expect(text).toContain('--register-with-taints=k=v:NoExecute');
  });

  test('mixes on demand and spot as it is told', () => {
    const mixOf = (capacity: NonNullable<Group['capacity']>) =>
      resourceOf(
        withGroup({ ...asg, capacity, instanceTypes: ['m5.large', 'm6i.large'] }),
        'auto-scaling-group',
        'auto-scaling-group/w',
      ).desired;
    expect(mixOf('on-demand')).toMatchObject({
      instances: { types: ['m5.large', 'm6i.large'], spot: null },
      capacityRebalance: false,
    });
    expect(mixOf('spot')).toMatchObject({
      instances: {
        spot: { onDemandBase: 0, onDemandPercentageAboveBase: 0, allocationStrategy: 'price-capacity-optimized' },
      },
      capacityRebalance: true,
    });
    expect(mixOf({ mixed: { onDemandBase: 2, onDemandPercentage: 25 } }).instances).toMatchObject({
      spot: { onDemandBase: 2, onDemandPercentageAboveBase: 25 },
    });
  });

  test('takes its image from the facts, and says which parameter is missing', () => {
    const images = {
      '/aws/service/eks/optimized-ami/1.36/amazon-linux-2023/x86_64/standard/recommended/image_id': 'ami-7',
    };
    const graph = graphOf({ nodeGroups: [{ name: 'w', ...asg }] }, { images });
    expect(resourceOf(graph, 'launch-template', 'launch-template/w').desired.imageId).toBe('ami-7');
    expect(codesOf({ nodeGroups: [{ name: 'w', ...asg }] }, { images: {} })).toEqual(['graph.image-unknown']);
  });

  test('says which profile has no role that is known', () => {
    const nodeGroups = [{ name: 'w', ...asg, instanceProfile: 'p' }];
    expect(codesOf({ nodeGroups }, { profileRoles: {} })).toEqual(['graph.profile-role-unknown']);
  });

  test('gives its instances public addresses in public subnets', () => {
    expect(templateOf(asg, { network: { topology: 'public' } }).publicIp).toBe(true);
  });

  // m6i.large: 3 interfaces of 10 addresses. https://github.com/awslabs/amazon-eks-ami (max-pods-calculator.sh)
  test.each<[NonNullable<SpecOf['network']>, Partial<Group>, string | undefined]>([
    [{}, {}, undefined],
    [{}, { maxPods: 20 }, '20'],
    [{ prefixDelegation: true }, {}, '110'],
    [{ podSubnets: { cidr: '100.64.0.0/16' } }, {}, '20'],
    [{ podSubnets: { cidr: '100.64.0.0/16' } }, { maxPods: 15 }, '15'],
    [{ prefixDelegation: true }, { nodeConfig: { kubelet: { config: { maxPods: 50 } } } }, '50'],
  ])('with network %j and %j holds so many pods: %s', (network, group, pods) => {
    const text = textOf(templateOf({ ...asg, ...group }, { network }).userData);
    expect([...text.matchAll(/maxPods: (\d+)/g)].map((match) => match[1])).toEqual(pods === undefined ? [] : [pods]);
  });
});

describe('user data', () => {
  test('runs scripts of the user’s in a shell', () => {
    const { userData } = templateOf({ userData: { before: 'echo 1', after: '#!/usr/bin/env python3\nprint(2)' } });
    expect(userData).toContain('\n\n#!/bin/bash\necho 1\n');
    expect(userData).toContain('\n\n#!/usr/bin/env python3\nprint(2)\n');
  });

  test('knows Bottlerocket’s DNS where the service range is known', () => {
    const group = { manager: 'asg', image: { family: 'bottlerocket' } } as const;
    expect(textOf(templateOf(group, { network: { serviceCidr: '172.20.0.0/16' } }).userData)).toContain('172.20.0.10');
    expect(textOf(templateOf(group).userData)).not.toContain('cluster-dns-ip');
  });

  test('is refused where EC2 would refuse it', () => {
    expect(codesOf({ nodeGroups: [{ name: 'w', userData: { before: 'x'.repeat(16_000) } }] })).toEqual([]);
    expect(codesOf({ nodeGroups: [{ name: 'w', userData: { before: 'x'.repeat(17_000) } }] })).toEqual([
      'graph.user-data-too-long',
    ]);
    const joining = { name: 'w', manager: 'asg' as const, userData: { before: 'x'.repeat(14_000) } };
    expect(codesOf({ nodeGroups: [joining] })).toEqual(['graph.user-data-too-long']);
  });
});

describe('SSH', () => {
  test('opens port 22 of nodes to the list, in a group without Kubernetes’ tag', () => {
    const graph = withGroup(
      {},
      { access: { ssh: { publicKey: 'ssh-ed25519 AAAA x', from: ['10.0.0.0/8', 'fd00::/8'] } } },
    );
    expect(idsOf(graph, 'security-group-rule')).toEqual([
      'security-group-rule/nodes/ssh-10.0.0.0/8',
      'security-group-rule/nodes/ssh-fd00::/8',
    ]);
    expect(resourceOf(graph, 'security-group-rule', 'security-group-rule/nodes/ssh-fd00::/8').desired.peer).toEqual({
      cidrIpv6: 'fd00::/8',
    });
    expect(resourceOf(graph, 'security-group', 'security-group/nodes').desired.tags).not.toHaveProperty(
      'kubernetes.io/cluster/k8s',
    );
    const template = resourceOf(graph, 'launch-template', 'launch-template/w').desired;
    expect(template.keyName).toEqual({ $ref: 'key-pair/ssh', field: 'keyName' });
    expect(template.securityGroupIds).toContainEqual({ $ref: 'security-group/nodes', field: 'groupId' });
  });

  test('has no group and no key unless asked for', () => {
    const graph = withGroup({});
    expect([...idsOf(graph, 'security-group'), ...idsOf(graph, 'key-pair')]).toEqual([]);
    expect(templateOf({}).keyName).toBeNull();
  });
});
