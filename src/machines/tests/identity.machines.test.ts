import { randomUUID } from 'node:crypto';
import type { AwsCredentialIdentity } from '@smithy/types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eksToken, type TokenRequest } from '../../adapters/aws/token.ts';
import { contextFor } from '../../app/ports.ts';
import { issueAdmin, storeBucket } from '../../app/self-managed/admin-access.ts';
import { hours, minutes, seconds } from '../../base/duration.ts';
import { type ApiFromHost, apiFromHost, type Credential } from '../testing/api-from-host.ts';
import { developmentSpec } from '../testing/development-spec.ts';
import { keysOfRole, keysOfUser, makeRole } from '../testing/identities.ts';
import { eventually, startTrial, type Trial } from '../testing/trial.ts';
import { cisSuite } from './cis-suite.ts';
import { snapshotSuite } from './snapshot-suite.ts';

let trial: Trial;
let api: ApiFromHost;

const people = {
  principals: [
    {
      arn: 'arn:aws:iam::123456789012:user/ana',
      username: 'ana',
      policies: [{ policy: 'AmazonEKSViewPolicy', namespaces: ['default'] }],
    },
    {
      arn: 'arn:aws:iam::123456789012:role/operators',
      username: 'operator:{{SessionName}}',
      groups: ['system:masters'],
    },
  ],
};

beforeAll(async () => {
  trial = await startTrial({ name: 'test-identity', spec: developmentSpec({ access: people, snapshotMinutes: 5 }) });
  api = await apiFromHost(trial);
});
afterAll(() => trial?.stop());

/** As `quilla token` makes it. */
async function tokenOf(
  credentials: AwsCredentialIdentity,
  change: Partial<TokenRequest> = {},
): Promise<{ token: string }> {
  const made = await eksToken({ credentials, region: 'us-east-1', cluster: 'dev', now: Date.now(), ...change });
  return { token: made.token };
}

/** The same signed question for a host that is not AWS's, which would say what its owner likes. */
function atOtherHost({ token }: { readonly token: string }): Credential {
  const [prefix, coded = ''] = token.split('.');
  const url = new URL(Buffer.from(coded, 'base64url').toString());
  url.hostname = 'sts.example.com';
  return { token: `${prefix}.${Buffer.from(url.href).toString('base64url')}` };
}

/** What the worker's kubelet shows the API server: made on the worker by the authenticator, with the role of its instance. */
async function tokenOfWorker(): Promise<Credential> {
  const [worker] = trial.workers();
  const made = await trial.on(
    worker!.id,
    'export AWS_REGION=us-east-1 AWS_STS_REGIONAL_ENDPOINTS=regional; aws-iam-authenticator token -i dev',
  );
  expect(made.code, made.stderr).toBe(0);
  return (JSON.parse(made.stdout) as { status: { token: string } }).status;
}

describe('who comes in, on real machines', () => {
  it('the cluster is there: its worker is Ready', async () => {
    await eventually(
      'the worker is Ready',
      async () => {
        const words = [
          'get',
          'node',
          trial.workers()[0]!.id,
          '-o',
          'jsonpath={.status.conditions[?(@.type=="Ready")].status}',
        ];
        return (await trial.kubectl(...words)) === 'True' || undefined;
      },
      minutes(8),
    );
  });

  it('a mapped user comes in through the load balancer with a token of STS, and has his rights and no others', async () => {
    const ana = await tokenOf(await keysOfUser(trial, 'ana'));
    const who = await eventually('ana is known', () => api.whoAmI(ana));
    expect(who).toMatchObject({ username: 'ana' });
    expect(who.groups).not.toContain('system:masters');
    await eventually('ana may list pods of her namespace', async () => {
      const { status } = await api.call({ as: ana, path: '/api/v1/namespaces/default/pods' });
      return status === 200 || undefined;
    });
    for (const path of ['/api/v1/namespaces/kube-system/pods', '/api/v1/nodes', '/api/v1/namespaces/default/secrets'])
      expect(await api.call({ as: ana, path }), path).toMatchObject({ status: 403 });
    const send = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'of-ana' } };
    const path = '/api/v1/namespaces/default/configmaps';
    expect(await api.call({ as: ana, path, method: 'POST', send })).toMatchObject({ status: 403 });
  });

  it('a mapped role comes in under the name of its session, as administrator', async () => {
    const operator = await tokenOf(await keysOfRole(trial, { role: 'operators', session: 'berta' }));
    const who = await eventually('the role is known', () => api.whoAmI(operator));
    expect(who.username).toBe('operator:berta');
    expect(await api.call({ as: operator, path: '/api/v1/secrets' })).toMatchObject({ status: 200 });
  });

  it('a role that the spec does not name stays outside', async () => {
    await makeRole(trial, 'strangers');
    expect(
      await api.whoAmI(await tokenOf(await keysOfRole(trial, { role: 'strangers', session: 'unknown' }))),
    ).toBeUndefined();
  });

  it('a token for another cluster, one that is too old, a forged one and one of another STS stay outside', async () => {
    const keys = await keysOfRole(trial, { role: 'operators', session: 'carla' });
    // With the same keys and nothing changed it counts: only what is changed below keeps one out.
    expect(await api.whoAmI(await tokenOf(keys))).toMatchObject({ username: 'operator:carla' });
    const others: Readonly<Record<string, Credential>> = {
      'for another cluster': await tokenOf(keys, { cluster: 'other' }),
      'too old': await tokenOf(keys, { now: Date.now() - minutes(20).ms }),
      forged: await tokenOf({ ...keys, secretAccessKey: randomUUID() }),
      'of another STS': atOtherHost(await tokenOf(keys)),
      'no token': { token: 'k8s-aws-v1.x' },
    };
    for (const [what, as] of Object.entries(others)) expect(await api.whoAmI(as), what).toBeUndefined();
  });

  it("a worker's kubelet is its node by the role of its instance", async () => {
    const [worker] = trial.workers();
    expect(await api.whoAmI(await tokenOfWorker())).toMatchObject({
      username: `system:node:${worker!.id}`,
      groups: expect.arrayContaining(['system:nodes', 'system:authenticated']),
    });
  });

  it('NodeRestriction holds: a worker changes no other node, and reads the secrets of its own pods alone', async () => {
    const [worker] = trial.workers();
    const kubelet = await tokenOfWorker();
    const label = (node: string, name: string): Promise<{ status: number }> =>
      api.call({
        as: kubelet,
        path: `/api/v1/nodes/${node}`,
        method: 'PATCH',
        send: { metadata: { labels: { [name]: 'yes' } } },
      });
    expect(await label(worker!.id, 'example.com/own')).toMatchObject({ status: 200 });
    expect(await label(worker!.id, 'node-restriction.kubernetes.io/own')).toMatchObject({ status: 403 });
    expect(await label(trial.seat('a').id, 'example.com/other')).toMatchObject({ status: 403 });
    const secret = async (name: string): Promise<number> =>
      (await api.call({ as: kubelet, path: `/api/v1/namespaces/default/secrets/${name}` })).status;
    await makeSecretAndPod(worker!.id);
    await eventually(
      'the secret of its own pod can be read',
      async () => (await secret('of-pod')) === 200 || undefined,
    );
    expect(await secret('of-nobody')).toBe(403);
    expect(await api.call({ as: kubelet, path: '/api/v1/secrets' })).toMatchObject({ status: 403 });
  });

  it('the certificate for emergencies opens the API without IAM, is noted in the store, and ends', async () => {
    const { issued, user, noted } = await issueAdmin('dev', hours(1), trial.ports.toOperate);
    const as: Credential = issued;
    expect(await api.whoAmI(as)).toMatchObject({ username: user, groups: expect.arrayContaining(['system:masters']) });
    expect(await api.call({ as, path: '/api/v1/secrets' })).toMatchObject({ status: 200 });
    const { toOperate } = trial.ports;
    const bucket = await storeBucket('dev', toOperate);
    const note = await toOperate.store.read(bucket, noted, contextFor(toOperate, 'dev'));
    expect(JSON.parse(note ?? '')).toMatchObject({ serial: issued.serial, until: issued.notAfter, user });

    const short = await issueAdmin('dev', seconds(20), toOperate);
    expect(await api.whoAmI(short.issued)).toMatchObject({ username: user });
    await eventually('a certificate of 20 seconds ends', async () =>
      (await api.whoAmI(short.issued)) === undefined ? true : undefined,
    );
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(short.issued.notAfter));
  });
});

async function makeSecretAndPod(node: string): Promise<void> {
  for (const name of ['of-pod', 'of-nobody'])
    await trial.kubectl('create', 'secret', 'generic', name, '--from-literal=a=b');
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'with-secret' },
    spec: {
      nodeName: node,
      automountServiceAccountToken: false,
      containers: [{ name: 'web', image: 'mirror.quilla.internal/images/quilla.test/web:1' }],
      volumes: [{ name: 'secret', secret: { secretName: 'of-pod' } }],
    },
  };
  const { id } = trial.seat('a');
  const apply = 'kubectl --kubeconfig /etc/kubernetes/admin.conf apply -f -';
  const made = await trial.on(id, `PATH=$PATH:/usr/local/bin ${apply} << 'END'\n${JSON.stringify(pod)}\nEND`);
  expect(made.code, made.stderr).toBe(0);
}

snapshotSuite(() => trial);
cisSuite(() => trial);
