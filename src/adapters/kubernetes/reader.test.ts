import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { makeAuthority, makeServing } from '../../emulator/kubernetes/certificates.ts';
import { KubernetesFailure } from '../../ports/kubernetes.ts';
import { toKubernetesFailure } from './failure.ts';
import { kubernetesReader } from './reader.ts';
import { toNode, toPod } from './views.ts';

const authority = makeAuthority('ours');
const serving = makeServing(authority, { seed: 'ours', dnsNames: ['localhost'], addresses: ['127.0.0.1'] });

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function api(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer({ key: serving.key, cert: serving.certificate }, answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const readerAt = (endpoint: string, { certificate } = authority) =>
  kubernetesReader({
    endpoint,
    certificateAuthority: Buffer.from(certificate).toString('base64'),
    token: async () => 'k8s-aws-v1.abc',
  });

const status = (code: number, message: string) => async () => {
  const endpoint = await api((_, response) => {
    response.writeHead(code, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code }));
  });
  return readerAt(endpoint)
    .nodes()
    .catch((error: unknown) => error);
};

describe('the Kubernetes reader', () => {
  it('sends the token and reads every page of a list', async () => {
    const seen: string[] = [];
    const endpoint = await api((request, response) => {
      seen.push(`${request.headers.authorization} ${request.url}`);
      const first = !request.url?.includes('continue');
      response.writeHead(200, { 'content-type': 'application/json' });
      const metadata = first ? { continue: 'more' } : {};
      const items = [{ metadata: { name: first ? 'a' : 'b' } }];
      response.end(JSON.stringify({ kind: 'NodeList', apiVersion: 'v1', metadata, items }));
    });
    expect((await readerAt(endpoint).nodes()).map(({ name }) => name)).toEqual(['a', 'b']);
    expect(seen).toEqual([
      'Bearer k8s-aws-v1.abc /api/v1/nodes?limit=500',
      'Bearer k8s-aws-v1.abc /api/v1/nodes?continue=more&limit=500',
    ]);
  });

  it.each([
    [403, 'forbidden'],
    [503, 'unavailable'],
    [429, 'unavailable'],
  ] as const)('tells HTTP %i as %s, with what the API says', async (code, reason) => {
    const error = await status(code, 'nodes is not for you')();
    expect(error).toBeInstanceOf(KubernetesFailure);
    expect(error).toMatchObject({ reason, status: code, message: 'nodes is not for you' });
  });

  it('tells HTTP 401 as unauthorized; the client drops what the API says', async () => {
    expect(await status(401, 'Unauthorized')()).toMatchObject({ reason: 'unauthorized', status: 401 });
  });

  it('tells an API that nobody serves as unreachable', async () => {
    const endpoint = await api(() => {});
    for (const close of closers.splice(0)) close();
    await expect(readerAt(endpoint).version()).rejects.toMatchObject({ reason: 'unreachable' });
  });

  it('tells a certificate that another CA signed as tls', async () => {
    const endpoint = await api(() => {});
    await expect(readerAt(endpoint, makeAuthority('other')).version()).rejects.toMatchObject({ reason: 'tls' });
  });

  it('passes bugs on as they are', () => {
    const bug = new TypeError('x is not a function');
    expect(toKubernetesFailure(bug, 'https://x')).toBe(bug);
  });
});

describe('what status reads', () => {
  it('finds the instance behind a node and why it is not ready', () => {
    const conditions = [
      { type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: 'cni plugin not initialized' },
    ];
    const node = toNode({
      metadata: { name: 'n', creationTimestamp: new Date(0), labels: { 'topology.kubernetes.io/zone': 'eu-west-1a' } },
      spec: { providerID: 'aws:///eu-west-1a/i-0abc', unschedulable: true },
      status: { conditions, nodeInfo: { kubeletVersion: 'v1.36.2' } as never },
    });
    expect(node).toEqual({
      name: 'n',
      ready: false,
      reason: 'KubeletNotReady',
      message: 'cni plugin not initialized',
      version: 'v1.36.2',
      instanceId: 'i-0abc',
      zone: 'eu-west-1a',
      labels: { 'topology.kubernetes.io/zone': 'eu-west-1a' },
      unschedulable: true,
      created: '1970-01-01T00:00:00.000Z',
    });
  });

  it('says why a pod does not run, as kubectl would', () => {
    const waiting = { waiting: { reason: 'ImagePullBackOff', message: 'no such image' } };
    const container = { name: 'c', image: '', imageID: '', ready: false, restartCount: 3, state: waiting };
    expect(toPod({ status: { phase: 'Pending', containerStatuses: [container] } })).toMatchObject({
      ready: false,
      reason: 'ImagePullBackOff',
      message: 'no such image',
      restarts: 3,
    });
    const unplaced = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/0 nodes' };
    expect(toPod({ status: { phase: 'Pending', conditions: [unplaced] } })).toMatchObject({ reason: 'Unschedulable' });
  });
});
