import { createHash } from 'node:crypto';
import { makeInterface } from '../../emulator/aws/ec2/interface-records.ts';
import type { ObjectVersion } from '../../emulator/aws/s3/state.ts';
import type { Turn } from '../../emulator/call.ts';

const region = 'us-east-1';
const account = '123456789012';
/** The trial's bucket. */
export const store = 'demo-store';
const balancerArn = `arn:aws:elasticloadbalancing:${region}:${account}:loadbalancer/net/internal/1`;
export const groupArn = `arn:aws:elasticloadbalancing:${region}:${account}:targetgroup/internal/1`;
/** DNS name of the trial's internal load balancer. */
export const apiName = 'internal-1.elb.us-east-1.amazonaws.com';

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

/** A machine tags itself, and nothing else, with this one tag. */
const tellsOfBoot = {
  Effect: 'Allow',
  Action: 'ec2:CreateTags',
  Resource: `arn:aws:ec2:${region}:${account}:instance/*`,
  Condition: {
    ArnEquals: { 'ec2:SourceInstanceARN': `arn:aws:ec2:${region}:${account}:instance/\${ec2:InstanceID}` },
    'ForAllValues:StringEquals': { 'aws:TagKeys': ['quilla.dev/boot'] },
  },
};

/** What a seat's role may do, each as narrow as the conditions of IAM allow. */
export const seatStatements = () => [
  {
    Effect: 'Allow',
    Action: ['ec2:AttachVolume', 'ec2:AttachNetworkInterface'],
    Resource: '*',
    Condition: { StringEquals: { 'aws:ResourceTag/quilla.dev/cluster': 'demo' } },
  },
  tellsOfBoot,
  { Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${store}/cluster/*` },
  { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: `arn:aws:s3:::${store}/seats/*` },
  { Effect: 'Allow', Action: 's3:PutObject', Resource: `arn:aws:s3:::${store}/backups/*` },
  {
    Effect: 'Allow',
    Action: 's3:ListBucket',
    Resource: `arn:aws:s3:::${store}`,
    Condition: { StringLike: { 's3:prefix': ['cluster/*', 'seats/*'] } },
  },
  {
    Effect: 'Allow',
    Action: [
      'ec2:DescribeInstances',
      'ec2:DescribeVolumes',
      'ec2:DescribeNetworkInterfaces',
      'sqs:ReceiveMessage',
      'sqs:DeleteMessage',
      'autoscaling:CompleteLifecycleAction',
    ],
    Resource: '*',
  },
];

/** What a worker's role may do: of the store it reads one object. */
export const workerStatements = [
  tellsOfBoot,
  { Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${store}/cluster/keys/ca.crt` },
];

export function makeRole(turn: Turn, name: string, statements: readonly object[]): void {
  const { iam } = turn.world;
  const arn = `arn:aws:iam::${account}:role/${name}`;
  const shared = { path: '/', createDate: 0, tags: {} };
  iam.roles[name] = {
    ...shared,
    arn,
    roleName: name,
    roleId: `AROA${name.toUpperCase()}`,
    inlinePolicies: { own: JSON.stringify({ Version: '2012-10-17', Statement: statements }) },
    attachedPolicies: [],
    assumeRolePolicyDocument: trust,
    maxSessionDuration: 3600,
  };
  iam.instanceProfiles[name] = {
    ...shared,
    instanceProfileName: name,
    instanceProfileId: `AIPA${name.toUpperCase()}`,
    arn: `arn:aws:iam::${account}:instance-profile/${name}`,
    roles: [name],
  };
}

export function makeGroup(turn: Turn, name: string, ingress: readonly { from: string; port: number }[]): string {
  const { ec2 } = turn.state;
  const id = `sg-${name}`;
  ec2.securityGroups[id] = { id, name, description: name, vpcId: Object.keys(ec2.vpcs)[0]! };
  const all = { groupId: id, protocol: '-1', fromPort: -1, toPort: -1 };
  ec2.securityGroupRules[`sgr-${name}-out`] = { ...all, id: `sgr-${name}-out`, isEgress: true, cidrIpv4: '0.0.0.0/0' };
  for (const { from, port } of ingress) {
    const rule = `sgr-${name}-${from}-${port}`;
    ec2.securityGroupRules[rule] = {
      id: rule,
      groupId: id,
      isEgress: false,
      protocol: 'tcp',
      fromPort: port,
      toPort: port,
      referencedGroupId: `sg-${from}`,
    };
  }
  return id;
}

export function makeBalancer(turn: Turn, groups: readonly string[]): void {
  const { ec2, elbv2 } = turn.state;
  const [vpc] = Object.values(ec2.vpcs);
  const subnets = Object.values(ec2.subnets).slice(0, 3);
  elbv2.loadBalancers[balancerArn] = {
    arn: balancerArn,
    name: 'internal',
    type: 'network',
    scheme: 'internal',
    ipAddressType: 'ipv4',
    dnsName: apiName,
    vpcId: vpc!.id,
    createdAt: turn.now,
    state: 'active',
    subnets: subnets.map((subnet) => ({
      subnetId: subnet.id,
      zone: subnet.zone,
      networkInterfaceId: makeInterface(turn, { subnet, groups, requesterId: 'amazon-elb' }).id,
    })),
    securityGroups: [...groups],
    attributes: { 'load_balancing.cross_zone.enabled': 'true' },
    tags: {},
  };
  makeTargets(turn, vpc!.id);
}

function makeTargets(turn: Turn, vpcId: string): void {
  const { elbv2 } = turn.state;
  elbv2.targetGroups[groupArn] = {
    arn: groupArn,
    name: 'internal',
    protocol: 'TCP',
    port: 6443,
    vpcId,
    targetType: 'instance',
    healthCheck: {
      protocol: 'HTTPS',
      port: 'traffic-port',
      path: '/readyz',
      intervalSeconds: 10,
      timeoutSeconds: 10,
      healthyThreshold: 2,
      unhealthyThreshold: 2,
    },
    targets: [],
    attributes: {},
    tags: {},
  };
  elbv2.listeners.internal = {
    arn: 'internal',
    loadBalancerArn: balancerArn,
    protocol: 'TCP',
    port: 443,
    targetGroupArn: groupArn,
    tags: {},
  };
}

/** A stored object, as PutObject would make it. */
export function put(turn: Turn, key: string, text: string): void {
  const bucket = turn.world.s3.buckets[store]!;
  const version: ObjectVersion = {
    versionId: turn.newToken(32),
    lastModified: turn.now,
    etag: `"${createHash('md5').update(text).digest('hex')}"`,
    body: Buffer.from(text).toString('base64'),
    size: text.length,
    metadata: {},
    serverSideEncryption: 'AES256',
    checksums: {},
    tags: {},
  };
  bucket.objects[key] = [version, ...(bucket.objects[key] ?? [])];
}

/** A blank volume in a zone; its id. */
export function newVolumeIn(turn: Turn, zone: string): string {
  const id = turn.newId('vol-');
  turn.state.ec2.volumes[id] = {
    id,
    zone,
    size: 20,
    type: 'gp3',
    encrypted: true,
    multiAttach: false,
    state: 'available',
    createdAt: turn.now,
  };
  return id;
}
