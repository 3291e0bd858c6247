import {
  CreateVpcEndpointCommand,
  DeleteNatGatewayCommand,
  ModifyInstanceMetadataOptionsCommand,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { seconds } from '../../base/duration.ts';
import { nodeIn } from '../../emulator/aws/elbv2/load-balancer-places.ts';
import { run } from '../run.ts';
import { linkLocal, servicePlaces } from './addresses.ts';
import { namespaceOf } from './namespace-of.ts';
import { networkTrial, type VpcTrial, vpcTrial } from './network-trial.ts';

let aws: VpcTrial;
let net: ReturnType<typeof networkTrial>;
beforeEach(async () => {
  aws = await vpcTrial();
  net = networkTrial();
});
afterEach(async () => {
  await net.close();
  await aws.stop();
  expect(await run('ip', ['netns', 'list'])).not.toContain(`q-${net.runId}-`);
  expect(net.records.all()).toEqual([]);
});

const sync = () => net.network.sync(aws.topology());
const tcp = (port: number, to: object) => ({ IpProtocol: 'tcp', FromPort: port, ToPort: port, ...to });
const router = () => namespaceOf.vpc(net.runId, aws.VpcId);

describe('load balancers', () => {
  test('have a node with its own address and groups in each subnet, and a public one where they face the internet', async () => {
    const [web, front] = [await aws.group('web'), await aws.group('front')];
    const { id } = await aws.instance(aws.subnets.inside.id, [web]);
    const turn = aws.turn();
    const arn = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/x/0123456789abcdef';
    const named = { arn, type: 'network' as const, securityGroups: [front] };
    const subnets = [aws.subnets.open, aws.subnets.dark].map((subnet, at) =>
      nodeIn(turn, named, { id: subnet.id, zone: `us-east-1${at === 0 ? 'a' : 'b'}` }),
    );
    const rest = {
      name: 'x',
      ipAddressType: 'ipv4' as const,
      dnsName: 'x.elb',
      createdAt: 0,
      attributes: {},
      tags: {},
    };
    const scheme = 'internet-facing' as const;
    turn.state.elbv2.loadBalancers[arn] = { ...named, ...rest, scheme, vpcId: aws.VpcId, state: 'active', subnets };
    await aws.allow(front, tcp(6443, { IpRanges: [{ CidrIp: '0.0.0.0/0' }] }));
    await aws.allow(web, tcp(80, { UserIdGroupPairs: [{ GroupId: front }] }));
    await sync();
    const namespace = namespaceOf.balancer(net.runId, arn);
    await net.tellPeer(namespace, 6443);
    await net.tellPeer(net.machine(id), 80);
    const [balancer] = aws.topology().balancers;
    const [open, dark] = balancer!.nodes;
    const { address } = aws.topology().instances[0]!;
    for (const node of [open, dark]) {
      expect(await net.ask(net.machine(id), node!.address, 6443)).toBe(address);
      expect(await net.ask(namespace, address, 80, `,bind=${node!.address}`)).toBe(node!.address);
    }
    expect(await net.ask(net.machine(id), open!.publicAddress!, 6443)).toBe(aws.natAddress);
    expect(await net.ask(net.internet, open!.publicAddress!, 6443)).toBe(servicePlaces.aws);
    expect(await net.ask(net.machine(id), open!.address, 6444)).toBe('nothing');
  });
});

describe('the internet', () => {
  test('is reached by NAT, by a public address, and from nowhere else', async () => {
    const all = await aws.group('all');
    const machines = [
      await aws.instance(aws.subnets.open.id, [all]),
      await aws.instance(aws.subnets.inside.id, [all]),
      await aws.instance(aws.subnets.dark.id, [all]),
    ] as const;
    await sync();
    await net.tellPeer(net.internet, 443);
    const seen = () => Promise.all(machines.map(({ id }) => net.ask(net.machine(id), servicePlaces.aws, 443)));
    expect(await seen()).toEqual([machines[0].publicIp, aws.natAddress, 'nothing']);
    expect(await net.ask(net.machine(machines[1].id), '198.18.9.9', 443)).toMatch(/unreachable|No route/);
    await net.tellPeer(net.machine(machines[0].id), 80);
    expect(await net.ask(net.internet, machines[0].publicIp, 80)).toBe('nothing');
    await aws.allow(all, tcp(80, { IpRanges: [{ CidrIp: '0.0.0.0/0' }] }));
    await sync();
    expect(await net.ask(net.internet, machines[0].publicIp, 80)).toBe(servicePlaces.aws);
    // By its public address from inside, too: it is seen as what the internet sees.
    expect(await net.ask(net.machine(machines[1].id), machines[0].publicIp, 80)).toBe(aws.natAddress);
    await aws.ec2.send(new DeleteNatGatewayCommand({ NatGatewayId: aws.NatGatewayId }));
    await sync();
    expect(await seen()).toEqual([machines[0].publicIp, 'nothing', 'nothing']);
  });

  test("is not needed for S3 where the subnet's table has its endpoint, nor for an interface endpoint's service", async () => {
    const all = await aws.group('all');
    const { id, address } = await aws.instance(aws.subnets.dark.id, [all]);
    await sync();
    await net.tellPeer(net.internet, 443);
    expect(await net.ask(net.machine(id), servicePlaces.s3, 443)).toBe('nothing');
    const s3 = { VpcId: aws.VpcId, ServiceName: 'com.amazonaws.us-east-1.s3', RouteTableIds: [aws.subnets.dark.table] };
    await aws.ec2.send(new CreateVpcEndpointCommand(s3));
    const sqs = { VpcId: aws.VpcId, ServiceName: 'com.amazonaws.us-east-1.sqs', VpcEndpointType: 'Interface' as const };
    const more = { SubnetIds: [aws.subnets.inside.id], PrivateDnsEnabled: false, SecurityGroupIds: [all] };
    await aws.ec2.send(new CreateVpcEndpointCommand({ ...sqs, ...more }));
    await aws.pass(seconds(65));
    await sync();
    const [vpc] = aws.topology().vpcs;
    expect(await net.ask(net.machine(id), servicePlaces.s3, 443)).toBe(vpc!.linkAddress);
    expect(await net.ask(net.machine(id), servicePlaces.aws, 443)).toBe('nothing');
    const [endpoint] = vpc!.endpoints;
    const own = vpc!.interfaces.find(({ owner }) => owner?.kind === 'endpoint')!.addresses[0]!;
    expect(await net.ask(net.machine(id), own, 443)).toBe('nothing');
    await aws.allow(all, tcp(443, { IpRanges: [{ CidrIp: `${address}/32` }] }));
    await sync();
    expect(await net.ask(net.machine(id), own, 443)).toBe(endpoint!.linkAddress);
  });
});

describe('metadata', () => {
  test('goes as many hops as the instance allows, to the machine or to a pod behind it, and nowhere where it is off', async () => {
    const { id } = await aws.instance(aws.subnets.dark.id, [await aws.group('all')]);
    const limit = async (options: object) => {
      await aws.ec2.send(new ModifyInstanceMetadataOptionsCommand({ InstanceId: id, ...options }));
      await sync();
    };
    await limit({ HttpPutResponseHopLimit: 1 });
    const [machine, pod] = [net.machine(id), `q-${net.runId}-pod`];
    await run('ip', ['netns', 'add', pod]);
    await run('ip', ['-batch', '-'], {
      input: `link add name pod0 netns ${machine} type veth peer name eth0 netns ${pod}\n`,
    });
    await run('ip', ['-n', machine, '-batch', '-'], { input: 'addr add 10.244.0.1/24 dev pod0\nlink set pod0 up\n' });
    const inPod = 'addr add 10.244.0.2/24 dev eth0\nlink set eth0 up\nroute add default via 10.244.0.1\n';
    await run('ip', ['-n', pod, '-batch', '-'], { input: inPod });
    await net.execute(machine, 'sysctl', '-q', '-w', 'net.ipv4.ip_forward=1');
    await net.execute(
      machine,
      'nft',
      'add table ip pods; add chain ip pods out { type nat hook postrouting priority srcnat; }; add rule ip pods out ip saddr 10.244.0.0/24 oifname "ens5" masquerade',
    );
    await net.tellPeer(router(), 80);
    const ask = (namespace: string) => net.ask(namespace, linkLocal.metadata, 80);
    const { address } = aws.topology().instances[0]!;
    expect([await ask(machine), await ask(pod)]).toEqual([address, 'nothing']);
    await limit({ HttpPutResponseHopLimit: 2 });
    expect([await ask(machine), await ask(pod)]).toEqual([address, address]);
    await limit({ HttpEndpoint: 'disabled' });
    expect(await ask(machine)).toMatch(/refused/);
    await run('ip', ['netns', 'delete', pod]);
  });

  test('and names are answered whatever groups say; other ports of the router are not', async () => {
    const { id, address } = await aws.instance(aws.subnets.dark.id, [await aws.group('all')]);
    await sync();
    for (const port of [53, 8080]) await net.tellPeer(router(), port);
    const ask = (to: string, port: number) => net.ask(net.machine(id), to, port);
    expect(await ask('10.0.0.2', 53)).toBe(address);
    expect(await ask(linkLocal.resolver, 53)).toBe(address);
    expect(await ask('10.0.0.2', 8080)).toBe('nothing');
  });
});
