import { CreateVpcCommand, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { clusterTag } from '../../model/tags.ts';
import { type AdapterTrial, adapterTrial, tagsFor } from '../../testing/adapter-trial.ts';
import { facts } from './facts.ts';
import { keyPair } from './key-pair.ts';
import { natGateway } from './nat-gateway.ts';
import { securityGroupRule } from './security-group-rule.ts';
import { subnet } from './subnet.ts';
import { vpc } from './vpc.ts';

let trial: AdapterTrial;
beforeEach(async () => {
  trial = await adapterTrial();
});
afterEach(() => trial.stop());

async function asked(): Promise<string[]> {
  const from = trial.asked.length;
  const context = trial.reading();
  const kinds = [vpc, subnet, natGateway, securityGroupRule, keyPair];
  for (const kind of kinds) await kind.reader(trial.connection).list(context);
  return trial.asked.slice(from);
}

it('asks for no kind of EC2 resources where there is nothing of ours, whatever others have', async () => {
  const Tags = [{ Key: clusterTag, Value: 'another' }];
  const input = { CidrBlock: '10.9.0.0/16', TagSpecifications: [{ ResourceType: 'vpc' as const, Tags }] };
  await trial.connection.clients.ec2.send(new CreateVpcCommand(input));
  expect(await asked()).toEqual(['ec2:DescribeTags']);
});

it('asks for the kinds of which there is something, instances being none of them', async () => {
  const dns = { dnsSupport: true, dnsHostnames: true };
  const fields = { cidr: '10.0.0.0/16', ipv6: false, ...dns, tags: tagsFor('vpc/main') };
  const { vpcId } = await trial.of(vpc).create('vpc/main', fields);
  const seen = ['ec2:DescribeTags', 'ec2:DescribeVpcs', 'ec2:DescribeVpcAttribute', 'ec2:DescribeVpcAttribute'];
  expect(await asked()).toEqual(seen);
  const where = { vpcId, zone: 'us-east-1a', cidr: '10.0.0.0/24', ipv6Index: null };
  const off = { publicIpOnLaunch: false, ipv6OnCreation: false, tags: tagsFor('subnet/a') };
  const { subnetId } = await trial.of(subnet).create('subnet/a', { ...where, ...off });
  const Tags = [{ Key: clusterTag, Value: 'trial' }];
  const parameter = '/aws/service/eks/optimized-ami/1.35/amazon-linux-2023/x86_64/standard/recommended/image_id';
  const ImageId = (await facts(trial.connection).parameters([parameter])).get(parameter);
  const run = { ImageId, SubnetId: subnetId, MinCount: 1, MaxCount: 1, InstanceType: 'm5.large' as const };
  await trial.connection.clients.ec2.send(
    new RunInstancesCommand({ ...run, TagSpecifications: [{ ResourceType: 'instance', Tags }] }),
  );
  expect(await asked()).toEqual([...seen, 'ec2:DescribeSubnets']);
});
