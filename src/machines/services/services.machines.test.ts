import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { CreateSubnetCommand, CreateVpcCommand, EC2, type RunInstancesRequest } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { minutes } from '../../base/duration.ts';
import { eksImageId } from '../../emulator/aws/ec2/eks-images.ts';
import { isListening } from '../../emulator/aws/elbv2/listening.ts';
import { type AwsUnderTest, startForTest } from '../../emulator/start-for-test.ts';
import type { Made } from '../made.ts';
import { namespaceOf } from '../network/namespace-of.ts';
import { topologyOf } from '../network/topology-of.ts';
import { run } from '../run.ts';
import { newAuthority } from './authority.ts';
import { listeningWriter } from './listening-writer.ts';
import { createServices, type Services } from './services.ts';
import { closeSockets, openSockets } from './sockets.ts';

const runId = randomBytes(2).toString('hex');
const region = 'us-east-1';
const made: string[] = [];
const children = new Map<string, Made>();
let aws: AwsUnderTest;
let services: Services;
let server: ChildProcess | undefined;
const here = { vpcId: '', instanceId: '', address: '', node: '', balancer: '', host: '' };
const names = { internet: '', router: '', machine: '', balancer: '' };

const ip = (...words: string[]): Promise<string> => run('ip', words);

async function namespace(name: string, ...addresses: string[]): Promise<string> {
  made.push(name);
  await ip('netns', 'add', name);
  await ip('-n', name, 'link', 'set', 'lo', 'up');
  for (const address of addresses) await ip('-n', name, 'addr', 'add', `${address}/32`, 'dev', 'lo');
  return name;
}

/** A cable from the router to a namespace that has an address. */
async function cable(to: string, link: string, address: string): Promise<void> {
  await ip('link', 'add', link, 'netns', names.router, 'type', 'veth', 'peer', 'name', 'ens5', 'netns', to);
  await ip('-n', names.router, 'link', 'set', link, 'up');
  await ip('-n', names.router, 'route', 'add', `${address}/32`, 'dev', link);
  await ip('-n', to, 'addr', 'add', `${address}/32`, 'dev', 'ens5');
  await ip('-n', to, 'link', 'set', 'ens5', 'up');
  await ip('-n', to, 'route', 'add', 'default', 'dev', 'ens5', 'src', address);
}

/** A program of Node inside of a namespace, and what it printed. */
const inside = (where: string, program: string): Promise<string> =>
  run('ip', ['netns', 'exec', where, process.execPath, '--input-type=module', '-e', program]);

async function makeWorld(): Promise<void> {
  const [ec2, elb] = [new EC2(aws.settings()), new ElasticLoadBalancingV2(aws.settings())];
  here.vpcId = (await ec2.send(new CreateVpcCommand({ CidrBlock: '10.7.0.0/16' }))).Vpc!.VpcId!;
  const subnet = { VpcId: here.vpcId, CidrBlock: '10.7.1.0/24', AvailabilityZone: 'us-east-1a' };
  const SubnetId = (await ec2.send(new CreateSubnetCommand(subnet))).Subnet!.SubnetId!;
  const ImageId = eksImageId(region, '1.34', 'al2023', 'x86_64') ?? '';
  const asked: RunInstancesRequest = { ImageId, InstanceType: 'm5.large', SubnetId, MinCount: 1, MaxCount: 1 };
  const { Instances } = await ec2.runInstances(asked);
  Object.assign(here, { instanceId: Instances![0]!.InstanceId!, address: Instances![0]!.PrivateIpAddress! });
  const { LoadBalancers } = await elb.createLoadBalancer({
    Name: 'api',
    Type: 'network',
    Scheme: 'internal',
    Subnets: [SubnetId],
  });
  Object.assign(here, { balancer: LoadBalancers![0]!.LoadBalancerArn!, host: LoadBalancers![0]!.DNSName! });
  const { TargetGroups } = await elb.createTargetGroup({
    Name: 'api',
    Protocol: 'TCP',
    Port: 8080,
    VpcId: here.vpcId,
    HealthCheckProtocol: 'HTTP',
    HealthCheckPath: '/readyz',
    HealthCheckIntervalSeconds: 5,
    HealthCheckTimeoutSeconds: 2,
    HealthyThresholdCount: 2,
    UnhealthyThresholdCount: 2,
  });
  const TargetGroupArn = TargetGroups![0]!.TargetGroupArn!;
  await elb.createListener({
    LoadBalancerArn: here.balancer,
    Protocol: 'TCP',
    Port: 443,
    DefaultActions: [{ Type: 'forward', TargetGroupArn }],
  });
  await aws.clock.sleep(minutes(3));
  await elb.registerTargets({ TargetGroupArn, Targets: [{ Id: here.instanceId }] });
  here.node = topologyOf(aws.world).balancers[0]!.nodes[0]!.address;
}

async function makeNamespaces(): Promise<void> {
  names.internet = await namespace(namespaceOf.internet(runId), '198.18.0.1', '198.18.0.2', '198.18.0.3');
  names.router = await namespace(namespaceOf.vpc(runId, here.vpcId), '169.254.169.254', '169.254.169.253', '10.7.0.2');
  await run('ip', ['netns', 'exec', names.router, 'sysctl', '-qw', 'net.ipv4.ip_forward=1']);
  names.machine = await namespace(namespaceOf.machine(runId, here.instanceId));
  names.balancer = await namespace(namespaceOf.balancer(runId, here.balancer));
  await cable(names.machine, 'e1', here.address);
  await cable(names.balancer, 'e2', here.node);
  for (const link of ['e1', 'e2'])
    await run('ip', ['netns', 'exec', names.router, 'sysctl', '-qw', `net.ipv4.conf.${link}.proxy_arp=1`]);
}

const start = async (): Promise<void> => {
  const program = `import { createServer } from 'node:http';
    createServer((q, r) => r.end('at ' + q.url + ' from ' + q.socket.remoteAddress)).listen(8080, '${here.address}', () => console.log('up'));`;
  const words = ['netns', 'exec', names.machine, process.execPath, '--input-type=module', '-e', program];
  server = spawn('ip', words, { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => server!.stdout!.once('data', resolve));
};

const stop = async (): Promise<void> => {
  const ended = new Promise((resolve) => server?.once('exit', resolve));
  if (server?.kill('SIGKILL')) await ended;
  server = undefined;
};

const until = async (what: () => boolean | Promise<boolean>): Promise<void> => {
  const end = Date.now() + 30_000;
  while (!(await what())) {
    if (Date.now() > end) throw new Error(`not so within 30 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

const answers = (): boolean => isListening(aws.turns.at(region), here.instanceId, 8080);

beforeAll(async () => {
  aws = await startForTest();
  await makeWorld();
  await makeNamespaces();
  services = createServices({
    runId,
    records: {
      add: (one) => void children.set(JSON.stringify(one), one),
      forget: (one) => void children.delete(JSON.stringify(one)),
    },
    aws,
    mirror: (request, response) => void response.end(`mirror of ${request.url}`),
    authority: await newAuthority(),
    onTarget: listeningWriter(aws.turns),
  });
  await services.sync(topologyOf(aws.world));
});

afterAll(async () => {
  await services?.close();
  await stop();
  for (const name of made.reverse()) await ip('netns', 'del', name);
  await aws?.stop();
  expect([...children.values()]).toEqual([]);
});

describe('sockets of another namespace', () => {
  it('are handed over, and their namespace or address has to be there', async () => {
    const places = [
      { protocol: 'tcp', address: '169.254.169.254', port: 81 },
      { protocol: 'udp', address: '169.254.169.254', port: 81 },
    ] as const;
    const opened = await openSockets(places, { namespace: names.router });
    expect(opened.map(({ protocol }) => protocol)).toEqual(['tcp', 'udp']);
    await expect(openSockets(places, { namespace: names.router })).rejects.toThrow(
      `no sockets in the network namespace ${names.router}: tcp 169.254.169.254:81: something listens there already`,
    );
    closeSockets(opened);
    await expect(openSockets(places, { namespace: names.machine })).rejects.toThrow(
      'no interface there has this address',
    );
    await expect(openSockets(places, { namespace: 'q-none' })).rejects.toThrow(/q-none.*No such file/s);
  });
});

describe('inside of a machine', () => {
  it('metadata is that of the instance, by its address', async () => {
    const program = `const at = 'http://169.254.169.254/latest/';
      const token = await (await fetch(at + 'api/token', { method: 'PUT', headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '60' } })).text();
      console.log(await (await fetch(at + 'meta-data/instance-id', { headers: { 'x-aws-ec2-metadata-token': token } })).text());
      console.log((await fetch(at + 'api/token', { method: 'PUT', headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '60', 'x-forwarded-for': '1.1.1.1' } })).status);`;
    expect(await inside(names.machine, program)).toBe(`${here.instanceId}\n403\n`);
    const nobody = `await fetch('http://169.254.169.254/latest/').catch((error) => console.log(error.message));`;
    expect(await inside(names.balancer, nobody)).toBe('fetch failed\n');
  });

  it.each(['10.7.0.2', '169.254.169.253'])('names are resolved by %s, by UDP and TCP', async (resolver) => {
    const program = `import { Resolver } from 'node:dns/promises';
      import { connect } from 'node:net';
      import { decode, encode, RECURSION_DESIRED } from 'dns-packet';
      const own = new Resolver(); own.setServers(['${resolver}']);
      console.log((await own.resolve4('${here.host}')).join(), (await own.resolve4('mirror.quilla.internal')).join());
      await own.resolve4('registry.k8s.io').catch((error) => console.log(error.code));
      const query = encode({ type: 'query', id: 5, flags: RECURSION_DESIRED, questions: [{ type: 'A', name: 'sts.us-east-1.amazonaws.com' }] });
      const socket = connect(53, '${resolver}');
      socket.write(Buffer.concat([Buffer.from([0, query.length]), query]));
      socket.once('data', (part) => { console.log(decode(part.subarray(2)).answers[0].data); socket.destroy(); });`;
    expect(await inside(names.machine, program)).toBe(`${here.node} 198.18.0.2\nENOTFOUND\n198.18.0.1\n`);
  });

  it('nothing resolves where DNS support is off', async () => {
    const topology = topologyOf(aws.world);
    const vpcs = topology.vpcs.map((vpc) => ({ ...vpc, dnsSupport: false }));
    await services.sync({ ...topology, vpcs });
    const program = `import { connect } from 'node:net'; connect(53, '10.7.0.2').on('error', (error) => console.log(error.code));`;
    expect(await inside(names.machine, program)).toBe('ECONNREFUSED\n');
    await services.sync(topology);
  });
});

it('the mirror answers on the internet, by HTTPS only', async () => {
  const program = `import { get } from 'node:https'; import { connect } from 'node:net';
    get({ host: '198.18.0.2', path: '/files/x', servername: 'mirror.quilla.internal', rejectUnauthorized: false, agent: false }, async (answer) => {
      console.log((await answer.toArray()).join(''), answer.socket.getPeerCertificate().subjectaltname);
      connect(80, '198.18.0.2').on('error', (error) => console.log(error.code)); });`;
  expect(await inside(names.internet, program)).toBe('mirror of /files/x DNS:mirror.quilla.internal\nECONNREFUSED\n');
});

it('a load balancer follows its target down and up, and is reached from the host', async () => {
  await start();
  await until(answers);
  const ask = (path: string) =>
    inside(names.machine, `console.log(await (await fetch('http://${here.node}:443${path}')).text())`);
  // A machine reaches itself through its load balancer.
  expect(await ask('/a')).toBe(`at /a from ${here.node}\n`);
  const reached = await services.forward(here.host, 443);
  if ('why' in reached) throw new Error(reached.why);
  const text = await (await fetch(`http://${reached.host}:${reached.port}/b`)).text();
  expect(text).toBe(`at /b from ${here.node}`);
  expect(await services.forward(here.host, 443)).toEqual(reached);
  expect(await services.forward(here.host, 80)).toEqual({ why: 'load balancer api has no listener at port 80' });
  expect(await services.forward('api.nowhere', 443)).toMatchObject({ why: expect.stringContaining('no such host') });
  await stop();
  await until(() => !answers());
  await expect(
    new Promise((_, reject) =>
      connect(reached.port, reached.host)
        .once('error', reject)
        .once('close', () => reject(new Error('closed'))),
    ),
  ).rejects.toThrow(/ECONNRESET|closed/);
  await start();
  await until(answers);
  expect(await ask('/c')).toBe(`at /c from ${here.node}\n`);
});

it('is not disturbed by being made so again, and goes with its topology', async () => {
  const before = [...children.keys()];
  const topology = topologyOf(aws.world);
  await Promise.all([services.sync(topology), services.sync(topology), services.sync(topology)]);
  expect([...children.keys()]).toEqual(before);
  await services.sync({ ...topology, vpcs: [], balancers: [] });
  expect(children.size).toBe(0);
  const program = `import { connect } from 'node:net'; connect(80, '169.254.169.254').on('error', (error) => console.log(error.code));`;
  expect(await inside(names.machine, program)).toBe('ECONNREFUSED\n');
});
