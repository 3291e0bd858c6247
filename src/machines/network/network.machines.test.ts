import { spawn } from 'node:child_process';
import {
  AttachNetworkInterfaceCommand,
  CreateNetworkInterfaceCommand,
  CreateRouteCommand,
  DetachNetworkInterfaceCommand,
  ModifyNetworkInterfaceAttributeCommand,
  RevokeSecurityGroupIngressCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { run } from '../run.ts';
import { servicePlaces } from './addresses.ts';
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

/** Three machines: two in one subnet and one in another, of which the second and third serve port 80. */
async function three() {
  const [web, data] = [await aws.group('web'), await aws.group('data')];
  const { inside, dark } = aws.subnets;
  const a = await aws.instance(inside.id, [web]);
  const b = await aws.instance(inside.id, [data]);
  const c = await aws.instance(dark.id, [data]);
  await sync();
  for (const { id } of [b, c]) await net.tellPeer(net.machine(id), 80);
  return { a, b, c, web, data };
}

describe('security groups', () => {
  test('close all that no rule opens, within a subnet and between two, by group and by range', async () => {
    const { a, b, c, web, data } = await three();
    const ask = (to: string) => net.ask(net.machine(a.id), to, 80);
    expect([await ask(b.address), await ask(c.address)]).toEqual(['nothing', 'nothing']);
    await aws.allow(data, tcp(80, { UserIdGroupPairs: [{ GroupId: web }] }));
    await sync();
    expect([await ask(b.address), await ask(c.address)]).toEqual([a.address, a.address]);
    // Of another group: the rule is not for it.
    expect(await net.ask(net.machine(b.id), c.address, 80)).toBe('nothing');
    await aws.allow(data, tcp(80, { IpRanges: [{ CidrIp: '10.0.1.0/24' }] }));
    await sync();
    expect(await net.ask(net.machine(b.id), c.address, 80)).toBe(b.address);
    expect(await net.ask(net.machine(c.id), b.address, 80)).toBe('nothing');
  });

  test('tell protocols apart, also behind a route that leads to an interface', async () => {
    const { a, b, data } = await three();
    const ping = `import socket,struct
s=socket.socket(socket.AF_INET,socket.SOCK_RAW,1); s.settimeout(1)
body=struct.pack('!BBHHH',8,0,0,7,1); sum=~(0x800+7+1)&0xffff
s.sendto(struct.pack('!BBHHH',8,0,sum,7,1),(ADDRESS,0)); print('echo' if s.recv(99)[20]==0 else 'other')`;
    const datagram = `import socket
s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); s.settimeout(1)
s.sendto(b'x',(ADDRESS,5353)); print(s.recv(99).decode().strip())`;
    const say = async (program: string, to: string) => {
      try {
        return (await net.execute(net.machine(a.id), 'python3', '-c', program.replace('ADDRESS', `'${to}'`))).trim();
      } catch {
        return 'nothing';
      }
    };
    await net.tellPeer(net.machine(b.id), 5353, 'UDP');
    const both = async (to: string) => [await say(ping, to), await say(datagram, to)];
    const from = { IpRanges: [{ CidrIp: `${a.address}/32` }] };
    expect(await both(b.address)).toEqual(['nothing', 'nothing']);
    await aws.allow(data, { IpProtocol: 'icmp', FromPort: 8, ToPort: -1, ...from });
    await sync();
    expect(await both(b.address)).toEqual(['echo', 'nothing']);
    await aws.allow(data, { IpProtocol: 'udp', FromPort: 5353, ToPort: 5353, ...from });
    await sync();
    expect(await both(b.address)).toEqual(['echo', a.address]);
    const route = { RouteTableId: aws.subnets.inside.table, DestinationCidrBlock: '100.96.0.0/24' };
    await aws.ec2.send(new CreateRouteCommand({ ...route, NetworkInterfaceId: b.eni }));
    await net.execute(net.machine(b.id), 'ip', 'address', 'add', '100.96.0.1/32', 'dev', 'lo');
    await sync();
    expect(await say(ping, '100.96.0.1')).toBe('nothing');
    const open = { NetworkInterfaceId: b.eni, SourceDestCheck: { Value: false } };
    await aws.ec2.send(new ModifyNetworkInterfaceAttributeCommand(open));
    await sync();
    expect(await say(ping, '100.96.0.1')).toBe('echo');
  });

  test('let a connection that they tracked go on when its rule goes', async () => {
    const { a, b, data } = await three();
    const rule = tcp(7, { IpRanges: [{ CidrIp: '10.0.0.0/16' }] });
    await aws.allow(data, rule);
    await sync();
    await net.serve(net.machine(b.id), 'socat', 'TCP4-LISTEN:7,fork', 'EXEC:cat');
    const client = spawn('ip', ['netns', 'exec', net.machine(a.id), 'socat', `TCP4:${b.address}:7`, '-']);
    const echo = (text: string) =>
      new Promise<string>((resolve, reject) => {
        client.stdout.once('data', (part: Buffer) => resolve(part.toString()));
        setTimeout(() => reject(new Error('no echo after 3 seconds')), 3000);
        client.stdin.write(text);
      });
    expect(await echo('one')).toBe('one');
    await aws.ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: data, IpPermissions: [rule] }));
    await sync();
    expect(await echo('two')).toBe('two');
    expect(await net.ask(net.machine(a.id), b.address, 7)).toBe('nothing');
    client.kill();
  });
});

describe('interfaces', () => {
  test('send as themselves only, while the check of sources is on', async () => {
    const { a, b, data } = await three();
    await aws.allow(data, tcp(80, { IpRanges: [{ CidrIp: '0.0.0.0/0' }] }));
    await sync();
    await net.execute(net.machine(a.id), 'ip', 'addr', 'add', '10.0.1.250/32', 'dev', 'ens5');
    await net.execute(
      router(),
      'nft',
      'add table ip spy; add chain ip spy passing { type filter hook forward priority -300; }; add rule ip spy passing ip saddr 10.0.1.250 counter',
    );
    const spoof = () => net.ask(net.machine(a.id), b.address, 80, ',bind=10.0.1.250');
    const passed = async () =>
      Number(/packets (\d+)/.exec(await net.execute(router(), 'nft', 'list table ip spy'))?.[1]);
    expect(await spoof()).toBe('nothing');
    expect(await passed()).toBe(0);
    const open = { NetworkInterfaceId: a.eni, SourceDestCheck: { Value: false } };
    await aws.ec2.send(new ModifyNetworkInterfaceAttributeCommand(open));
    await sync();
    await spoof();
    expect(await passed()).toBeGreaterThan(0);
  });

  test('go from one machine to another with their MAC and address, and arrive bare', async () => {
    const all = await aws.group('all');
    await aws.allow(all, tcp(80, { IpRanges: [{ CidrIp: '0.0.0.0/0' }] }));
    const { inside, dark } = aws.subnets;
    const a = await aws.instance(inside.id, [all]);
    const b = await aws.instance(inside.id, [all]);
    const c = await aws.instance(dark.id, [all]);
    const request = { SubnetId: inside.id, Groups: [all] };
    const { NetworkInterface } = await aws.ec2.send(new CreateNetworkInterfaceCommand(request));
    const { NetworkInterfaceId = '', MacAddress = '', PrivateIpAddress = '' } = NetworkInterface ?? {};
    const attach = (InstanceId: string) =>
      aws.ec2.send(new AttachNetworkInterfaceCommand({ InstanceId, NetworkInterfaceId, DeviceIndex: 1 }));
    const links = (id: string) =>
      net.execute(net.machine(id), 'ip', '-o', 'address', 'show').then((text) => text.includes(PrivateIpAddress));
    for (const [at, id] of [a.id, b.id].entries()) {
      const { AttachmentId } = await attach(id);
      await sync();
      expect(await net.execute(net.machine(id), 'ip', '-o', 'link', 'show', 'ens6')).toMatch(
        new RegExp(`mtu 9001 .*state DOWN.*link/ether ${MacAddress}`),
      );
      expect(await links(id)).toBe(false);
      const range = `${PrivateIpAddress}/24`;
      for (const words of [
        ['addr', 'add', range, 'dev', 'ens6', 'noprefixroute'],
        ['link', 'set', 'ens6', 'up'],
        ['rule', 'add', 'from', PrivateIpAddress, 'lookup', '1001'],
        ['route', 'add', 'default', 'via', '10.0.1.1', 'dev', 'ens6', 'onlink', 'table', '1001'],
      ])
        await net.execute(net.machine(id), 'ip', ...words);
      await net.tellPeer(net.machine(id), 80);
      expect(await net.ask(net.machine(c.id), PrivateIpAddress, 80)).toBe(c.address);
      if (at > 0) continue;
      await aws.ec2.send(new DetachNetworkInterfaceCommand({ AttachmentId, Force: true }));
      await sync();
      await expect(net.execute(net.machine(id), 'ip', 'link', 'show', 'ens6')).rejects.toThrow(/does not exist/);
    }
  });
});

describe('a sync', () => {
  const state = async () =>
    Promise.all(
      [net.internet, router()].flatMap((name) => [
        run('ip', ['-n', name, '-o', 'link']),
        run('ip', ['-n', name, 'route', 'show', 'table', 'all']),
        run('ip', ['-n', name, 'rule']),
        net.execute(name, 'nft', 'list', 'ruleset'),
      ]),
    );

  test('again changes nothing; what ends takes its namespace along, and a renewed machine is empty', async () => {
    const all = await aws.group('all');
    const a = await aws.instance(aws.subnets.inside.id, [all]);
    const b = await aws.instance(aws.subnets.inside.id, [all]);
    await Promise.all([sync(), sync(), sync()]);
    const before = await state();
    await sync();
    expect(await state()).toEqual(before);
    await net.execute(net.machine(a.id), 'ip', 'link', 'add', 'left', 'type', 'veth', 'peer', 'name', 'right');
    await net.network.renew(a.id);
    expect(await run('ip', ['-n', net.machine(a.id), 'link'])).not.toContain('left');
    expect(await run('ip', ['-n', net.machine(a.id), 'address', 'show', 'ens5'])).toContain(`${a.address}/24`);
    await aws.ec2.send(new TerminateInstancesCommand({ InstanceIds: [b.id] }));
    await sync();
    const names = await run('ip', ['netns', 'list']);
    expect([names.includes(net.machine(a.id)), names.includes(net.machine(b.id))]).toEqual([true, false]);
  });

  test('that broke off goes on from what is there', async () => {
    const a = await aws.instance(aws.subnets.inside.id, [await aws.group('all')]);
    const topology = aws.topology();
    const [vpc] = topology.vpcs;
    const routeTables = vpc!.routeTables.map((table) => ({
      ...table,
      routes: [...table.routes, { range: 'nonsense', to: { kind: 'drop' as const } }],
    }));
    await expect(net.network.sync({ ...topology, vpcs: [{ ...vpc!, routeTables }] })).rejects.toThrow(
      /failed in namespace q-[0-9a-f]{4}-\w+: .*"nonsense"/,
    );
    await sync();
    const fresh = await state();
    await net.network.renew(a.id);
    expect((await state())[1]).toEqual(fresh[1]);
    await net.tellPeer(net.internet, 443);
    expect(await net.ask(net.machine(a.id), servicePlaces.aws, 443)).toBe(aws.natAddress);
  });
});
