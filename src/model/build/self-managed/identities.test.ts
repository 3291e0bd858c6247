import { describe, expect, test } from 'vitest';
import { idsOf, resourceOf } from '../../../testing/clusters.ts';
import { type SelfManagedOf, selfManagedCodes, selfManagedGraph } from '../../../testing/self-managed-clusters.ts';
import type { ResourceGraph } from '../../graph.ts';
import { resolve } from '../../value.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** A policy's statements, with `<id.field>` where AWS tells a value. */
function statementsOf(graph: ResourceGraph, id: string): readonly Statement[] {
  const { document } = resourceOf(graph, 'policy', id).desired;
  const text = resolve(document, ({ $ref, field }) => `<${$ref}.${field}>`) as string;
  return (JSON.parse(text) as { Statement: Statement[] }).Statement;
}

const everything: SelfManagedOf = {
  plane: {
    etcd: {
      volume: { sizeGiB: 20, type: 'gp3', encrypted: true, kmsKey: 'arn:aws:kms:us-east-1:123456789012:key/k' },
      snapshots: { everyMinutes: 60, keepDays: 7 },
    },
  },
};
const resourcesOf = ({ Resource }: Statement): readonly string[] => [Resource].flat();
/** Actions that read and for which IAM knows no resource: https://docs.aws.amazon.com/service-authorization/latest/reference/ */
const looks = /^(ec2|elasticloadbalancing|autoscaling):Describe/;
/** Of the agent of Systems Manager. */
const agent = /^(ssm:UpdateInstanceInformation$|ssmmessages:|ec2messages:)/;

describe('policies of ours', () => {
  test('allow everything on every resource only where AWS takes no resource', () => {
    const graph = selfManagedGraph(everything);
    for (const id of idsOf(graph, 'policy')) {
      for (const statement of statementsOf(graph, id)) {
        expect(statement.Effect).toBe('Allow');
        if (!resourcesOf(statement).includes('*')) continue;
        expect(
          statement.Action.filter((action) => !looks.test(action) && !agent.test(action)),
          id,
        ).toEqual([]);
      }
    }
  });

  test('change only what carries the cluster’s tag, or is named', () => {
    const graph = selfManagedGraph(everything);
    for (const id of idsOf(graph, 'policy')) {
      const open = statementsOf(graph, id).filter(
        (statement) =>
          statement.Condition === undefined &&
          statement.Action.some((action) => !looks.test(action)) &&
          resourcesOf(statement).some((resource) => /[:/]\*$/.test(resource) && !resource.includes('<')),
      );
      expect(
        open.flatMap(({ Action }) => Action),
        id,
      ).toEqual([]);
    }
  });

  test('fit into what IAM takes, 6144 characters', () => {
    const zones = ['us-east-1a', 'us-east-1b', 'us-east-1c', 'us-east-1d', 'us-east-1e'];
    const graph = selfManagedGraph({
      ...everything,
      base: { network: { zones } },
      plane: { ...everything.plane!, seats: { zones, subnets: [] } },
    });
    const long = 'x'.repeat(60);
    for (const id of idsOf(graph, 'policy')) {
      const text = resolve(resourceOf(graph, 'policy', id).desired.document, () => long) as string;
      expect(text.replaceAll(/\s/g, '').length, id).toBeLessThan(6144);
    }
  });
});

describe('seats', () => {
  test('read keys, write their marks and snapshots, and nothing else of the store', () => {
    const s3 = statementsOf(selfManagedGraph(), 'policy/seats').filter(({ Action }) => Action[0]?.startsWith('s3:'));
    expect(s3).toEqual([
      {
        Effect: 'Allow',
        Action: ['s3:GetObject'],
        Resource: ['<bucket/store.arn>/cluster/*', '<bucket/store.arn>/seats/*'],
      },
      {
        Effect: 'Allow',
        Action: ['s3:PutObject'],
        Resource: ['<bucket/store.arn>/seats/*', '<bucket/store.arn>/backups/*'],
      },
      {
        Effect: 'Allow',
        Action: ['s3:ListBucket'],
        Resource: '<bucket/store.arn>',
        Condition: { StringLike: { 's3:prefix': ['cluster/*', 'seats/*'] } },
      },
    ]);
  });

  // Not by a tag: another tool may have made them, and Quilla tags them later.
  test('attach volumes and interfaces of seats alone, and to themselves alone', () => {
    const attaching = statementsOf(selfManagedGraph(), 'policy/seats').filter(({ Action }) =>
      Action.some((action) => action.startsWith('ec2:Attach')),
    );
    const arn = 'arn:aws:ec2:us-east-1:123456789012';
    expect(attaching).toEqual([
      {
        Effect: 'Allow',
        Action: ['ec2:AttachVolume'],
        Resource: ['a', 'b', 'd'].map((seat) => `${arn}:volume/<volume/etcd-${seat}.volumeId>`),
      },
      {
        Effect: 'Allow',
        Action: ['ec2:AttachNetworkInterface'],
        Resource: ['a', 'b', 'd'].map(
          (seat) => `${arn}:network-interface/<network-interface/seat-${seat}.networkInterfaceId>`,
        ),
      },
      {
        Effect: 'Allow',
        Action: ['ec2:AttachVolume', 'ec2:AttachNetworkInterface'],
        Resource: `${arn}:instance/*`,
        Condition: { ArnEquals: { 'ec2:SourceInstanceARN': `${arn}:instance/\${ec2:InstanceID}` } },
      },
    ]);
  });

  test('use the key of an etcd volume through EC2, and only where there is one', () => {
    const kms = (of: SelfManagedOf) =>
      statementsOf(selfManagedGraph(of), 'policy/seats').filter(({ Action }) => Action[0]?.startsWith('kms:'));
    expect(kms({})).toEqual([]);
    expect(kms(everything)).toHaveLength(2);
    for (const { Condition, Resource } of kms(everything)) {
      expect(Resource).toBe('arn:aws:kms:us-east-1:123456789012:key/k');
      expect(Condition).toMatchObject({ StringEquals: { 'kms:ViaService': 'ec2.us-east-1.amazonaws.com' } });
    }
  });
});

const arnsOf = (graph: ResourceGraph, id: string): readonly unknown[] =>
  resourceOf(graph, 'role', id).desired.policyArns as readonly unknown[];
const managed = (name: string): string => `arn:aws:iam::aws:policy/${name}`;

describe('roles of machines', () => {
  test('trust EC2 alone', () => {
    const bastion = { instanceType: 't3.micro', from: [] };
    const graph = selfManagedGraph({
      access: { bastion },
      groups: [{ name: 'w' }, { name: 'x', policies: [managed('A')] }],
    });
    for (const id of ['role/seats', 'role/workers', 'role/node-x', 'role/bastion']) {
      const trust = JSON.parse(resourceOf(graph, 'role', id).desired.trustPolicy as string) as { Statement: object[] };
      expect(trust.Statement).toEqual([
        { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ]);
    }
    const ofBastion = statementsOf(graph, 'policy/bastion').flatMap(({ Action }) => Action);
    expect(ofBastion.filter((action) => !agent.test(action))).toEqual([]);
  });

  test.each([
    ['its own', {}, '<bucket/store.arn>'],
    ['a given', { plane: { storeBucket: 'our-stores' } }, 'arn:aws:s3:::our-stores'],
  ] as const)('of workers read the authority and nothing else of %s store', (_, of, arn) => {
    const statements = statementsOf(selfManagedGraph(of), 'policy/workers');
    const actions = statements.flatMap(({ Action }) => Action);
    expect(actions.filter((action) => !action.startsWith('ec2:Describe') && !agent.test(action))).toEqual([
      's3:GetObject',
      'ec2:CreateTags',
    ]);
    expect(statements.filter(({ Action }) => Action.some((action) => action.startsWith('s3:')))).toEqual([
      { Effect: 'Allow', Action: ['s3:GetObject'], Resource: `${arn}/cluster/keys/ca.crt` },
    ]);
  });

  test.each([
    ['calico', 'cross-subnet', true],
    ['none', 'none', true],
    ['calico', 'vxlan', false],
    ['vpc-cni', 'none', false],
  ] as const)('with %s and %s may turn the check of their own instance off: %s', (type, encapsulation, expected) => {
    const graph = selfManagedGraph({ network: { podNetwork: { type, encapsulation } } });
    for (const id of ['policy/seats', 'policy/workers']) {
      const found = statementsOf(graph, id).filter(({ Action }) => Action.includes('ec2:ModifyInstanceAttribute'));
      expect(found).toHaveLength(expected ? 1 : 0);
      for (const { Condition } of found) {
        expect(Condition).toMatchObject({
          ArnEquals: { 'ec2:SourceInstanceARN': expect.stringMatching(/instance\/\$\{ec2:InstanceID\}$/) },
          StringEquals: { 'ec2:Attribute': 'SourceDestCheck' },
        });
      }
    }
  });

  test('of groups are shared unless a group has policies, a role or a profile of its own', () => {
    const graph = selfManagedGraph({
      groups: [
        { name: 'a' },
        { name: 'b' },
        { name: 'c', policies: [managed('A')] },
        { name: 'd', role: 'path/mine' },
        { name: 'e', instanceProfile: 'profile' },
      ],
    });
    expect(idsOf(graph, 'role').filter((id) => /workers|node-[a-e]$/.test(id))).toEqual([
      'role/workers',
      'role/node-c',
    ]);
    expect(idsOf(graph, 'instance-profile')).toEqual(
      ['a', 'b', 'c', 'd', 'seats'].map((what) => `instance-profile/${what}`),
    );
    expect(resourceOf(graph, 'instance-profile', 'instance-profile/d').desired.roleName).toBe('mine');
    expect(arnsOf(graph, 'role/node-c')).toContain(managed('A'));
  });

  test('of a profile without a role are refused', () => {
    const groups = [{ name: 'e', instanceProfile: 'profile' }];
    expect(selfManagedCodes({ groups }, { profileRoles: {} })).toEqual(['graph.profile-role-unknown']);
  });

  test('lend themselves to the VPC CNI only where it is the pod network', () => {
    const cni = managed('AmazonEKS_CNI_Policy');
    const other = selfManagedGraph({ network: { podNetwork: { type: 'vpc-cni', encapsulation: 'none' } } });
    for (const id of ['role/seats', 'role/workers']) {
      expect(arnsOf(selfManagedGraph(), id)).not.toContain(cni);
      expect(arnsOf(other, id)).toContain(cni);
    }
  });
});

describe('roles of pods', () => {
  test.each([
    ['role/ebs-csi', 'kube-system:ebs-csi-controller-sa'],
    ['role/node-termination-handler', 'kube-system:aws-node-termination-handler'],
  ])('%s is for service account %s of this cluster alone', (id, account) => {
    const graph = selfManagedGraph();
    const host = (resourceOf(graph, 'oidc-provider', 'oidc-provider').desired.url as string).slice('https://'.length);
    const text = resolve(resourceOf(graph, 'role', id).desired.trustPolicy, ({ $ref }) => `<${$ref}>`) as string;
    expect((JSON.parse(text) as { Statement: object[] }).Statement).toEqual([
      {
        Effect: 'Allow',
        Principal: { Federated: '<oidc-provider>' },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: { [`${host}:aud`]: 'sts.amazonaws.com', [`${host}:sub`]: `system:serviceaccount:${account}` },
        },
      },
    ]);
  });

  test('are nobody’s where there is no issuer: the seats do not lend them theirs', () => {
    const graph = selfManagedGraph({ plane: { podRoles: false } });
    expect(idsOf(graph, 'role')).toEqual(['role/workers', 'role/seats']);
    expect(arnsOf(graph, 'role/seats')).toEqual(arnsOf(selfManagedGraph(), 'role/seats'));
  });
});
