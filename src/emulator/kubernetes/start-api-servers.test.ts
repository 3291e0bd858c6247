import { X509Certificate } from 'node:crypto';
import { get } from 'node:https';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { seconds } from '../../base/duration.ts';
import { deleteApiServer } from './api-server.ts';
import { makeAuthority, makeServing } from './certificates.ts';
import { eksToken, hasKubectl, kubectlFor } from './kubectl-trial.ts';
import { admin, entry, kubernetesTrial } from './kubernetes-trial.ts';
import { type ApiServers, startApiServers } from './start-api-servers.ts';
import type { KubernetesState } from './state.ts';

let servers: ApiServers | undefined;
afterEach(async () => servers?.close());

const trialWithAdmin = () => {
  const trial = kubernetesTrial();
  trial.eks.accessEntries[admin.name] = {
    ...entry(admin.name, 'STANDARD'),
    username: admin.name,
    groups: [],
    policies: { admin: admin.policies[0]! },
  };
  // Test files run side by side, each in a process of its own: a port per process keeps them apart.
  (trial.state as { port: number }).port = 10_000 + (process.pid % 10_000);
  return trial;
};

const fetchFrom = (
  { port, authority }: KubernetesState,
  path: string,
  token?: string,
): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    get({ host: '127.0.0.1', port, path, ca: authority.certificate, headers, agent: false }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    }).on('error', reject);
  });

describe('certificates', () => {
  it('chain to their authority, name the loopback address, and follow from their seed', () => {
    const authority = makeAuthority('seed');
    const names = { seed: 'seed', dnsNames: ['kubernetes'], addresses: ['127.0.0.1'] };
    const serving = new X509Certificate(makeServing(authority, names).certificate);
    const ca = new X509Certificate(authority.certificate);
    expect(serving.checkIssued(ca)).toBe(true);
    expect(serving.verify(ca.publicKey)).toBe(true);
    expect(serving.verify(new X509Certificate(makeAuthority('other').certificate).publicKey)).toBe(false);
    expect(serving.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(serving.checkHost('kubernetes')).toBe('kubernetes');
    expect(ca.ca).toBe(true);
    expect(serving.ca).toBe(false);
    expect(makeAuthority('seed')).toEqual(authority);
  });
});

describe('the socket of a cluster', () => {
  it('answers over TLS by its own authority, 401 to a bad token and 403 to nobody', async () => {
    const trial = trialWithAdmin();
    servers = startApiServers(trial.turns);
    await servers.ready();
    expect(await fetchFrom(trial.state, '/readyz')).toEqual({ status: 200, text: 'ok' });
    expect(await fetchFrom(trial.state, '/api/v1/nodes')).toMatchObject({ status: 403 });
    expect(await fetchFrom(trial.state, '/api/v1/nodes', 'k8s-aws-v1.x')).toMatchObject({
      status: 401,
      text: expect.stringContaining('"message":"Unauthorized"'),
    });
    const listed = await fetchFrom(trial.state, '/api/v1/nodes', await eksToken('k8s'));
    expect(JSON.parse(listed.text)).toMatchObject({ kind: 'NodeList', items: [] });
  });

  it('closes when the cluster goes', async () => {
    const trial = trialWithAdmin();
    servers = startApiServers(trial.turns);
    await servers.ready();
    deleteApiServer(trial.turn(), 'k8s');
    await expect
      .poll(() =>
        fetchFrom(trial.state, '/readyz').then(
          () => 'open',
          () => 'closed',
        ),
      )
      .toBe('closed');
  });

  it('names its port when another program has it', async () => {
    const trial = trialWithAdmin();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(trial.state.port, '127.0.0.1', resolve));
    servers = startApiServers(trial.turns);
    await expect(servers.ready()).rejects.toThrow(
      `cluster k8s cannot listen on 127.0.0.1:${trial.state.port}: another program uses it`,
    );
    await new Promise((resolve) => other.close(resolve));
  });
});

const kubectlThere = hasKubectl();
if (!kubectlThere) process.stderr.write('kubectl is not on PATH: its tests are skipped\n');

describe.skipIf(!kubectlThere)('kubectl', () => {
  it('lists, applies, scales, waits, drains and deletes', async () => {
    const trial = trialWithAdmin();
    servers = startApiServers(trial.turns);
    await servers.ready();
    await trial.withNodes(2);
    const { run, remove } = await kubectlFor(trial.state);
    const say = async (line: string, input?: string): Promise<string> => {
      const { out, err, code } = await run(line.split(' '), input);
      expect(code, `kubectl ${line}: ${err}`).toBe(0);
      return out;
    };
    const [node] = trial.store().list('nodes');
    const { name } = node!.metadata;
    expect(await say('get nodes')).toMatch(
      /^NAME +STATUS +ROLES +AGE +VERSION\nip-\S+ +Ready +<none> +85s +v1\.34\.\d+-eks-\w+\n/,
    );
    expect(await say('get pods -A -o wide')).toMatch(/kube-system +aws-node-\w{5} +2\/2 +Running/);
    expect(await say(`describe node ${name}`)).toContain('ProviderID:                   aws:///');
    const manifest = `{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},"spec":{"replicas":2,"selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"web","image":"web:1"}]}}}}`;
    expect(await say('apply -f -', manifest)).toBe('deployment.apps/web created\n');
    await trial.pass(seconds(15));
    expect(await say('rollout status deployment/web --timeout=5s')).toContain('successfully rolled out');
    expect(await say('scale deployment/web --replicas=3')).toContain('scaled');
    expect(await say('apply -f -', manifest.replace('web:1', 'web:2'))).toBe('deployment.apps/web configured\n');
    expect(await say('auth can-i list nodes')).toContain('yes');
    expect(await say('create namespace team')).toBe('namespace/team created\n');
    expect(await say('create deployment two --image=two:1 --replicas=2 --port=80')).toBe(
      'deployment.apps/two created\n',
    );
    expect(await say('auth whoami')).toContain(admin.name);
    await trial.pass(seconds(30));
    expect(await say('get deployment two')).toMatch(/two +2\/2 +2 +2/);
    const time = setInterval(() => void trial.pass(seconds(1)), 50);
    expect(await say(`drain ${name} --ignore-daemonsets --timeout=20s`)).toContain('drained');
    clearInterval(time);
    expect(await say('get nodes')).toContain('Ready,SchedulingDisabled');
    expect(await say('delete deployment web')).toContain('deleted');
    remove();
  });

  it('watches until it sees what it waits for', async () => {
    const trial = trialWithAdmin();
    servers = startApiServers(trial.turns);
    await servers.ready();
    trial.launch();
    await trial.pass(seconds(36));
    const { run, remove } = await kubectlFor(trial.state);
    const waiting = run(['wait', 'nodes', '--all', '--for=condition=Ready', '--timeout=20s']);
    const time = setInterval(() => void trial.pass(seconds(1)), 50);
    expect((await waiting).out).toMatch(/condition met/);
    clearInterval(time);
    remove();
  });
});
