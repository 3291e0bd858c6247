import { describe, expect, test } from 'vitest';
import { type LoadedCluster, loadCluster } from './load.ts';

const today = new Date('2026-11-01T00:00:00Z');

function loaded(spec: string): LoadedCluster {
  const result = loadCluster(
    `apiVersion: quilla.dev/v1alpha1\nkind: Cluster\nmetadata: {name: demo}\nspec:\n  region: us-east-1\n  controlPlane: eks\n${spec}`,
    { today },
  );
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.value;
}

const specOf = (text: string) => loaded(text).cluster.spec;

describe('what is omitted is safe', () => {
  const { network, access, controlPlane, addons, kubernetesVersion } = specOf('');
  const [group] = specOf('  nodeGroups: [{name: a}]').nodeGroups;

  test('a private API, of which nothing is said to the world', () =>
    expect(access).toEqual({
      api: { public: false, private: true, from: [], fromNat: false },
      creatorAdmin: true,
      principals: [],
    }));

  test('secrets encrypted, logs kept, no surprise bill, no accidental end', () =>
    expect(controlPlane).toEqual({
      type: 'eks',
      logging: { types: ['api', 'audit', 'authenticator'], retentionDays: 90 },
      secretsEncryption: { type: 'own-key' },
      upgradePolicy: 'standard',
      deletionProtection: true,
      securityGroups: [],
    }));

  test('private nodes over three zones, network policy on', () =>
    expect(network).toEqual({
      vpc: {
        type: 'new',
        cidr: '10.0.0.0/16',
        furtherCidrs: [],
        zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
        nat: 'per-zone',
      },
      topology: 'private',
      ipFamily: 'ipv4',
      prefixDelegation: false,
      networkPolicy: true,
      securityGroupsPerPod: false,
      podNetwork: { type: 'vpc-cni', encapsulation: 'none' },
      endpoints: ['s3'],
    }));

  test('the newest version whose end is published: 1.37 had none on that day', () =>
    expect(kubernetesVersion).toBe('1.36'));

  test('encrypted volumes', () => expect(group?.rootVolume).toEqual({ sizeGiB: 80, type: 'gp3', encrypted: true }));

  test('the add-ons that a node needs come before it, and those that call AWS have a role of their own', () =>
    expect(
      addons.map(({ name, when, podIdentity }) => [name, when, podIdentity?.serviceAccount, podIdentity?.role]),
    ).toEqual([
      [
        'vpc-cni',
        'before-nodes',
        'aws-node',
        { type: 'made', policies: ['arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy'] },
      ],
      ['kube-proxy', 'before-nodes', undefined, undefined],
      ['eks-pod-identity-agent', 'before-nodes', undefined, undefined],
      ['coredns', 'after-nodes', undefined, undefined],
      [
        'aws-ebs-csi-driver',
        'after-nodes',
        'ebs-csi-controller-sa',
        { type: 'made', policies: ['arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy'] },
      ],
    ]));
});

describe('sizes', () => {
  test.each([
    ['', { min: 3, desired: 3, max: 3 }],
    ['size: 5', { min: 5, desired: 5, max: 5 }],
    ['size: 0', { min: 0, desired: 0, max: 1 }],
    ['size: {max: 2}', { min: 2, desired: 2, max: 2 }],
    ['size: {min: 1, max: 9}', { min: 1, desired: 1, max: 9 }],
    ['size: {desired: 4}', { min: 4, desired: 4, max: 4 }],
  ])('%s', (text, size) =>
    expect(specOf(`  nodeGroups:\n    - name: a\n      ${text}`).nodeGroups[0]?.size).toEqual(size),
  );
});

describe('what follows from other fields', () => {
  test('nodes without NAT get every endpoint that they need to join', () =>
    expect(specOf('  network: {nat: none}').network.endpoints).toEqual(
      expect.arrayContaining(['s3', 'ec2', 'ecr.api', 'ecr.dkr', 'sts', 'eks', 'eks-auth']),
    ));

  test('public nodes have no NAT', () =>
    expect(specOf('  network: {topology: public}').network.vpc).toMatchObject({ nat: 'none' }));

  test('dual-stack pods always take prefixes', () =>
    expect(specOf('  network: {ipFamily: dual-stack}').network.prefixDelegation).toBe(true));

  test('a principal of system:masters is an administrator beside the creator', () => {
    const { access } = specOf(
      '  access: {principals: [{arn: "arn:aws:iam::123456789012:user/a", groups: ["system:masters", dev]}]}',
    );
    expect(access.creatorAdmin).toBe(true);
    expect(access.principals[0]).toEqual({
      arn: 'arn:aws:iam::123456789012:user/a',
      groups: ['dev'],
      policies: [
        {
          name: 'AmazonEKSClusterAdminPolicy',
          arn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy',
          namespaces: [],
        },
      ],
    });
  });

  test('one who administers a namespace only is not enough', () => {
    const policy = '{policy: AmazonEKSClusterAdminPolicy, namespaces: [a]}';
    expect(
      specOf(`  access: {principals: [{arn: "arn:aws:iam::123456789012:user/a", policies: [${policy}]}]}`).access
        .creatorAdmin,
    ).toBe(true);
  });

  test('an add-on of the spec keeps its place among the default ones, and one can be left out', () => {
    const { addons } = specOf(
      '  addons: [{name: metrics-server}, {name: coredns, version: v1.12.1-eksbuild.2}, {name: aws-ebs-csi-driver, enabled: false}]',
    );
    expect(addons.map(({ name, version }) => [name, version])).toEqual([
      ['vpc-cni', undefined],
      ['kube-proxy', undefined],
      ['eks-pod-identity-agent', undefined],
      ['coredns', 'v1.12.1-eksbuild.2'],
      ['metrics-server', undefined],
    ]);
  });

  test('Graviton types make an arm64 group', () =>
    expect(specOf('  nodeGroups: [{name: a, instanceTypes: [m7g.large]}]').nodeGroups[0]?.architecture).toBe('arm64'));

  test('policies of China are of its partition', () => {
    const result = loadCluster(
      'apiVersion: quilla.dev/v1alpha1\nkind: Cluster\nmetadata: {name: demo}\nspec: {region: cn-north-1, controlPlane: eks}',
      { today },
    );
    expect(result.ok && result.value.cluster.spec.addons[0]?.podIdentity?.role).toEqual({
      type: 'made',
      policies: ['arn:aws-cn:iam::aws:policy/AmazonEKS_CNI_Policy'],
    });
  });

  test('groups of a given VPC live in the subnets of the topology', () => {
    const vpc =
      'vpc: {id: vpc-0000000a, subnets: {private: [subnet-00000001, subnet-00000002], public: [subnet-00000003]}}';
    expect(specOf(`  network: {${vpc}}\n  nodeGroups: [{name: a}]`).nodeGroups[0]).toMatchObject({
      zones: [],
      subnets: ['subnet-00000001', 'subnet-00000002'],
    });
    expect(specOf(`  network: {topology: public, ${vpc}}\n  nodeGroups: [{name: a}]`).nodeGroups[0]?.subnets).toEqual([
      'subnet-00000003',
    ]);
  });
});
