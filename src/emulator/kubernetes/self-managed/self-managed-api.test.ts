import { execFileSync, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { minutes, seconds } from '../../../base/duration.ts';
import { apiName, type MachinesTrial, machinesTrial, stateJson } from '../../../testing/machines/machines-trial.ts';
import { answerLoopback } from '../../nodes/self-managed/loopback.ts';
import { userOf } from '../authentication.ts';
import { isAllowed } from '../authorization.ts';
import { makeAuthority } from '../certificates.ts';
import { eksToken, hasKubectl, kubectlFor } from '../kubectl-trial.ts';
import { type ApiServers, startApiServers } from '../start-api-servers.ts';

let servers: ApiServers | undefined;
afterEach(async () => servers?.close());

const booted = async (seats: readonly string[] = ['a'], state?: object) => {
  const trial = machinesTrial({ seats });
  if (state !== undefined) trial.put('cluster/state.json', JSON.stringify(stateJson(state)));
  const instances = seats.map((name) => trial.seat(name));
  await trial.pass(minutes(5));
  (trial.api() as { port: number }).port = 10_000 + (process.pid % 10_000);
  return { trial, instances };
};

const listen = async (trial: MachinesTrial): Promise<void> => {
  servers = startApiServers(trial.turns);
  await servers.ready();
};

type Answer = { readonly status: number; readonly text: string } | { readonly error: string };

const ask = (
  trial: MachinesTrial,
  path: string,
  { token, ...tls }: { token?: string; cert?: string; key?: string } = {},
): Promise<Answer> =>
  new Promise((resolve) => {
    const { port, authority } = trial.api()!;
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const options = {
      host: '127.0.0.1',
      port,
      path,
      ca: authority.certificate,
      servername: apiName,
      headers,
      agent: false,
    };
    get({ ...options, ...tls }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    }).on('error', (error: NodeJS.ErrnoException) => resolve({ error: error.code ?? error.message }));
  });

const hasOpenssl = (): boolean => spawnSync('openssl', ['version']).status === 0;

/** A client's certificate by another program's hand; it has ended where `days` is -1. */
function clientCertificate(
  authority: { readonly key: string; readonly certificate: string },
  { days = 1, subject = '/O=system:masters/CN=quilla:admin:ann' } = {},
) {
  const folder = mkdtempSync(join(tmpdir(), 'quilla-client-'));
  const at = (name: string) => join(folder, name);
  const openssl = (...args: readonly string[]) => execFileSync('openssl', args, { stdio: 'pipe' });
  writeFileSync(at('ca.crt'), authority.certificate);
  writeFileSync(at('ca.key'), authority.key);
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', at('key')];
  openssl('req', '-new', ...newKey, '-subj', subject, '-out', at('csr'));
  const ca = ['-CA', at('ca.crt'), '-CAkey', at('ca.key'), '-set_serial', '7'];
  openssl('x509', '-req', '-in', at('csr'), ...ca, '-days', String(days), '-out', at('crt'));
  const made = { cert: readFileSync(at('crt'), 'utf8'), key: readFileSync(at('key'), 'utf8') };
  rmSync(folder, { recursive: true });
  return made;
}

describe('the API of seats', () => {
  it('answers at its load balancer by the authority of the store', async () => {
    const { trial } = await booted();
    await listen(trial);
    expect(await ask(trial, '/readyz')).toEqual({ status: 200, text: 'ok' });
    expect(await ask(trial, '/version')).toMatchObject({ status: 401 });
    const version = await ask(trial, '/version', { token: await eksToken('demo') });
    expect(version).toMatchObject({ status: 200, text: expect.stringContaining('"gitVersion":"v1.36.3"') });
  });

  it('ends connections while etcd has no quorum', async () => {
    const { trial, instances } = await booted(['a', 'b', 'c']);
    await listen(trial);
    expect(await ask(trial, '/readyz')).toMatchObject({ status: 200 });
    trial.end(instances[0]!);
    await trial.pass(seconds(1));
    expect(await ask(trial, '/readyz')).toMatchObject({ status: 200 });
    trial.end(instances[1]!);
    await trial.pass(seconds(1));
    expect(await ask(trial, '/readyz')).toEqual({ error: 'ECONNRESET' });
  });

  it('is found by the name of its load balancer, or by the record of a zone, as long as it answers', async () => {
    const { trial, instances } = await booted();
    const at = (host: string) => {
      const request = { method: 'GET', path: '', query: `host=${host}&port=443`, headers: {}, body: new Uint8Array() };
      const { status, body } = answerLoopback(request, trial.turns);
      return { status, ...(JSON.parse(String(body)) as object) };
    };
    const found = { status: 200, host: '127.0.0.1', port: trial.api()!.port };
    expect(at(apiName)).toEqual(found);
    expect(at('api.demo.example.org')).toMatchObject({ status: 404, reason: expect.stringMatching(/^no such host/) });
    trial.world.route53.zones.Z1 = {
      id: 'Z1',
      name: 'example.org.',
      callerReference: '1',
      private: false,
      vpcs: [],
      nameServers: [],
      createdAt: 0,
      tags: {},
      records: [
        {
          name: 'api.demo.example.org.',
          type: 'A',
          alias: { zoneId: 'Z26RNL4JYFTOTI', dnsName: `${apiName}.`, evaluateTargetHealth: false },
        },
      ],
    };
    expect(at('api.demo.example.org')).toEqual(found);
    trial.end(instances[0]!);
    await trial.pass(seconds(5));
    expect(at(apiName)).toEqual({
      status: 404,
      reason: 'load balancer internal has no healthy target for port 443',
    });
  });
});

describe.runIf(hasOpenssl())('a client certificate', () => {
  it('counts by its common name and organizations', async () => {
    const { trial } = await booted();
    await listen(trial);
    const admin = clientCertificate(trial.authority);
    expect(await ask(trial, '/api/v1/nodes', admin)).toMatchObject({ status: 200 });
    const nobody = clientCertificate(trial.authority, { subject: '/O=curious/CN=eve' });
    expect(await ask(trial, '/api/v1/nodes', nobody)).toMatchObject({
      status: 403,
      text: expect.stringContaining('User \\"eve\\" cannot list resource'),
    });
  });

  it('is refused once it has ended, or where another authority signed it', async () => {
    const { trial } = await booted();
    await listen(trial);
    const old = clientCertificate(trial.authority, { days: -1 });
    expect(await ask(trial, '/api/v1/nodes', old)).toMatchObject({ status: 401 });
    const other = makeAuthority('other', generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
    expect(await ask(trial, '/api/v1/nodes', clientCertificate(other))).toMatchObject({ status: 401 });
  });
});

describe('an IAM token', () => {
  const arn = 'arn:aws:iam::123456789012:user/admin';
  const view = { arn, username: 'ann', groups: ['viewers'] };
  const asked = (namespace: string | undefined, verb = 'list') => ({ verb, group: '', resource: 'pods', namespace });

  it('counts by the mappings of the store, and gives what their bindings do', async () => {
    const { trial } = await booted(['a'], {
      mappings: [view],
      bindings: [{ name: 'viewers', group: 'viewers', clusterRole: 'view', namespaces: ['kube-*'] }],
    });
    const user = userOf(trial.turn(), trial.api()!, { token: await eksToken('demo'), wallNow: Date.now() })!;
    expect(user).toMatchObject({ name: 'ann', groups: ['viewers', 'system:authenticated'] });
    expect(isAllowed(trial.store(), user, asked('kube-system'))).toBe(true);
    expect(isAllowed(trial.store(), user, asked('kube-system', 'create'))).toBe(false);
    expect(isAllowed(trial.store(), user, asked('default'))).toBe(false);
    expect(isAllowed(trial.store(), user, asked(undefined))).toBe(false);
    expect(trial.store().get('rolebindings', 'quilla:viewers', 'kube-system')?.roleRef).toMatchObject({ name: 'view' });
  });

  it('counts a minute after the store has changed at the latest, and no more when it is taken away', async () => {
    const { trial } = await booted(['a'], { mappings: [] });
    const user = async () =>
      userOf(trial.turn(), trial.api()!, { token: await eksToken('demo'), wallNow: Date.now() })?.name;
    expect(await user()).toBeUndefined();
    await trial.pass(seconds(10));
    trial.put('cluster/state.json', JSON.stringify(stateJson({ mappings: [view] })));
    expect(await user()).toBeUndefined();
    await trial.pass(minutes(1));
    expect(await user()).toBe('ann');
    trial.put('cluster/state.json', JSON.stringify(stateJson({ mappings: [] })));
    await trial.pass(minutes(1));
    expect(await user()).toBeUndefined();
  });

  it('of another cluster does not count', async () => {
    const { trial } = await booted();
    const token = await eksToken('other');
    expect(userOf(trial.turn(), trial.api()!, { token, wallNow: Date.now() })).toBeUndefined();
  });

  it('of the creator counts by his mapping alone, as on real seats', async () => {
    const { trial } = await booted(['a'], { mappings: [], bindings: [], creator: arn });
    expect(userOf(trial.turn(), trial.api()!, { token: await eksToken('demo'), wallNow: Date.now() })).toBeUndefined();
  });
});

describe.runIf(hasKubectl() && hasOpenssl())('kubectl', () => {
  it('sees seats, workers and what runs, by token and by certificate', async () => {
    const { trial } = await booted(['a', 'b', 'c']);
    trial.worker();
    await trial.pass(minutes(3));
    await listen(trial);
    const { cert, key } = clientCertificate(trial.authority);
    const data = (text: string) => Buffer.from(text).toString('base64');
    for (const user of [undefined, { 'client-certificate-data': data(cert), 'client-key-data': data(key) }]) {
      const kubectl = await kubectlFor(trial.api()!, user);
      const nodes = await kubectl.run(['get', 'nodes', '--no-headers']);
      expect(nodes).toMatchObject({ code: 0, err: '' });
      expect(nodes.out.match(/ Ready +control-plane /g)).toHaveLength(3);
      expect(nodes.out.match(/^i-\S+ +Ready +<none> .*v1\.36\.3$/gm)).toHaveLength(1);
      const pods = await kubectl.run(['get', 'pods', '-n', 'kube-system', '--no-headers']);
      for (const name of ['etcd', 'kube-apiserver', 'kube-scheduler', 'kube-controller-manager'])
        expect(pods.out.match(new RegExp(`^${name}-i-\\S+ +1/1 +Running`, 'gm'))).toHaveLength(3);
      expect(pods.out).toMatch(/^coredns-\S+ +1\/1 +Running/m);
      kubectl.remove();
    }
  });
});
