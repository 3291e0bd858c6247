import { CreateKeyPairCommand } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RouteTarget } from '../../model/kinds/route.ts';
import { type AdapterTrial, adapterTrial, tagsFor } from '../../testing/adapter-trial.ts';
import { elasticIp } from './elastic-ip.ts';
import { factPermissions, facts } from './facts.ts';
import { internetGateway } from './internet-gateway.ts';
import { natGateway } from './nat-gateway.ts';
import { route } from './route.ts';
import { routeTable } from './route-table.ts';
import { routeTableAssociation } from './route-table-association.ts';
import { subnet } from './subnet.ts';
import { vpc } from './vpc.ts';

let trial: AdapterTrial;
beforeEach(async () => {
  trial = await adapterTrial();
});
afterEach(() => trial.stop());

async function newVpc(): Promise<string> {
  const dns = { dnsSupport: true, dnsHostnames: false };
  const asked = { cidr: '10.0.0.0/16', ipv6: false, ...dns, tags: tagsFor('vpc/main') };
  return (await trial.of(vpc).create('vpc/main', asked)).vpcId;
}

async function newSubnet(vpcId: string, n: number): Promise<string> {
  const id = `subnet/${n}`;
  const plain = { ipv6Index: null, publicIpOnLaunch: false, ipv6OnCreation: false };
  const asked = { vpcId, zone: 'us-east-1a', cidr: `10.0.${n}.0/24`, ...plain, tags: tagsFor(id) };
  return (await trial.of(subnet).create(id, asked)).subnetId;
}

/** A table of its own for a subnet, with a default route. */
async function routed(vpcId: string, subnetId: string, target: RouteTarget): Promise<string> {
  const id = `route-table/${subnetId}`;
  const { routeTableId } = await trial.of(routeTable).create(id, { vpcId, tags: tagsFor(id) });
  await trial.of(routeTableAssociation).create(`route-table-association/${subnetId}`, { routeTableId, subnetId });
  const asked = { routeTableId, destination: '0.0.0.0/0', target };
  await trial.of(route).create(`route/${subnetId}/0.0.0.0/0`, asked);
  return routeTableId;
}

describe('a given network', () => {
  it('is told with the way out that each subnet has, and what is not there is missing', async () => {
    const vpcId = await newVpc();
    const [open, behindNat, closed] = [await newSubnet(vpcId, 0), await newSubnet(vpcId, 1), await newSubnet(vpcId, 2)];
    const gateway = await trial
      .of(internetGateway)
      .create('internet-gateway/main', { vpcId, tags: tagsFor('internet-gateway/main') });
    const openTable = await routed(vpcId, open, { gatewayId: gateway.internetGatewayId });
    const address = await trial.of(elasticIp).create('elastic-ip/nat', { tags: tagsFor('elastic-ip/nat') });
    const nat = await trial.of(natGateway).create('nat-gateway/main', {
      ...{ subnetId: open, allocationId: address.allocationId },
      tags: tagsFor('nat-gateway/main'),
    });
    await routed(vpcId, behindNat, { natGatewayId: nat.natGatewayId });
    const seen = await facts(trial.connection).givenNetwork(vpcId, [
      open,
      behindNat,
      closed,
      'subnet-00000000000000000',
    ]);
    expect(seen.vpc).toMatchObject({ vpcId, cidrs: ['10.0.0.0/16'], ipv6Cidrs: [] });
    const byId = new Map(seen.subnets.map((one) => [one.subnetId, one]));
    expect(byId.size).toBe(3);
    expect(byId.get(open)).toMatchObject({
      wayOut: { type: 'internet-gateway' },
      routeTableId: openTable,
      zone: 'us-east-1a',
    });
    expect(byId.get(behindNat)?.wayOut).toEqual({
      type: 'nat-gateway',
      natGatewayId: nat.natGatewayId,
      publicAddresses: [],
    });
    const [withAddresses] = await facts(trial.connection).subnets([behindNat]);
    expect(withAddresses?.wayOut).toMatchObject({ type: 'nat-gateway', publicAddresses: [address.publicIp] });
    expect(byId.get(closed)).toMatchObject({ wayOut: { type: 'none' }, ipv6WayOut: false });
    expect(byId.get(closed)?.routeTableId).toMatch(/^rtb-/);
  });

  it('is no error where there is no such VPC', async () => {
    const seen = await facts(trial.connection).givenNetwork('vpc-00000000000000000', []);
    expect(seen).toEqual({ subnets: [] });
  });

  it('tells DNS only when asked', async () => {
    const vpcId = await newVpc();
    const from = trial.asked.length;
    await facts(trial.connection).givenNetwork(vpcId, []);
    expect(trial.asked.slice(from)).toEqual(['ec2:DescribeRouteTables']);
    expect(await facts(trial.connection).vpcDns(vpcId)).toEqual({ support: true, hostnames: false });
  });
});

describe('other facts', () => {
  it('tell who calls', async () => {
    expect(await facts(trial.connection).identity()).toEqual({
      account: '123456789012',
      partition: 'aws',
      region: 'us-east-1',
      arn: 'arn:aws:iam::123456789012:user/admin',
      userId: 'AIDAEMBEDDEDQUILLA00',
    });
  });

  it('tell which of the named things exist, with calls that their permissions cover', async () => {
    await trial.connection.clients.ec2.send(new CreateKeyPairCommand({ KeyName: 'all' }));
    const from = trial.asked.length;
    const names = {
      keyPairs: ['all', 'none'],
      roles: ['none'],
      instanceProfiles: ['none'],
      securityGroups: ['sg-00000000000000000'],
    };
    const seen = await facts(trial.connection).givenThings(names);
    expect([...seen.keyPairs]).toEqual(['all']);
    expect([seen.roles.size, seen.instanceProfiles.size, seen.securityGroups.size]).toEqual([0, 0, 0]);
    const allowed = factPermissions.givenThings.map(({ action }) => action);
    expect(trial.asked.slice(from).filter((operation) => !allowed.includes(operation))).toEqual([]);
  });

  it('tell the versions of Kubernetes and of add-ons that EKS offers', async () => {
    const versions = await facts(trial.connection).clusterVersions();
    expect(versions.filter(({ isDefault }) => isDefault)).toHaveLength(1);
    expect(versions.find(({ version }) => version === '1.35')).toMatchObject({ support: 'standard' });
    const offered = await facts(trial.connection).addonVersions('vpc-cni', '1.35');
    expect(offered.compatible).toContain(offered.default);
  });

  it('tell what an instance type is', async () => {
    const [type] = await facts(trial.connection).instanceTypes(['m5.large', 'no.such']);
    expect(type).toMatchObject({ name: 'm5.large', vcpus: 2, memoryMiB: 8192, architectures: ['x86_64'] });
    expect(type).toMatchObject({ maxInterfaces: 3, addressesPerInterface: 10, bareMetal: false, gpus: 0 });
  });
});

describe('public parameters', () => {
  it("give AWS's recommended images in one call for each ten, and leave out what there is not", async () => {
    const image = '/aws/service/eks/optimized-ami/1.35/amazon-linux-2023/x86_64/standard/recommended/image_id';
    const from = trial.asked.length;
    const seen = await facts(trial.connection).parameters([image, '/aws/service/none']);
    expect([...seen.keys()]).toEqual([image]);
    expect(seen.get(image)).toMatch(/^ami-[0-9a-f]{17}$/);
    expect(trial.asked.slice(from)).toEqual(['ssm:GetParameters']);
  });
});
