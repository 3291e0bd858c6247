import {
  CreateInternetGatewayCommand,
  CreateTagsCommand,
  DeleteSubnetCommand,
  DescribeSubnetsCommand,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Settled } from '../../model/types.ts';
import { type AdapterTrial, adapterTrial, tagsFor } from '../../testing/adapter-trial.ts';
import { egressOnlyInternetGateway } from './egress-only-internet-gateway.ts';
import { elasticIp } from './elastic-ip.ts';
import { givenSubnetTags } from './given-subnet-tags.ts';
import { internetGateway } from './internet-gateway.ts';
import { natGateway } from './nat-gateway.ts';
import { route } from './route.ts';
import { routeTable } from './route-table.ts';
import { routeTableAssociation } from './route-table-association.ts';
import { subnet } from './subnet.ts';
import { vpc } from './vpc.ts';
import { vpcCidrBlock } from './vpc-cidr-block.ts';

let trial: AdapterTrial;
beforeEach(async () => {
  trial = await adapterTrial();
});
afterEach(() => trial.stop());

const vpcAsked = (ipv6 = false): Settled<'vpc'> => ({
  cidr: '10.0.0.0/16',
  ipv6,
  dnsSupport: true,
  dnsHostnames: true,
  tags: tagsFor('vpc/main'),
});
const newVpc = async (ipv6 = false) => (await trial.of(vpc).create('vpc/main', vpcAsked(ipv6))).vpcId;

const subnetAsked = (vpcId: string, id: string, cidr: string): Settled<'subnet'> => ({
  vpcId,
  zone: 'us-east-1a',
  cidr,
  ipv6Index: null,
  publicIpOnLaunch: false,
  ipv6OnCreation: false,
  tags: tagsFor(id),
});
const newSubnet = async (vpcId: string, id: string, cidr: string) =>
  (await trial.of(subnet).create(id, subnetAsked(vpcId, id, cidr))).subnetId;
const newTable = async (vpcId: string, id: string) =>
  (await trial.of(routeTable).create(id, { vpcId, tags: tagsFor(id) })).routeTableId;
const newGateway = async (vpcId: string) =>
  (await trial.of(internetGateway).create('internet-gateway/main', { vpcId, tags: tagsFor('internet-gateway/main') }))
    .internetGatewayId;

const subnetTags = async (subnetId: string): Promise<Record<string, string>> => {
  const { ec2 } = trial.connection.clients;
  const answer = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: [subnetId] }));
  return Object.fromEntries((answer.Subnets?.[0]?.Tags ?? []).map((tag) => [tag.Key!, tag.Value!]));
};

describe('a VPC and its ranges', () => {
  test('a VPC lives through changes of DNS, IPv6 and tags', async () => {
    await trial
      .of(vpc)
      .life('vpc/main', vpcAsked(), [
        { dnsHostnames: false },
        { ipv6: true },
        { ipv6: false },
        { tags: tagsFor('vpc/main', { team: 'a' }) },
        { tags: tagsFor('vpc/main') },
      ]);
  });

  test('a further range is found through its VPC with no call of its own, and the first range is none', async () => {
    const vpcId = await newVpc();
    await trial.of(vpcCidrBlock).life('vpc-cidr-block/100.64.0.0/16', { vpcId, cidr: '100.64.0.0/16' });
    const context = trial.reading();
    await vpc.reader(trial.connection).list(context);
    const before = trial.asked.length;
    await vpcCidrBlock.reader(trial.connection).list(context);
    expect(trial.asked.length).toBe(before);
  });
});

describe('subnets', () => {
  test('a subnet lives through changes of its attributes', async () => {
    const asked = subnetAsked(await newVpc(), 'subnet/public-us-east-1a', '10.0.0.0/20');
    await trial
      .of(subnet)
      .life('subnet/public-us-east-1a', asked, [
        { publicIpOnLaunch: true },
        { publicIpOnLaunch: false, tags: tagsFor('subnet/public-us-east-1a', { 'kubernetes.io/role/elb': '1' }) },
      ]);
  });

  test("a subnet has the /64 of its index in the VPC's IPv6 range", async () => {
    const vpcId = await newVpc(true);
    const { ipv6Cidr: range } = (await trial.of(vpc).find('vpc/main')).observed;
    const asked = { ...subnetAsked(vpcId, 'subnet/a', '10.0.0.0/20'), ipv6Index: 3, ipv6OnCreation: true };
    const made = await trial.of(subnet).create('subnet/a', asked);
    expect(made.ipv6Cidr).toBe(range!.replace('00::/56', '03::/64'));
    const found = await trial.of(subnet).find('subnet/a');
    expect(found.settled).toEqual(asked);
    expect(found.observed).toEqual(made);
  });

  test('IPv6 comes to a subnet, moves and goes', async () => {
    const asked = subnetAsked(await newVpc(true), 'subnet/a', '10.0.0.0/20');
    await trial
      .of(subnet)
      .life('subnet/a', asked, [
        { ipv6Index: 1, ipv6OnCreation: true },
        { ipv6Index: 2 },
        { ipv6Index: null, ipv6OnCreation: false },
      ]);
  });

  test('ten subnets are one question, which also serves the marks of given ones', async () => {
    const vpcId = await newVpc();
    for (const n of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) await newSubnet(vpcId, `subnet/s${n}`, `10.0.${n}.0/24`);
    const context = trial.reading();
    const from = trial.asked.length;
    await vpc.reader(trial.connection).list(context);
    const found = await subnet.reader(trial.connection).list(context);
    await givenSubnetTags.reader(trial.connection).list(context);
    expect(found).toHaveLength(10);
    expect(trial.asked.slice(from).filter((operation) => operation === 'ec2:DescribeSubnets')).toHaveLength(1);
  });
});

describe('tags of a given subnet', () => {
  test('come, change and go, and what its owner set stays', async () => {
    const { ec2 } = trial.connection.clients;
    const subnets = await ec2.send(new DescribeSubnetsCommand({}));
    const given = subnets.Subnets![0]!.SubnetId!;
    const owners = { Name: 'mine', 'kubernetes.io/role/elb': '1' };
    const Tags = Object.entries(owners).map(([Key, Value]) => ({ Key, Value }));
    await ec2.send(new CreateTagsCommand({ Resources: [given], Tags }));
    const id = `given-subnet-tags/${given}`;
    const tags = { 'kubernetes.io/role/elb': '1', 'kubernetes.io/cluster/trial': 'shared' };
    await trial
      .of(givenSubnetTags)
      .life(id, { subnetId: given, tags }, [
        { tags: { 'kubernetes.io/role/elb': '1' } },
        { tags: { ...tags, 'kubernetes.io/role/internal-elb': '1' } },
      ]);
    expect(await subnetTags(given)).toEqual(owners);
  });
});

describe('gateways', () => {
  test('an internet gateway lives', async () => {
    const vpcId = await newVpc();
    const asked = { vpcId, tags: tagsFor('internet-gateway/main') };
    await trial
      .of(internetGateway)
      .life('internet-gateway/main', asked, [{ tags: tagsFor('internet-gateway/main', { a: 'b' }) }]);
  });

  test('an internet gateway that a killed run left detached shows it, and an update attaches it', async () => {
    const vpcId = await newVpc();
    const { clients } = trial.connection;
    const Tags = Object.entries(tagsFor('internet-gateway/main')).map(([Key, Value]) => ({ Key, Value }));
    const input = { TagSpecifications: [{ ResourceType: 'internet-gateway' as const, Tags }] };
    await clients.ec2.send(new CreateInternetGatewayCommand(input));
    expect((await trial.of(internetGateway).find('internet-gateway/main')).settled.vpcId).not.toBe(vpcId);
    await trial.of(internetGateway).update('internet-gateway/main', { vpcId, tags: tagsFor('internet-gateway/main') });
    expect((await trial.of(internetGateway).find('internet-gateway/main')).settled.vpcId).toBe(vpcId);
  });

  test('an egress-only internet gateway lives, and is made again after its deletion', async () => {
    const vpcId = await newVpc(true);
    const id = 'egress-only-internet-gateway/main';
    const asked = { vpcId, tags: tagsFor(id) };
    await trial.of(egressOnlyInternetGateway).life(id, asked, [{ tags: tagsFor(id, { a: 'b' }) }]);
    await trial.of(egressOnlyInternetGateway).life(id, asked);
  });

  test('an elastic IP address lives', async () => {
    const id = 'elastic-ip/nat';
    await trial.of(elasticIp).life(id, { tags: tagsFor(id) }, [{ tags: tagsFor(id, { a: 'b' }) }]);
  });

  test('a NAT gateway lives, holds its address until it is gone, and is made again after its deletion', async () => {
    const vpcId = await newVpc();
    await newGateway(vpcId);
    const subnetId = await newSubnet(vpcId, 'subnet/public', '10.0.0.0/20');
    const address = await trial.of(elasticIp).create('elastic-ip/nat', { tags: tagsFor('elastic-ip/nat') });
    const id = 'nat-gateway/a';
    const asked = { subnetId, allocationId: address.allocationId, tags: tagsFor(id) };
    await trial.of(natGateway).life(id, asked, [{ tags: tagsFor(id, { a: 'b' }) }]);
    await trial.of(natGateway).life(id, asked);
    await trial.of(elasticIp).delete('elastic-ip/nat');
    expect(await trial.of(elasticIp).list()).toEqual([]);
  });

  test('a NAT gateway whose VPC has no internet gateway fails with the reason that AWS gives', async () => {
    const vpcId = await newVpc();
    const subnetId = await newSubnet(vpcId, 'subnet/public', '10.0.0.0/20');
    const address = await trial.of(elasticIp).create('elastic-ip/nat', { tags: tagsFor('elastic-ip/nat') });
    const asked = { subnetId, allocationId: address.allocationId, tags: tagsFor('nat-gateway/a') };
    await expect(trial.of(natGateway).create('nat-gateway/a', asked)).rejects.toMatchObject({
      code: 'Gateway.NotAttached',
      operation: 'ec2:CreateNatGateway',
    });
    expect(await trial.of(natGateway).find('nat-gateway/a')).toMatchObject({ state: 'failed' });
  });
});

describe('routes', () => {
  test('a route table lives, and is made again after its deletion', async () => {
    const vpcId = await newVpc();
    const asked = { vpcId, tags: tagsFor('route-table/public') };
    await trial.of(routeTable).life('route-table/public', asked, [{ tags: tagsFor('route-table/public', { a: 'b' }) }]);
    await trial.of(routeTable).life('route-table/public', asked);
  });

  test('routes of ours live and local ones are not listed', async () => {
    const vpcId = await newVpc(true);
    const gatewayId = await newGateway(vpcId);
    const routeTableId = await newTable(vpcId, 'route-table/public');
    expect(await trial.of(route).list()).toEqual([]);
    const target = { gatewayId };
    await trial.of(route).life('route/public/0.0.0.0/0', { routeTableId, destination: '0.0.0.0/0', target });
    await trial.of(route).life('route/public/::/0', { routeTableId, destination: '::/0', target });
  });

  test('a route changes its target in place', async () => {
    const vpcId = await newVpc(true);
    const gatewayId = await newGateway(vpcId);
    const id = 'egress-only-internet-gateway/main';
    const { egressOnlyInternetGatewayId } = await trial
      .of(egressOnlyInternetGateway)
      .create(id, { vpcId, tags: tagsFor(id) });
    const routeTableId = await newTable(vpcId, 'route-table/private');
    const asked = { routeTableId, destination: '::/0', target: { egressOnlyInternetGatewayId } };
    await trial.of(route).life('route/private/::/0', asked, [{ target: { gatewayId } }]);
  });

  test('a route that stands already, since its answer was lost, is no error', async () => {
    const vpcId = await newVpc();
    const gatewayId = await newGateway(vpcId);
    const routeTableId = await newTable(vpcId, 'route-table/public');
    const asked = { routeTableId, destination: '0.0.0.0/0', target: { gatewayId } };
    await trial.of(route).create('route/public/0.0.0.0/0', asked);
    expect(await trial.of(route).create('route/public/0.0.0.0/0', asked)).toEqual({ routeState: 'active' });
  });

  test('an association lives, is replaced in place, and tables, routes and associations are one question', async () => {
    const vpcId = await newVpc();
    const subnetId = await newSubnet(vpcId, 'subnet/public-us-east-1a', '10.0.0.0/20');
    const [one, other] = [await newTable(vpcId, 'route-table/one'), await newTable(vpcId, 'route-table/other')];
    const id = 'route-table-association/public-us-east-1a';
    await trial.of(routeTableAssociation).life(id, { subnetId, routeTableId: one }, [{ routeTableId: other }]);
    const context = trial.reading();
    const from = trial.asked.length;
    for (const adapter of [routeTable, route, routeTableAssociation, subnet])
      await adapter.reader(trial.connection).list(context);
    expect(trial.asked.slice(from).sort()).toEqual([
      'ec2:DescribeRouteTables',
      'ec2:DescribeSubnets',
      'ec2:DescribeTags',
      'ec2:DescribeVpcs',
    ]);
  });
});

describe('answers that do not arrive', () => {
  const made = () => Object.values(trial.aws.world.regions['us-east-1']!.ec2.routeTables);

  test('a creation with a client token whose answer is lost is asked for again and makes one thing', async () => {
    await trial.stop();
    trial = await adapterTrial({ rules: [{ kind: 'lost-response', operation: 'CreateRouteTable', times: 1 }] });
    const vpcId = await newVpc();
    const before = made().length;
    await newTable(vpcId, 'route-table/public');
    expect(made()).toHaveLength(before + 1);
  });

  test('a run that was killed before it saw the answer makes nothing twice, though reads lag', async () => {
    const vpcId = await newVpc();
    const first = await newTable(vpcId, 'route-table/public');
    expect(await newTable(vpcId, 'route-table/public')).toBe(first);
  });

  test('a creation without a token whose answer is lost is not repeated', async () => {
    await trial.stop();
    trial = await adapterTrial({ rules: [{ kind: 'lost-response', operation: 'CreateInternetGateway', times: 1 }] });
    const vpcId = await newVpc();
    await expect(newGateway(vpcId)).rejects.toMatchObject({ uncertain: true });
    expect(trial.asked.filter((operation) => operation === 'ec2:CreateInternetGateway')).toHaveLength(1);
    expect((await trial.of(internetGateway).list()).map(({ id }) => id)).toEqual(['internet-gateway/main']);
  });
});

describe('what still holds', () => {
  test('a VPC whose subnet goes later is deleted once it is free, and the wait says what AWS answered', async () => {
    const vpcId = await newVpc();
    const subnetId = await newSubnet(vpcId, 'subnet/a', '10.0.0.0/20');
    const later = trial.aws.clock
      .sleep({ ms: 12_000 })
      .then(() => trial.connection.clients.ec2.send(new DeleteSubnetCommand({ SubnetId: subnetId })));
    await trial.of(vpc).delete('vpc/main');
    await later;
    expect(await trial.of(vpc).list()).toEqual([]);
    expect(trial.seen.some((seen) => seen.startsWith('DependencyViolation: '))).toBe(true);
  });
});
