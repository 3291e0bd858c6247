import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { minutes } from '../../base/duration.ts';
import { type AdapterTrial, adapterTrial, tagsFor } from '../../testing/adapter-trial.ts';
import { factPermissions, facts } from './facts.ts';
import { toTagList } from './found.ts';
import { subnet } from './subnet.ts';
import { vpc } from './vpc.ts';

let trial: AdapterTrial;
let vpcId: string;
let subnetId: string;

beforeEach(async () => {
  trial = await adapterTrial();
  const dns = { dnsSupport: true, dnsHostnames: true };
  const asked = { cidr: '10.0.0.0/16', ipv6: false, ...dns, tags: tagsFor('vpc/main') };
  ({ vpcId } = await trial.of(vpc).create('vpc/main', asked));
  const plain = { ipv6Index: null, publicIpOnLaunch: false, ipv6OnCreation: false };
  const where = { vpcId, zone: 'us-east-1a', cidr: '10.0.0.0/24' };
  ({ subnetId } = await trial.of(subnet).create('subnet/a', { ...where, ...plain, tags: tagsFor('subnet/a') }));
});
afterEach(() => trial.stop());

async function run(tags: Readonly<Record<string, string>>, further: object = {}): Promise<string> {
  const parameter = '/aws/service/eks/optimized-ami/1.35/amazon-linux-2023/x86_64/standard/recommended/image_id';
  const ImageId = (await facts(trial.connection).parameters([parameter])).get(parameter);
  const TagSpecifications = [{ ResourceType: 'instance' as const, Tags: toTagList(tags) }];
  const input = { ImageId, InstanceType: 'm5.large', SubnetId: subnetId, MinCount: 1, MaxCount: 1, TagSpecifications };
  const answer = await trial.connection.clients.ec2.send(
    new RunInstancesCommand({ ...input, ...further } as ConstructorParameters<typeof RunInstancesCommand>[0]),
  );
  return answer.Instances![0]!.InstanceId!;
}

const mark = { 'kubernetes.io/cluster/trial': 'owned' };

describe('instances', () => {
  it('of the cluster are told, those of others are not', async () => {
    const ours = await run({ ...mark, Name: 'one' });
    await run({ 'kubernetes.io/cluster/other': 'owned' });
    const seen = await facts(trial.connection).nodeInstances('trial');
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ instanceId: ours, type: 'm5.large', zone: 'us-east-1a', subnetId, spot: false });
    expect(seen[0]).toMatchObject({
      tags: { ...mark, Name: 'one' },
      privateAddress: expect.stringMatching(/^10\.0\.0\./),
    });
  });

  it('tell their console output once EC2 has some, and none where there is no instance', async () => {
    const id = await run(mark);
    await trial.aws.clock.sleep(minutes(10));
    expect(await facts(trial.connection).consoleOutput(id)).toMatch(/\S/);
    expect(await facts(trial.connection).consoleOutput('i-00000000000000000')).toBeUndefined();
  });
});

describe('quotas', () => {
  it('count what uses them, On-Demand and Spot apart, with calls that their permissions cover', async () => {
    const from = trial.asked.length;
    const names = ['vpcs', 'elastic-ips', 'standard-vcpus', 'spot-vcpus'] as const;
    const use = async () =>
      Object.fromEntries((await facts(trial.connection).quotas(names)).map((one) => [one.quota, one]));
    const before = await use();
    const called = new Set(trial.asked.slice(from));
    const allowed = factPermissions.quotas.map(({ action }) => action);
    expect([...called].filter((operation) => !allowed.includes(operation))).toEqual([]);
    await run(mark);
    await run(mark, { InstanceMarketOptions: { MarketType: 'spot' } });
    await run(mark, { InstanceMarketOptions: { MarketType: 'spot' } });
    const after = await use();
    expect(after['standard-vcpus']!.used - before['standard-vcpus']!.used).toBe(2);
    expect(after['spot-vcpus']!.used - before['spot-vcpus']!.used).toBe(4);
    expect(after.vpcs).toEqual(before.vpcs);
    // The default VPC and the trial's; five of each are what AWS gives a new account.
    expect(after.vpcs).toMatchObject({ code: 'L-F678F1CE', limit: 5, used: 2 });
    expect(after['elastic-ips']).toMatchObject({ limit: 5, used: 0 });
  });

  it('are asked only for what is wanted', async () => {
    const from = trial.asked.length;
    await facts(trial.connection).quotas(['elastic-ips']);
    expect(trial.asked.slice(from).sort()).toEqual(['ec2:DescribeAddresses', 'servicequotas:GetServiceQuota']);
  });
});

describe('security group rules', () => {
  it('are told with ports and peers, and groups that are not there are missing', async () => {
    const { ec2 } = trial.connection.clients;
    const input = { VpcId: vpcId, GroupName: 'g', Description: 'd' };
    const { GroupId } = await ec2.send(new CreateSecurityGroupCommand(input));
    const tcp = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '203.0.113.0/24' }] };
    const all = { IpProtocol: '-1', UserIdGroupPairs: [{ GroupId }] };
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [tcp, all] }));
    const seen = await facts(trial.connection).securityGroupRules([GroupId!, 'sg-00000000000000000']);
    expect(seen).toHaveLength(1);
    expect(seen[0]!.groupId).toBe(GroupId);
    expect(seen[0]!.ingress).toContainEqual({
      ...{ protocol: 'tcp', fromPort: 443, toPort: 443 },
      peers: ['203.0.113.0/24'],
    });
    expect(seen[0]!.ingress).toContainEqual({ protocol: '-1', peers: [GroupId] });
    expect(seen[0]!.egress).toEqual([{ protocol: '-1', peers: ['0.0.0.0/0'] }]);
  });
});
