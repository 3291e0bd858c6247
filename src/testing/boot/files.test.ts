import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { BootConfig, BootFile } from '../../model/bootstrap/self-managed/boot-config.ts';
import { sha256, workerConfig } from './boot-configs.ts';
import { type BootWorld, startBootWorld } from './boot-world.ts';
import { type Machine, newMachine } from './machine.ts';

let world: BootWorld;
let mirror: Server;
let instanceId: string;
let fetched: string[] = [];
const machines: Machine[] = [];

function archive(entries: Readonly<Record<string, string>>): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'quilla-archive-'));
  for (const [name, text] of Object.entries(entries)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text, { mode: 0o755 });
  }
  execFileSync('tar', ['-czf', '/tmp/x.tgz'.replace('/tmp', folder), '-C', folder, ...Object.keys(entries)]);
  const made = readFileSync(join(folder, 'x.tgz'));
  rmSync(folder, { recursive: true });
  return made;
}

const contents: Readonly<Record<string, Buffer>> = {
  containerd: archive({ 'bin/containerd': 'containerd', 'bin/ctr': 'ctr' }),
  'cni-plugins': archive({ './bridge': 'bridge', './portmap': 'portmap' }),
  crictl: archive({ crictl: 'crictl' }),
  helm: archive({ 'linux-amd64/LICENSE': 'text', 'linux-amd64/helm': 'helm' }),
  runc: Buffer.from('runc'),
  kubelet: Buffer.from('kubelet'),
  'aws-iam-authenticator': Buffer.from('authenticator'),
};

beforeAll(async () => {
  world = await startBootWorld();
  instanceId = await world.instance();
  mirror = createServer((request, response) => {
    const name = (request.url ?? '').slice(1);
    fetched.push(name);
    const content = contents[name];
    response.writeHead(content === undefined ? 404 : 200).end(content);
  });
  await new Promise<void>((done) => mirror.listen(0, '127.0.0.1', done));
});
beforeEach(() => {
  fetched = [];
});
afterAll(async () => {
  mirror.close();
  await Promise.all(machines.map((machine) => machine.remove()));
  await world.aws.stop();
});

const file = (name: string, more: Partial<BootFile> = {}): BootFile => ({
  name: name as BootFile['name'],
  version: '1',
  url: `http://127.0.0.1:${(mirror.address() as AddressInfo).port}/${name}`,
  sha256: sha256(contents[name] ?? ''),
  ...more,
});

const worker = async (more: Partial<BootConfig>): Promise<Machine> => {
  const made = await newMachine(workerConfig(more), {
    QUILLA_IMDS: `${world.aws.endpoint}/_embedded/imds/${instanceId}`,
    QUILLA_ENDPOINT: world.aws.endpoint,
  });
  machines.push(made);
  return made;
};

it('programs come from a mirror, each to its place', async () => {
  const machine = await worker({ files: Object.keys(contents).map((name) => file(name)) });
  const { code, output } = await machine.step('files');
  expect(code, output).toBe(0);
  const places = {
    'usr/local/bin/containerd': 'containerd',
    'usr/local/bin/ctr': 'ctr',
    'opt/cni/bin/portmap': 'portmap',
    'usr/local/bin/crictl': 'crictl',
    'usr/local/bin/helm': 'helm',
    'usr/local/sbin/runc': 'runc',
    'usr/local/bin/kubelet': 'kubelet',
    'usr/local/bin/aws-iam-authenticator': 'authenticator',
  };
  for (const [path, text] of Object.entries(places)) {
    expect(await machine.read(path), path).toBe(text);
    expect(await machine.mode(path), path).toBe('755');
  }
});

it('programs are not fetched twice, but a new digest is', async () => {
  const machine = await worker({ files: [file('runc'), file('kubelet')] });
  await machine.step('files');
  await machine.step('files');
  // Several are fetched at a time, in no promised order.
  expect([...fetched].sort()).toEqual(['kubelet', 'runc']);
  await machine.write('var/lib/quilla/files/kubelet', 'another digest\n');
  await machine.step('files');
  expect(fetched.slice(2)).toEqual(['kubelet']);
});

it('a program with another sha256 is refused before it is installed, and the tag says where', async () => {
  const machine = await worker({ files: [file('runc'), file('kubelet', { sha256: sha256('another') })] });
  const { code, output } = await machine.step('files');
  expect(code).toBe(1);
  expect(output).toMatch(/http.*\/kubelet is another file than asked for: its sha256 is [0-9a-f]{64}\n/);
  expect(output).toMatch(/kubelet: http.*\/kubelet could not be fetched, or is not the file with sha256 [0-9a-f]{64}/);
  await expect(machine.read('usr/local/bin/kubelet')).rejects.toThrow(/ENOENT/);
  expect(await machine.read('usr/local/sbin/runc')).toBe('runc');
  expect(await world.told(instanceId)).toMatch(/^failed \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ files$/);
});
