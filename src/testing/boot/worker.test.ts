import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BootConfig } from '../../model/bootstrap/self-managed/boot-config.ts';
import { authorityObject } from '../../model/store-layout.ts';
import { workerConfig } from './boot-configs.ts';
import { type BootWorld, startBootWorld } from './boot-world.ts';
import { type Machine, newMachine, tries } from './machine.ts';

const authority = '-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----\n';
let world: BootWorld;
let instanceId: string;
const machines: Machine[] = [];

beforeAll(async () => {
  world = await startBootWorld();
  instanceId = await world.instance('us-east-1a', 'workers');
});
beforeEach(() => world.put(authorityObject, authority));
afterAll(async () => {
  await Promise.all(machines.map((machine) => machine.remove()));
  await world.aws.stop();
});

const worker = async (more: Partial<BootConfig> = {}): Promise<Machine> => {
  const made = await newMachine(workerConfig(more), {
    QUILLA_IMDS: `${world.aws.endpoint}/_embedded/imds/${instanceId}`,
    QUILLA_ENDPOINT: world.aws.endpoint,
  });
  machines.push(made);
  return made;
};

it('a worker boots to the end with its role as its only credential, and says so', async () => {
  const machine = await worker({
    kubelet: {
      labels: { 'quilla.dev/group': 'nodes', zone: 'a' },
      taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }],
      maxPods: 42,
      flags: { v: '3' },
    },
  });
  const { code, output } = await machine.run('run');
  expect(code, output).toBe(0);
  expect(output.match(/STEP \S+/g)).toEqual(
    ['configure', 'host', 'files', 'containerd', 'authority', 'kubelet', 'join'].map((s) => `STEP ${s}`),
  );
  expect(await world.told(instanceId)).toMatch(/^ready \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);

  const { clusters, users } = await machine.json('etc/kubernetes/kubelet.conf');
  expect(clusters[0].cluster).toEqual({
    server: 'https://seed-internal.elb.us-east-1.amazonaws.com:443',
    'certificate-authority-data': Buffer.from(authority).toString('base64'),
  });
  expect(users[0].user).toEqual({
    exec: {
      apiVersion: 'client.authentication.k8s.io/v1beta1',
      command: '/usr/local/bin/aws-iam-authenticator',
      args: ['token', '-i', 'seed-kops'],
      env: [
        { name: 'AWS_REGION', value: 'us-east-1' },
        { name: 'AWS_STS_REGIONAL_ENDPOINTS', value: 'regional' },
      ],
      interactiveMode: 'Never',
    },
  });
  expect(await machine.json('var/lib/kubelet/config.yaml')).toMatchObject({
    providerID: `aws:///us-east-1a/${instanceId}`,
    serverTLSBootstrap: true,
    maxPods: 42,
    registerWithTaints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }],
    authentication: { anonymous: { enabled: false }, x509: { clientCAFile: '/etc/kubernetes/pki/ca.crt' } },
    authorization: { mode: 'Webhook' },
  });
  const kubelet = await machine.read('usr/local/lib/quilla/kubelet');
  for (const flag of [
    `--hostname-override=${instanceId}`,
    '--cloud-provider=external',
    '--node-labels=quilla.dev/group=nodes,zone=a',
    '--v=3',
  ])
    expect(kubelet).toContain(flag);
  expect(kubelet).not.toContain('bootstrap-kubeconfig');
  expect(await machine.calls()).toContain('systemctl start kubelet.service');
  expect(await machine.read('etc/containerd/config.toml')).toContain('sandbox_image = "registry.k8s.io/pause:3.10.2"');
});

it("the user's files, packages, sysctls and commands come before the kubelet, and a command runs once per boot", async () => {
  const machine = await worker({
    host: {
      files: [{ path: '/etc/motd.d/10', content: 'ahoy\n', mode: '0640' }],
      packages: ['htop', 'jq'],
      commands: ['echo "$(cat $QUILLA_ROOT/etc/motd.d/10) there" >> $QUILLA_ROOT/said'],
      sysctls: { 'vm.max_map_count': '262144' },
    },
  });
  expect((await machine.run('run')).code).toBe(0);
  expect((await machine.run('run')).code).toBe(0);
  expect(await machine.read('said')).toBe('ahoy there\n');
  expect(await machine.mode('etc/motd.d/10')).toBe('640');
  const sysctls = await machine.read('etc/sysctl.d/99-quilla.conf');
  expect(sysctls).toContain('vm.max_map_count = 262144');
  expect(sysctls).toContain('net.ipv4.ip_forward = 1');
  const calls = await machine.calls();
  // Once: a restart does without the repositories.
  expect(calls.filter((call) => /install.* htop jq$/.test(call))).toHaveLength(1);
  expect(calls.findIndex((call) => call.endsWith('htop jq'))).toBeLessThan(
    calls.indexOf('systemctl start kubelet.service'),
  );
});

it('a command that fails ends the boot, and the next try does not run the ones before it again', async () => {
  const commands = ['echo one >> $QUILLA_ROOT/said', 'test -e $QUILLA_ROOT/ready', 'echo two >> $QUILLA_ROOT/said'];
  const machine = await worker({ host: { ...workerConfig().host, commands } });
  const { code, output } = await machine.run('run', '--until', 'host');
  expect(code).toBe(1);
  expect(output).toContain('command 2 of the host settings failed');
  expect(await world.told(instanceId)).toMatch(/^failed \S+ host$/);
  await machine.write('ready', '');
  expect((await machine.run('run', '--until', 'host')).code).toBe(0);
  expect(await machine.read('said')).toBe('one\ntwo\n');
});

it('the check of source and destination goes off once, where pods send with their own addresses', async () => {
  const { network } = workerConfig();
  const machine = await worker({ network: { ...network, sourceDestCheck: false } });
  await machine.step('host');
  await machine.step('host');
  const asked = world.aws.calls.filter(({ operation }) => operation === 'ModifyInstanceAttribute');
  expect(asked).toHaveLength(1);
  const { SourceDestCheck } = await world.ec2.describeInstanceAttribute({
    InstanceId: instanceId,
    Attribute: 'sourceDestCheck',
  });
  expect(SourceDestCheck?.Value).toBe(false);
});

describe('the authority', () => {
  const file = 'etc/kubernetes/pki/ca.crt';
  const denied = (action: string): RegExp =>
    new RegExp(`the store store gives no cluster/keys/ca.crt: User: \\S+ is not authorized to perform: ${action} on`);

  it('comes from the store, and is what the kubelet and its configuration go by', async () => {
    const machine = await worker();
    expect((await machine.run('run', '--until', 'kubelet')).code).toBe(0);
    expect(await machine.read(file)).toBe(authority);
    expect(await machine.mode(file)).toBe('644');
  });

  // Who may not list a bucket is not told what it lacks.
  it('that is not there yet is waited for: the worker says so, and comes up once the cluster has keys', async () => {
    await world.remove(authorityObject);
    const machine = await worker();
    const { code, output } = await machine.run('run');
    expect(code).toBe(1);
    expect(output).toMatch(denied('s3:ListBucket'));
    expect(await world.told(instanceId)).toMatch(/^failed \S+ authority$/);
    expect(await machine.calls()).not.toContain('systemctl start kubelet.service');
    await world.put(authorityObject, authority);
    expect((await machine.run('run')).code).toBe(0);
    expect(await world.told(instanceId)).toMatch(/^ready /);
  });

  it('that the role may not read is said, unless the worker has it already', async () => {
    const machine = await worker();
    await world.allow('workers', [{ Action: 'ec2:CreateTags', Resource: '*' }]);
    const first = await machine.run('run');
    expect(first.code).toBe(1);
    expect(first.output).toMatch(denied('s3:GetObject'));
    await world.allow('workers');
    expect((await machine.run('run')).code).toBe(0);
    await world.allow('workers', [{ Action: 'ec2:CreateTags', Resource: '*' }]);
    expect((await machine.run('run')).code).toBe(0);
    expect(await machine.read(file)).toBe(authority);
    await world.allow('workers');
  });

  it('is read again at each start', async () => {
    const machine = await worker();
    expect((await machine.run('run')).code).toBe(0);
    const other = authority.replace('MII=', 'MIIC');
    await world.put(authorityObject, other);
    expect((await machine.run('run')).code).toBe(0);
    const { clusters } = await machine.json('etc/kubernetes/kubelet.conf');
    expect(clusters[0].cluster['certificate-authority-data']).toBe(Buffer.from(other).toString('base64'));
  });
});

it.each([
  [
    'curl: (60) SSL certificate problem: unable to get local issuer certificate\nMore details here: https://curl.se/docs/sslcerts.html\n',
    'seed-internal.elb.us-east-1.amazonaws.com: curl: (60) SSL certificate problem: unable to get local issuer certificate\n',
    'one token',
  ],
  [
    'curl: (22) The requested URL returned error: 401\n',
    'error: 401 (Unauthorized: the seats do not let the role of this instance in)\n',
    'a token each time',
  ],
])(
  'a worker that the API does not know as a node says why, once, and is not ready: %j',
  async (answer, said, tokens) => {
    const machine = await worker();
    await machine.write('api-says', answer);
    const { code, output } = await machine.run('run');
    expect(code).toBe(1);
    expect(output.split('waiting: no node yet: ')).toHaveLength(2);
    expect(output).toContain(said);
    expect(output).not.toContain('More details');
    // One that was refused is remembered by the API server.
    const asked = (await machine.calls()).filter((call) => call.startsWith('aws-iam-authenticator token'));
    expect(asked.length).toBe(tokens === 'one token' ? 1 : tries);
    expect(await world.told(instanceId)).toMatch(/^failed \S+ join$/);
    await rm(machine.path('api-says'));
    expect((await machine.run('run')).code).toBe(0);
    expect(await world.told(instanceId)).toMatch(/^ready /);
  },
);

it('user data without a configuration is said', async () => {
  const machine = await worker();
  await machine.write('var/lib/cloud/instance/user-data.txt', '#!/bin/bash\n');
  const { code, output } = await machine.run('run');
  expect(code).toBe(1);
  expect(output).toContain('the user data has no part application/vnd.quilla.boot+json');
  expect(await world.told(instanceId)).toMatch(/^failed \S+ configure$/);
});

it('cloud-init only installs the script and its unit; systemd runs it until it succeeds', async () => {
  const machine = await worker();
  expect((await machine.run()).code).toBe(0);
  expect(await machine.read('usr/local/lib/quilla/boot')).toBe(await machine.read('script'));
  expect(await machine.mode('usr/local/lib/quilla/boot')).toBe('755');
  const unit = await machine.read('etc/systemd/system/quilla-boot.service');
  expect(unit).toContain('ExecStart=/usr/local/lib/quilla/boot run\nRestart=on-failure');
  expect(await machine.calls()).toEqual([
    'systemctl enable quilla-boot.service',
    'systemctl start --no-block quilla-boot.service',
  ]);
});
