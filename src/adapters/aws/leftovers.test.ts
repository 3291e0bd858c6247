import { CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateNetworkInterfaceCommand,
  CreateSecurityGroupCommand,
  CreateVolumeCommand,
  type ResourceType,
} from '@aws-sdk/client-ec2';
import { CreateLoadBalancerCommand, CreateTargetGroupCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { minutes } from '../../base/duration.ts';
import { type AdapterTrial, adapterTrial, tagsFor } from '../../testing/adapter-trial.ts';
import { toTagList } from './found.ts';
import { findInterfaces, findSecurityGroups, removeInterface, removeSecurityGroup } from './leftover-compute.ts';
import { findLogGroup } from './leftover-of-eks.ts';
import { madeFor } from './leftover-tags.ts';
import { findLeftovers, leftoverPermissions, removeLeftover } from './leftovers.ts';
import { securityGroup } from './security-group.ts';
import { subnet } from './subnet.ts';
import { vpc } from './vpc.ts';

let trial: AdapterTrial;
let vpcId: string;
let subnetId: string;

beforeEach(async () => {
  trial = await adapterTrial();
  const tags = tagsFor('vpc/main');
  const asked = { cidr: '10.0.0.0/16', ipv6: false, dnsSupport: true, dnsHostnames: true, tags };
  ({ vpcId } = await trial.of(vpc).create('vpc/main', asked));
  const fields = { vpcId, zone: 'us-east-1a', cidr: '10.0.0.0/24', ipv6Index: null };
  const off = { publicIpOnLaunch: false, ipv6OnCreation: false };
  ({ subnetId } = await trial.of(subnet).create('subnet/a', { ...fields, ...off, tags: tagsFor('subnet/a') }));
});
afterEach(() => trial.stop());

const tagged = (type: ResourceType, tags: Readonly<Record<string, string>>) =>
  Object.keys(tags).length === 0 ? {} : { TagSpecifications: [{ ResourceType: type, Tags: toTagList(tags) }] };

async function newGroup(GroupName: string, tags: Readonly<Record<string, string>>): Promise<string> {
  const input = { VpcId: vpcId, GroupName, Description: 'd', ...tagged('security-group', tags) };
  const answer = await trial.connection.clients.ec2.send(new CreateSecurityGroupCommand(input));
  return answer.GroupId!;
}

async function newInterface(tags: Readonly<Record<string, string>>): Promise<string> {
  const input = { SubnetId: subnetId, ...tagged('network-interface', tags) };
  const answer = await trial.connection.clients.ec2.send(new CreateNetworkInterfaceCommand(input));
  return answer.NetworkInterface!.NetworkInterfaceId!;
}

describe('whose something is', () => {
  const rows: readonly [Record<string, string>, boolean][] = [
    [{ 'kubernetes.io/cluster/trial': 'owned' }, true],
    [{ 'kubernetes.io/cluster/trial': 'shared' }, false],
    [{ 'kubernetes.io/cluster/other': 'owned' }, false],
    [{ 'elbv2.k8s.aws/cluster': 'trial' }, true],
    [{ 'elbv2.k8s.aws/cluster': 'other' }, false],
    [{ 'cluster.k8s.amazonaws.com/name': 'trial' }, true],
    [{ 'ebs.csi.aws.com/cluster': 'true' }, false],
    [{ 'ebs.csi.aws.com/cluster': 'true', KubernetesCluster: 'trial' }, true],
    [{ KubernetesCluster: 'trial' }, false],
    [{}, false],
  ];
  test.each(rows)('%j', (tags, expected) => {
    expect(madeFor(tags, 'trial') !== undefined).toBe(expected);
  });
});

describe('security groups', () => {
  test("the cluster's are found; ours, EKS's and the default one are not; others only where their VPC goes", async () => {
    const fields = { vpcId, name: 'ours', description: 'd', openEgress: false, tags: tagsFor('security-group/ours') };
    await trial.of(securityGroup).create('security-group/ours', fields);
    await newGroup('eks-cluster-sg-trial-1', { 'kubernetes.io/cluster/trial': 'owned' });
    const controllers = await newGroup('k8s-traffic-trial', { 'elbv2.k8s.aws/cluster': 'trial' });
    const foreign = await newGroup('foreign', {});
    const seen = async (vpcIds: string[]) =>
      (await findSecurityGroups(trial.connection, 'trial', vpcIds)).map((one) => [one.id, one.belongsToCluster]);
    expect(await seen([])).toEqual([[controllers, true]]);
    expect(await seen([vpcId])).toEqual([
      [controllers, true],
      [foreign, false],
    ]);
  });

  test('one that rules of the nodes name is removed, and what it named stays', async () => {
    const { ec2 } = trial.connection.clients;
    const nodes = await newGroup('eks-cluster-sg-trial-1', { 'kubernetes.io/cluster/trial': 'owned' });
    const controllers = await newGroup('k8s-traffic-trial', { 'elbv2.k8s.aws/cluster': 'trial' });
    const IpPermissions = [
      { IpProtocol: 'tcp', FromPort: 80, ToPort: 80, UserIdGroupPairs: [{ GroupId: controllers }, { GroupId: nodes }] },
    ];
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: nodes, IpPermissions }));
    const from = trial.asked.length;
    await removeSecurityGroup(trial.connection, controllers, trial.context);
    const groups = trial.aws.world.regions['us-east-1']!.ec2.securityGroups;
    expect(Object.keys(groups)).toContain(nodes);
    expect(Object.keys(groups)).not.toContain(controllers);
    const allowed = leftoverPermissions.remove.map(({ action }) => action);
    expect(trial.asked.slice(from).filter((operation) => !allowed.includes(operation))).toEqual([]);
  });
});

describe('the group that EKS made', () => {
  test("and left behind is the cluster's when the cluster is gone, also in a VPC that stays", async () => {
    const id = await newGroup('eks-cluster-sg-trial-1', { 'kubernetes.io/cluster/trial': 'owned' });
    const other = await newGroup('eks-cluster-sg-other-1', { 'kubernetes.io/cluster/other': 'owned' });
    const { tags } = trial.aws.world.regions['us-east-1']!.ec2;
    tags[id] = { ...tags[id], 'aws:eks:cluster-name': 'trial' };
    tags[other] = { ...tags[other], 'aws:eks:cluster-name': 'other' };
    for (const vpcIds of [[], [vpcId]]) {
      const found = await findSecurityGroups(trial.connection, 'trial', vpcIds);
      expect(found.map((one) => [one.id, one.belongsToCluster])).toEqual([[id, true]]);
    }
    await removeSecurityGroup(trial.connection, id, trial.context);
    expect(await findSecurityGroups(trial.connection, 'trial', [vpcId])).toEqual([]);
  });
});

describe('the log group of the control plane', () => {
  const name = '/aws/eks/trial/cluster';
  const make = (tags?: Record<string, string>) =>
    trial.connection.clients.logs.send(
      new CreateLogGroupCommand({ logGroupName: name, ...(tags === undefined ? {} : { tags }) }),
    );
  const seen = async (since?: number) =>
    (await findLogGroup(trial.connection, trial.context.scope, since)).map(({ id, belongsToCluster }) => [
      id,
      belongsToCluster,
    ]);

  test("is the cluster's without tags, where it came after the destroy began; an older one is named and left", async () => {
    const begun = trial.aws.clock.now();
    await trial.aws.clock.sleep(minutes(3));
    await make();
    expect(await seen(begun)).toEqual([[name, true]]);
    expect(await seen()).toEqual([[name, false]]);
    expect(await seen(trial.aws.clock.now() + 1)).toEqual([[name, false]]);
    await trial.aws.clock.sleep(minutes(1));
    const places = { vpcIds: [], subnetIds: [], since: begun };
    const found = await findLeftovers(trial.connection, trial.context, places);
    expect(found.map(({ type }) => type)).toEqual(['log-group']);
    await removeLeftover(trial.connection, found[0]!, trial.context);
    expect(await seen(begun)).toEqual([]);
  });

  test('with any tag is not looked at', async () => {
    await make({ owner: 'audit' });
    expect(await seen(0)).toEqual([]);
  });
});

describe('network interfaces', () => {
  test('idle ones of the CNI are found and removed; others only where their VPC goes, and as not to be removed', async () => {
    const cni = await newInterface({ 'cluster.k8s.amazonaws.com/name': 'trial' });
    const other = await newInterface({ 'cluster.k8s.amazonaws.com/name': 'another' });
    const places = { vpcIds: [], subnetIds: [] };
    const found = await findInterfaces(trial.connection, 'trial', places);
    expect(found.map((one) => [one.type, one.id, one.belongsToCluster])).toEqual([['network-interface', cni, true]]);
    await removeInterface(trial.connection, cni, trial.context);
    const left = await findInterfaces(trial.connection, 'trial', { vpcIds: [vpcId], subnetIds: [subnetId] });
    expect(left.map((one) => [one.type, one.id, one.belongsToCluster])).toEqual([['network-interface', other, false]]);
  });
});

test('what does not belong to the cluster is refused before any call', async () => {
  const id = await newGroup('foreign', {});
  const leftover = { type: 'security-group', id, name: 'foreign', because: 'x', belongsToCluster: false } as const;
  const from = trial.asked.length;
  await expect(removeLeftover(trial.connection, leftover, trial.context)).rejects.toThrow('does not belong');
  expect(trial.asked.slice(from)).toEqual([]);
});

describe('what controllers of a destroyed cluster left', () => {
  const controllerTags = { 'elbv2.k8s.aws/cluster': 'trial' };

  async function newBalancer(Name: string, tags: Readonly<Record<string, string>>): Promise<string> {
    const { elbv2 } = trial.connection.clients;
    const shared = Object.keys(tags).length === 0 ? {} : { Tags: toTagList(tags) };
    const balancer = { Name, Subnets: [subnetId], ...shared };
    const { LoadBalancers } = await elbv2.send(
      new CreateLoadBalancerCommand({ ...balancer, Type: 'network', Scheme: 'internal' }),
    );
    const group = { Name: `${Name}-tg`, Port: 80, VpcId: vpcId, ...shared };
    await elbv2.send(new CreateTargetGroupCommand({ ...group, Protocol: 'TCP' }));
    return LoadBalancers![0]!.LoadBalancerArn!;
  }

  async function newVolume(tags: Readonly<Record<string, string>>): Promise<string> {
    const input = { AvailabilityZone: 'us-east-1a', Size: 1, ...tagged('volume', tags) };
    return (await trial.connection.clients.ec2.send(new CreateVolumeCommand(input))).VolumeId!;
  }

  test('load balancers, target groups and volumes are found and removed, and those of others stay', async () => {
    const balancer = await newBalancer('k8s-shop-web', controllerTags);
    const foreign = await newBalancer('foreign', {});
    const volume = await newVolume({ 'ebs.csi.aws.com/cluster': 'true', KubernetesCluster: 'trial' });
    await newVolume({ 'ebs.csi.aws.com/cluster': 'true', KubernetesCluster: 'other' });
    const places = { vpcIds: [vpcId], subnetIds: [subnetId] };
    const find = () => findLeftovers(trial.connection, trial.context, places);
    const ours = (await find()).filter(({ belongsToCluster }) => belongsToCluster);
    expect(ours.map(({ type }) => type).sort()).toEqual(['load-balancer', 'target-group', 'volume']);
    expect(ours.map(({ id }) => id)).toEqual(expect.arrayContaining([balancer, volume]));
    const from = trial.asked.length;
    for (const leftover of ours) await removeLeftover(trial.connection, leftover, trial.context);
    const allowed = [...leftoverPermissions.find, ...leftoverPermissions.remove].map(({ action }) => action);
    expect(trial.asked.slice(from).filter((operation) => !allowed.includes(operation))).toEqual([]);
    const after = await find();
    expect(after.filter(({ belongsToCluster }) => belongsToCluster)).toEqual([]);
    expect(after.map(({ id }) => id)).toContain(foreign);
    for (const leftover of ours) await removeLeftover(trial.connection, leftover, trial.context);
  });
});
