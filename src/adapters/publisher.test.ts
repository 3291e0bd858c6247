import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { milliseconds } from '../base/duration.ts';
import { digestIn, publisher } from './publisher.ts';

const digest = 'a'.repeat(64);
const other = 'b'.repeat(64);

describe('a checksum file', () => {
  const url = 'https://get.helm.sh/helm-v4.0.0-linux-amd64.tar.gz';
  it.each([
    ['the digest alone', `${digest}\n`, digest],
    ['the digest alone in capitals', digest.toUpperCase(), digest],
    ['the digest and the name', `${digest}  helm-v4.0.0-linux-amd64.tar.gz\n`, digest],
    ['the name with a star before it', `${digest} *helm-v4.0.0-linux-amd64.tar.gz\n`, digest],
    ['a list', `${other}  helm-v4.0.0-linux-arm64.tar.gz\n${digest}  ./helm-v4.0.0-linux-amd64.tar.gz\n`, digest],
    ['a list without it', `${other}  helm-v4.0.0-linux-arm64.tar.gz\n`, undefined],
    ['two digests without names', `${digest}\n${other}\n`, undefined],
    ['a page', '<html>not found</html>', undefined],
    ['a shorter digest', 'a'.repeat(40), undefined],
  ])('that holds %s is read right', (_, text, expected) => {
    expect(digestIn(text, url)).toBe(expected);
  });
});

describe('a publisher', () => {
  let server: Server;
  let baseUrl: string;
  const asked: string[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      if (request.url?.endsWith('/never')) return;
      const known = request.url === '/base/dl.k8s.io/v1/checksums.txt';
      response.statusCode = known ? 200 : 404;
      response.end(known ? `${digest}  kubelet\n${other}  kubectl\n` : 'no');
    });
    await new Promise<void>((done) => {
      server.listen(0, '127.0.0.1', done);
    });
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/base`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it('is asked once for a list, and says of each file why its digest is not known', async () => {
    const checksumUrl = 'https://dl.k8s.io/v1/checksums.txt';
    const { digests, refused } = await publisher({ baseUrl }).digests([
      { url: 'https://dl.k8s.io/v1/kubelet', checksumUrl },
      { url: 'https://dl.k8s.io/v1/kubectl', checksumUrl },
      { url: 'https://dl.k8s.io/v1/kubeadm', checksumUrl },
      { url: 'https://dl.k8s.io/v2/kubelet', checksumUrl: 'https://dl.k8s.io/v2/kubelet.sha256' },
      { url: 'http://dl.k8s.io/v3/kubelet', checksumUrl: 'http://dl.k8s.io/v3/kubelet.sha256' },
    ]);
    expect([...digests]).toEqual([
      ['https://dl.k8s.io/v1/kubelet', digest],
      ['https://dl.k8s.io/v1/kubectl', other],
    ]);
    expect(refused.get('https://dl.k8s.io/v1/kubeadm')).toContain('holds no sha256 of kubeadm');
    expect(refused.get('https://dl.k8s.io/v2/kubelet')).toContain('404');
    expect(refused.get('http://dl.k8s.io/v3/kubelet')).toContain('not an https address');
    expect(asked.filter((path) => path.endsWith('checksums.txt'))).toHaveLength(1);
  });

  it('that never answers is given up', async () => {
    const url = 'https://dl.k8s.io/never';
    const options = { baseUrl, timeout: milliseconds(50) };
    const { refused } = await publisher(options).digests([{ url, checksumUrl: url }]);
    expect(refused.get(url)).toContain('did not answer within');
  });
});
