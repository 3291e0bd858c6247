import { CreateNetworkInterfaceCommand, DeleteNatGatewayCommand, StopInstancesCommand } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { seconds } from '../../base/duration.ts';
import { linkAddresses, tableNumber } from './addresses.ts';
import { type VpcTrial, vpcTrial } from './network-trial.ts';
import { planOf } from './plan-of.ts';

let aws: VpcTrial;
beforeEach(async () => {
  aws = await vpcTrial();
});
afterEach(() => aws.stop());

test('a VPC comes with the first instance in it, and with what leads out of its subnets', async () => {
  expect(aws.topology()).toEqual({ vpcs: [], instances: [], balancers: [] });
  const group = await aws.group('web');
  const { id, address, eni, publicIp } = await aws.instance(aws.subnets.open.id, [group]);
  const { vpcs, instances } = aws.topology();
  expect(instances).toEqual([
    { id, vpcId: aws.VpcId, hostName: `ip-${address.replaceAll('.', '-')}.ec2.internal`, address },
  ]);
  expect(vpcs).toHaveLength(1);
  const [vpc] = vpcs;
  expect(vpc).toMatchObject({ id: aws.VpcId, ranges: ['10.0.0.0/16'], resolver: '10.0.0.2', dnsSupport: true });
  expect(vpc!.interfaces).toMatchObject([
    {
      id: eni,
      link: `e${eni.slice(-10)}`,
      addresses: [address],
      prefixLength: 24,
      owner: { kind: 'instance', id, index: 0 },
      publicAddresses: { [address]: publicIp },
      groups: [group],
      sourceDestinationCheck: true,
      metadata: { hopLimit: 2, enabled: true },
    },
  ]);
  expect(vpc!.natGateways).toMatchObject([{ id: aws.NatGatewayId, publicAddress: aws.natAddress }]);
  const kinds = Object.values(aws.subnets).map(({ table }) =>
    vpc!.routeTables.find((own) => own.id === table)!.routes.map(({ to }) => to.kind),
  );
  expect(kinds).toEqual([['local', 'internet-gateway'], ['local', 'nat-gateway'], ['local']]);
});

test('a NAT gateway that goes leaves a route that drops; an interface that nothing has has no link', async () => {
  const group = await aws.group('web');
  await aws.instance(aws.subnets.inside.id, [group]);
  await aws.ec2.send(new DeleteNatGatewayCommand({ NatGatewayId: aws.NatGatewayId }));
  const free = await aws.ec2.send(
    new CreateNetworkInterfaceCommand({ SubnetId: aws.subnets.inside.id, Groups: [group] }),
  );
  const [vpc] = aws.topology().vpcs;
  const table = vpc!.routeTables.find(({ id }) => id === aws.subnets.inside.table);
  expect(table!.routes[1]).toEqual({ range: '0.0.0.0/0', to: { kind: 'drop' } });
  const eni = vpc!.interfaces.find(({ id }) => id === free.NetworkInterface?.NetworkInterfaceId);
  expect(eni?.owner).toBeUndefined();
  const plan = planOf('ab12', aws.topology());
  expect(plan.links.map(({ name }) => name)).not.toContain(eni!.link);
  const lines = plan.namespaces.flatMap((each) => each.lines.map(({ add }) => add));
  expect(lines).toContain(`route replace blackhole 0.0.0.0/0 table ${tableNumber(aws.subnets.inside.table)}`);
});

test('an instance that stops loses its namespace and its link', async () => {
  const { id } = await aws.instance(aws.subnets.dark.id, [await aws.group('web')]);
  const names = () => planOf('ab12', aws.topology()).namespaces.map(({ name }) => name);
  expect(names()).toContain(`q-ab12-${id.slice(-8)}`);
  await aws.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
  await aws.pass(seconds(31));
  expect(names()).toEqual(['q-ab12-net']);
});

test('the filter of a router names each interface, its groups, its own addresses and its hop limit', async () => {
  const group = await aws.group('web');
  await aws.allow(group, { IpProtocol: 'icmp', FromPort: 8, ToPort: -1, IpRanges: [{ CidrIp: '10.0.0.0/24' }] });
  await aws.allow(group, { IpProtocol: 'udp', FromPort: 8472, ToPort: 8472, UserIdGroupPairs: [{ GroupId: group }] });
  await aws.allow(group, { IpProtocol: '50', IpRanges: [{ CidrIp: '0.0.0.0/0' }] });
  const { address, eni, publicIp } = await aws.instance(aws.subnets.open.id, [group]);
  const filter = planOf('ab12', aws.topology()).namespaces.find(({ filter }) => filter)?.filter ?? '';
  const link = `e${eni.slice(-10)}`;
  for (const line of [
    `elements = { ${address} }`,
    'ip saddr { 10.0.0.0/24 } icmp type 8 accept',
    `ip saddr @members_${group} udp dport 8472-8472 accept`,
    'meta l4proto 50 accept',
    'goto arriving',
    `jump out_${group}`,
    `iifname vmap { "${link}" : goto from_${link}, "internet" : goto arriving }`,
    `oifname vmap { "${link}" : goto to_${link}, "internet" : accept }`,
    `ip saddr != { ${address} } drop`,
    `ip saddr 169.254.169.254 ip daddr { ${address} } ip ttl set 2`,
    `iifname "internet" dnat to ip daddr map { ${publicIp} : ${address} }`,
    `rt ip nexthop 198.19.255.254 ip saddr != { ${address} } drop`,
  ])
    expect(filter.split('\n').map((each) => each.trim())).toContain(line);
});

test('link addresses are all different, whatever their ids hash to', () => {
  const ids = Array.from({ length: 5000 }, (_, at) => `vpc-${at}`);
  expect(new Set(linkAddresses(ids).values()).size).toBe(5000);
});
