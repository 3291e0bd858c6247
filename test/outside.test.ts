import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const program = join(root, 'bin', 'quilla-source.mjs');
const cwd = mkdtempSync(join(tmpdir(), 'quilla-outside-'));
const kubeconfig = join(cwd, 'kubeconfig');
/** Of its own: the port of a cluster's API follows from its name, and other embedded AWSs may run on this machine. */
const name = `outside-${process.pid}`;
const state = join(cwd, 'elsewhere.json');

/** Nothing of the machine's own AWS, proxies or clusters may reach the programs. */
const clean = Object.fromEntries(
  Object.entries(process.env).filter(([key]) => !/^(AWS_|QUILLA_|KUBECONFIG$|.*_proxy$)/i.test(key)),
);
const env: NodeJS.ProcessEnv = {
  ...clean,
  HOME: cwd,
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_PAGER: '',
  // A program that a version manager starts through a shim looks for itself in the home folder.
  ...(process.env.PYENV_ROOT === undefined && process.env.HOME !== undefined
    ? { PYENV_ROOT: join(process.env.HOME, '.pyenv') }
    : {}),
};

const has = (command: string, ...args: readonly string[]): boolean => {
  const there = spawnSync(command, args, { env, encoding: 'utf8' }).status === 0;
  if (!there) process.stderr.write(`skipped: ${command} does not run here\n`);
  return there;
};
const hasKubectl = has('kubectl', 'version', '--client');
const hasAws = has('aws', '--version');

interface Ended {
  readonly exit: number | null;
  readonly out: string;
  readonly err: string;
}

function start(command: string, args: readonly string[], more: NodeJS.ProcessEnv = {}): [ChildProcess, Promise<Ended>] {
  const child = spawn(command, args, { cwd, env: { ...env, ...more }, stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.on('data', (text) => (out += text));
  child.stderr.on('data', (text) => (err += text));
  return [child, new Promise((done) => child.on('close', (exit) => done({ exit, out, err })))];
}

const quilla = (...args: readonly string[]): Promise<Ended> => start(process.execPath, [program, ...args])[1];
const kubectl = (...args: readonly string[]): Promise<Ended> =>
  start('kubectl', ['--kubeconfig', kubeconfig, '--request-timeout=20s', ...args])[1];
async function good(running: Promise<Ended>): Promise<string> {
  const { exit, out, err } = await running;
  expect(exit, `${out}\n${err}`).toBe(0);
  return out;
}

let endpoint = '';
let server: ChildProcess | undefined;
let served: Promise<Ended> | undefined;

/** A server counts as there when it has told its address, not earlier. */
async function serve(): Promise<void> {
  const args = [program, 'emulator', '--port', '0', '--speed', '240', '--state', state];
  [server, served] = start(process.execPath, args);
  const told = new Promise<string>((done) => server!.stdout!.once('data', (text) => done(String(text))));
  const failed = served.then(({ err }) => {
    throw new Error(`the server ended: ${err}`);
  });
  endpoint = /http:\/\/127\.0\.0\.1:\d+/.exec(await Promise.race([told, failed]))![0];
  failed.catch(() => undefined);
}

const aws = (...args: readonly string[]): Promise<Ended> =>
  start('aws', [...args, '--output', 'json'], {
    AWS_ENDPOINT_URL: endpoint,
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'AKIAEMBEDDEDQUILLA00',
    AWS_SECRET_ACCESS_KEY: 'embedded-aws-of-quilla-not-a-secret-0000',
  })[1];

const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: nginx}]
`;

describe('other programs on a server of the embedded AWS', () => {
  beforeAll(async () => {
    const spec = readFileSync(join(root, 'examples', 'eks.yaml'), 'utf8').replace('name: demo', `name: ${name}`);
    writeFileSync(join(cwd, 'demo.yaml'), spec);
    await serve();
  });
  afterAll(() => {
    server?.kill('SIGKILL');
    rmSync(cwd, { recursive: true, force: true });
  });

  it('answers at the address that it wrote, and its clock runs as the file says', async () => {
    const address = JSON.parse(readFileSync(join(cwd, '.quilla', 'server.json'), 'utf8'));
    expect(address).toMatchObject({ pid: server!.pid, endpoint, speed: 240 });
    expect(Math.abs(Date.now() - address.wall)).toBeLessThan(60_000);
    expect((await fetch(endpoint)).status).toBeGreaterThan(0);
  });

  it('apply makes the cluster, and a second apply at the same time is locked out', async () => {
    const first = quilla('apply', '-f', 'demo.yaml', '--aws', 'embedded', '--yes', '-o', 'json');
    await pause(2500);
    const second = await quilla('apply', '-f', 'demo.yaml', '--aws', 'embedded', '--yes', '-o', 'json');
    expect(second.exit).toBe(1);
    expect(JSON.parse(second.out)).toMatchObject({ kind: 'Failure', diagnostics: [{ code: 'app.locked' }] });
    expect(JSON.parse(await good(first))).toMatchObject({ kind: 'ApplyResult', outcome: 'done' });
    await good(quilla('status', '-f', 'demo.yaml', '--aws', 'embedded', '--wait', '20m'));
    await good(quilla('kubeconfig', '-f', 'demo.yaml', '--aws', 'embedded', '--kubeconfig', kubeconfig));
  });

  it.skipIf(!hasKubectl)('kubectl lists nodes and pods with our credentials', async () => {
    const nodes = JSON.parse(await good(kubectl('get', 'nodes', '-o', 'json'))).items;
    expect(nodes.length).toBeGreaterThan(0);
    for (const { status } of nodes)
      expect(status.conditions).toContainEqual(expect.objectContaining({ type: 'Ready', status: 'True' }));
    expect(await good(kubectl('get', 'nodes'))).toMatch(/ Ready /);
    expect(await good(kubectl('get', 'pods', '-A'))).toMatch(/kube-system +coredns-\S+ +1\/1 +Running/);
  });

  it.skipIf(!hasKubectl)('a deployment becomes available, and a drained node loses its pods', async () => {
    writeFileSync(join(cwd, 'web.yaml'), deployment);
    await good(kubectl('apply', '-f', 'web.yaml'));
    await good(kubectl('wait', '--for=condition=Available', 'deployment/web', '--timeout=30s'));
    const pods = async () => JSON.parse(await good(kubectl('get', 'pods', '-l', 'app=web', '-o', 'json'))).items;
    const node: string = (await pods())[0].spec.nodeName;
    await good(kubectl('cordon', node));
    await good(kubectl('drain', node, '--ignore-daemonsets', '--delete-emptydir-data', '--timeout=30s'));
    expect(await good(kubectl('get', 'node', node))).toContain('SchedulingDisabled');
    expect((await pods()).filter(({ spec }: { spec: { nodeName?: string } }) => spec.nodeName === node)).toEqual([]);
    await good(kubectl('uncordon', node));
    await good(kubectl('delete', '-f', 'web.yaml'));
  });

  it.skipIf(!hasAws)('the AWS CLI sees what was made', async () => {
    const { Vpcs } = JSON.parse(await good(aws('ec2', 'describe-vpcs')));
    expect(Vpcs.map(({ CidrBlock }: { CidrBlock: string }) => CidrBlock)).toContain('10.0.0.0/16');
    const { cluster } = JSON.parse(await good(aws('eks', 'describe-cluster', '--name', name)));
    expect(cluster).toMatchObject({ name, status: 'ACTIVE' });
  });

  it.skipIf(!hasAws || !hasKubectl)("the AWS CLI's own token opens the cluster too", async () => {
    const { status } = JSON.parse(await good(aws('eks', 'get-token', '--cluster-name', name)));
    const { cluster } = JSON.parse(await good(aws('eks', 'describe-cluster', '--name', name)));
    const ca = join(cwd, 'ca.crt');
    writeFileSync(ca, Buffer.from(cluster.certificateAuthority.data, 'base64'));
    const args = ['--server', cluster.endpoint, '--certificate-authority', ca, '--token', status.token];
    const listed = start('kubectl', ['--kubeconfig', '/dev/null', ...args, 'get', 'nodes'])[1];
    expect(await good(listed)).toMatch(/ Ready /);
  });

  it('SIGTERM saves the world; the next server goes on from it, and all of it can be destroyed', async () => {
    server!.kill('SIGTERM');
    expect((await served!).exit).toBe(0);
    expect(existsSync(join(cwd, '.quilla', 'server.json'))).toBe(false);
    expect(existsSync(join(cwd, '.quilla', 'lock'))).toBe(false);
    expect(JSON.parse(readFileSync(state, 'utf8')).world.version).toBe(2);
    await serve();
    await good(quilla('plan', '-f', 'demo.yaml', '--aws', 'embedded', '--check'));
    const gone = await good(quilla('destroy', '-f', 'demo.yaml', '--aws', 'embedded', '--yes', '-o', 'json'));
    expect(JSON.parse(gone)).toMatchObject({ kind: 'DestroyResult', remaining: [] });
    server!.kill('SIGINT');
    expect((await served!).exit).toBe(0);
  });
});
