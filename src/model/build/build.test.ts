import { describe, expect, test } from 'vitest';
import { codesOf, graphOf, idsOf, resourceOf } from '../../testing/clusters.ts';

const parsed = (text: unknown): unknown => JSON.parse(text as string);
const user = (name: string): string => `arn:aws:iam::123456789012:user/${name}`;
const managed = (name: string): string => `arn:aws:iam::aws:policy/${name}`;

describe('tags', () => {
  test('the spec’s stand on everything, ours win', () => {
    const graph = graphOf({
      tags: { team: 'a', 'quilla.dev/cluster': 'other' },
      nodeGroups: [{ name: 'w', manager: 'asg' }],
    });
    const tagged = graph.resources.filter(({ desired }) => 'tags' in desired);
    expect(tagged.length).toBeGreaterThan(20);
    for (const { id, desired } of tagged) {
      expect((desired as { tags: unknown }).tags).toMatchObject({
        team: 'a',
        'quilla.dev/cluster': 'k8s',
        'quilla.dev/id': id,
      });
    }
  });

  test('a group’s own tags reach its instances', () => {
    const graph = graphOf({ nodeGroups: [{ name: 'w', manager: 'asg', tags: { cost: '7' } }] });
    expect(resourceOf(graph, 'launch-template', 'launch-template/w').desired.instanceTags).toMatchObject({
      cost: '7',
      'quilla.dev/cluster': 'k8s',
      'kubernetes.io/cluster/k8s': 'owned',
    });
  });
});

describe('the control plane', () => {
  test('has its log group first, so that EKS does not make one that keeps everything for ever', () => {
    const graph = graphOf({ controlPlane: { eks: { logging: { types: ['audit'], retentionDays: 30 } } } });
    expect(resourceOf(graph, 'log-group', 'log-group/control-plane').desired).toMatchObject({
      name: '/aws/eks/k8s/cluster',
      retentionDays: 30,
    });
    expect(resourceOf(graph, 'cluster', 'cluster').needs).toEqual(['log-group/control-plane']);
  });

  test('lets its role use the key of its secrets, and the account keep it without using it', () => {
    const { keyPolicy } = resourceOf(graphOf(), 'kms-key', 'kms-key/secrets').desired;
    const text = JSON.stringify(keyPolicy);
    expect(text).not.toContain('kms:*');
    const [account] = text.split('UsedByTheCluster');
    expect(account).not.toContain('kms:Decrypt');
    expect(keyPolicy).toMatchObject({ $join: expect.arrayContaining([{ $ref: 'role/cluster', field: 'arn' }]) });
  });

  test('uses a given key by a policy of its role, since the key is not ours', () => {
    const keyArn = 'arn:aws:kms:us-east-1:123456789012:key/1';
    const graph = graphOf({ controlPlane: { eks: { secretsEncryption: { keyArn } } } });
    expect(idsOf(graph, 'kms-key')).toEqual([]);
    expect(resourceOf(graph, 'cluster', 'cluster').desired.encryptionKeyArn).toBe(keyArn);
    expect(resourceOf(graph, 'role', 'role/cluster').desired.policyArns).toContainEqual({
      $ref: 'policy/cluster-encryption',
      field: 'arn',
    });
  });

  test('has the resource controller’s policy only for security groups per pod', () => {
    const policies = (on: boolean) =>
      resourceOf(graphOf({ network: { securityGroupsPerPod: on } }), 'role', 'role/cluster').desired.policyArns;
    expect(policies(false)).toEqual([managed('AmazonEKSClusterPolicy')]);
    expect(policies(true)).toEqual([managed('AmazonEKSClusterPolicy'), managed('AmazonEKSVPCResourceController')]);
  });

  test('answers the addresses of our NAT gateways where the list says nat', () => {
    const api = { public: true, private: false, from: ['203.0.113.0/24', 'nat'] };
    const graph = graphOf({ network: { zones: ['us-east-1a', 'us-east-1b'], nat: 'single' }, access: { api } });
    expect(resourceOf(graph, 'cluster', 'cluster').desired).toMatchObject({
      endpointPrivate: false,
      publicAccessCidrs: [
        '203.0.113.0/24',
        { $join: [{ $ref: 'elastic-ip/nat-us-east-1a', field: 'publicIp' }, '/32'] },
      ],
    });
  });
});

describe('access entries', () => {
  test('are named shortly, and more fully where two share a name', () => {
    const arns = [user('alice'), 'arn:aws:iam::123456789012:role/alice', user('team/bob'), user('creator')];
    const graph = graphOf({ access: { principals: arns.map((arn) => ({ arn })), creatorAdmin: false } });
    expect(idsOf(graph, 'access-entry')).toEqual([
      'access-entry/user-alice',
      'access-entry/role-alice',
      'access-entry/bob',
      'access-entry/user-creator',
    ]);
  });

  test('never share an id, whatever the names', () => {
    const arns = [user('a'), 'arn:aws:iam::123456789012:role/a', 'arn:aws:iam::123456789012:role/x/a', user('user-a')];
    const graph = graphOf({ access: { principals: arns.map((arn) => ({ arn })), creatorAdmin: false } });
    const ids = idsOf(graph, 'access-entry');
    expect(new Set(ids).size).toBe(4);
    expect(ids).toContain('access-entry/user-a');
  });

  test('hold the admin policy for system:masters, and no group that EKS refuses', () => {
    const graph = graphOf({
      access: { principals: [{ arn: user('u'), groups: ['system:masters', 'ops'], username: 'u' }] },
    });
    expect(resourceOf(graph, 'access-entry', 'access-entry/u').desired).toMatchObject({
      username: 'u',
      groups: ['ops'],
      policies: [{ policyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy', namespaces: [] }],
    });
    expect(resourceOf(graph, 'access-entry', 'access-entry/u').desired.groups).not.toContain('system:masters');
  });

  test('hold the creator, visibly, and mark the cluster with him', () => {
    const graph = graphOf();
    expect(resourceOf(graph, 'access-entry', 'access-entry/creator').desired.principalArn).toBe(user('admin'));
    expect(resourceOf(graph, 'cluster', 'cluster').desired.tags).toHaveProperty('quilla.dev/creator', user('admin'));
  });

  test('leave the creator out where the spec names him', () => {
    const graph = graphOf({ access: { creatorAdmin: true, principals: [{ arn: user('admin'), groups: ['ops'] }] } });
    expect(idsOf(graph, 'access-entry')).toEqual(['access-entry/admin']);
    expect(resourceOf(graph, 'cluster', 'cluster').desired.tags).not.toHaveProperty('quilla.dev/creator');
  });

  test('cannot hold a root user, and say so', () => {
    expect(codesOf({}, { creatorArn: null })).toEqual(['graph.creator-unknown']);
  });
});

describe('add-ons', () => {
  test('give the VPC CNI its role by pod identity for its service account alone, and none to nodes', () => {
    const graph = graphOf({ nodeGroups: [{ name: 'w' }] });
    const role = resourceOf(graph, 'role', 'role/addon-vpc-cni').desired;
    expect(role.policyArns).toEqual([managed('AmazonEKS_CNI_Policy')]);
    expect(parsed(role.trustPolicy)).toMatchObject({
      Statement: [
        {
          Principal: { Service: 'pods.eks.amazonaws.com' },
          Action: ['sts:AssumeRole', 'sts:TagSession'],
          Condition: { StringEquals: { 'aws:RequestTag/kubernetes-service-account': 'aws-node' } },
        },
      ],
    });
    expect(resourceOf(graph, 'role', 'role/nodes').desired.policyArns).toEqual([
      managed('AmazonEKSWorkerNodePolicy'),
      managed('AmazonEC2ContainerRegistryPullOnly'),
    ]);
  });

  test('lend the nodes’ role to a VPC CNI without pod identity', () => {
    const graph = graphOf({ nodeGroups: [{ name: 'w' }], addons: [{ name: 'vpc-cni', podIdentity: false }] });
    expect(resourceOf(graph, 'role', 'role/nodes').desired.policyArns).toContain(managed('AmazonEKS_CNI_Policy'));
  });

  test('give the VPC CNI a policy of its own with IPv6', () => {
    const graph = graphOf({ network: { ipFamily: 'dual-stack' } });
    expect(resourceOf(graph, 'role', 'role/addon-vpc-cni').desired.policyArns).toEqual([
      { $ref: 'policy/vpc-cni-ipv6', field: 'arn' },
    ]);
    expect(resourceOf(graph, 'policy', 'policy/vpc-cni-ipv6').desired.document).toContain('ec2:AssignIpv6Addresses');
  });

  test('configure custom networking, prefixes, policies and security groups per pod', () => {
    const network = {
      zones: ['us-east-1a', 'us-east-1b'],
      podSubnets: { cidr: '100.64.0.0/16' },
      prefixDelegation: true,
      securityGroupsPerPod: true,
    };
    const { values } = resourceOf(graphOf({ network }), 'addon', 'addon/vpc-cni').desired;
    const text = (values as { $join: readonly (string | { $ref: string })[] }).$join
      .map((part) => (typeof part === 'string' ? part : part.$ref))
      .join('');
    expect(parsed(text)).toEqual({
      env: {
        ENABLE_PREFIX_DELEGATION: 'true',
        WARM_PREFIX_TARGET: '1',
        AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG: 'true',
        ENI_CONFIG_LABEL_DEF: 'topology.kubernetes.io/zone',
        ENABLE_POD_ENI: 'true',
        POD_SECURITY_GROUP_ENFORCING_MODE: 'standard',
      },
      eniConfig: {
        create: true,
        region: 'us-east-1',
        subnets: {
          'us-east-1a': { id: 'subnet/pods-us-east-1a', securityGroups: ['cluster'] },
          'us-east-1b': { id: 'subnet/pods-us-east-1b', securityGroups: ['cluster'] },
        },
      },
      enableNetworkPolicy: 'true',
      init: { env: { DISABLE_TCP_EARLY_DEMUX: 'true' } },
    });
  });

  test('let the user’s values win', () => {
    const values = { env: { WARM_PREFIX_TARGET: '3', WARM_IP_TARGET: '5' } };
    const graph = graphOf({
      network: { prefixDelegation: true, networkPolicy: false },
      addons: [{ name: 'vpc-cni', values }],
    });
    expect(parsed(resourceOf(graph, 'addon', 'addon/vpc-cni').desired.values)).toEqual({
      env: { ENABLE_PREFIX_DELEGATION: 'true', WARM_PREFIX_TARGET: '3', WARM_IP_TARGET: '5' },
    });
  });

  test('run CoreDNS on Fargate where nothing else takes it', () => {
    const fargateProfiles = [{ name: 'system', selectors: [{ namespace: 'kube-system' }] }];
    const values = (nodeGroups: { name: string }[]) =>
      resourceOf(graphOf({ fargateProfiles, nodeGroups }), 'addon', 'addon/coredns').desired.values;
    expect(parsed(values([]))).toEqual({ computeType: 'Fargate' });
    expect(values([{ name: 'w' }])).toBeNull();
  });

  test('come before or after the nodes as they must', () => {
    const graph = graphOf({ nodeGroups: [{ name: 'm' }, { name: 's', manager: 'asg' }] });
    const before = ['addon/vpc-cni', 'addon/kube-proxy', 'addon/eks-pod-identity-agent'];
    expect(resourceOf(graph, 'node-group', 'node-group/m').needs).toEqual(expect.arrayContaining(before));
    for (const id of before) expect(resourceOf(graph, 'addon', id).needs).toEqual([]);
    for (const id of ['addon/coredns', 'addon/aws-ebs-csi-driver']) {
      expect(resourceOf(graph, 'addon', id).needs).toEqual(['node-group/m', 'auto-scaling-group/s']);
    }
  });
});

describe('Fargate', () => {
  const fargateProfiles = ['a', 'b', 'c'].map((name) => ({ name, selectors: [{ namespace: name }] }));

  test('makes one profile after another, with one role that trusts this cluster’s profiles', () => {
    const graph = graphOf({ fargateProfiles });
    expect(resourceOf(graph, 'fargate-profile', 'fargate-profile/b').needs).toContain('fargate-profile/a');
    expect(resourceOf(graph, 'fargate-profile', 'fargate-profile/c').needs).toContain('fargate-profile/b');
    const { policyArns, trustPolicy } = resourceOf(graph, 'role', 'role/fargate').desired;
    expect(policyArns).toEqual([managed('AmazonEKSFargatePodExecutionRolePolicy')]);
    expect(trustPolicy).toContain('arn:aws:eks:us-east-1:123456789012:fargateprofile/k8s/*');
  });

  test('gets a new name with new selectors, so that the new profile can stand beside the old', () => {
    const nameOf = (namespace: string) =>
      resourceOf(
        graphOf({ fargateProfiles: [{ name: 'a', selectors: [{ namespace }] }] }),
        'fargate-profile',
        'fargate-profile/a',
      ).desired.name;
    expect(nameOf('x')).toMatch(/^a-[0-9a-f]{6}$/);
    expect(nameOf('x')).not.toBe(nameOf('y'));
  });
});

describe('IAM', () => {
  test('bounds every role that is made', () => {
    const boundary = 'arn:aws:iam::123456789012:policy/boundary';
    const graph = graphOf({
      permissionsBoundary: boundary,
      nodeGroups: [{ name: 'm' }, { name: 's', manager: 'asg' }],
      fargateProfiles: [{ name: 'f', selectors: [{ namespace: 'f' }] }],
      podIdentities: [{ namespace: 'n', serviceAccount: 'a', policies: [managed('ReadOnlyAccess')] }],
    });
    const roles = idsOf(graph, 'role');
    expect(roles).toEqual([
      'role/cluster',
      'role/addon-vpc-cni',
      'role/nodes',
      'role/node-s',
      'role/fargate',
      'role/addon-aws-ebs-csi-driver',
      'role/pod-n.a',
    ]);
    for (const id of roles) expect(resourceOf(graph, 'role', id).desired.permissionsBoundary).toBe(boundary);
  });

  test('finds what is ours by a path that ends in the id', () => {
    const graph = graphOf({ nodeGroups: [{ name: 'workers', manager: 'asg' }] });
    expect(resourceOf(graph, 'instance-profile', 'instance-profile/workers').desired.path).toBe(
      '/quilla/us-east-1/k8s/workers/',
    );
    expect(resourceOf(graph, 'role', 'role/node-workers').desired.path).toBe('/quilla/us-east-1/k8s/node-workers/');
  });

  test('keeps long names unique within 64 characters', () => {
    const long = (end: string) => `${'x'.repeat(50)}${end}`;
    const graph = graphOf({ nodeGroups: ['a', 'b'].map((end) => ({ name: long(end), manager: 'asg' as const })) });
    const names = idsOf(graph, 'role').map((id) => resourceOf(graph, 'role', id).desired.name as string);
    expect(new Set(names).size).toBe(names.length);
    expect(Math.max(...names.map((name) => name.length))).toBeLessThanOrEqual(64);
  });

  test('makes nothing that is given', () => {
    const graph = graphOf({
      controlPlane: { eks: { role: 'own-control-plane', secretsEncryption: false } },
      nodeGroups: [
        { name: 'm', role: 'path/own-nodes' },
        { name: 's', manager: 'asg', instanceProfile: 'own-profile' },
      ],
      addons: [
        { name: 'vpc-cni', podIdentity: { roleArn: 'arn:aws:iam::123456789012:role/cni' } },
        { name: 'aws-ebs-csi-driver', enabled: false },
      ],
    });
    expect([...idsOf(graph, 'role'), ...idsOf(graph, 'instance-profile'), ...idsOf(graph, 'policy')]).toEqual([]);
    expect(resourceOf(graph, 'cluster', 'cluster').desired.roleArn).toBe(
      'arn:aws:iam::123456789012:role/own-control-plane',
    );
    expect(resourceOf(graph, 'node-group', 'node-group/m').desired.nodeRoleArn).toBe(
      'arn:aws:iam::123456789012:role/path/own-nodes',
    );
    expect(resourceOf(graph, 'launch-template', 'launch-template/s').desired.instanceProfileArn).toBe(
      'arn:aws:iam::123456789012:instance-profile/own-profile',
    );
    expect(resourceOf(graph, 'access-entry', 'access-entry/node-s').desired.principalArn).toBe(
      'arn:aws:iam::123456789012:role/of-own-profile',
    );
  });
});
