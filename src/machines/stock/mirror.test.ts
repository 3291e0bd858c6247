import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { zstdDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ChartStore } from './charts.ts';
import { charts } from './charts.ts';
import { type ImageStore, images } from './images.ts';
import { type MirrorRequest, mirror } from './mirror.ts';
import type { Descriptor } from './oci-blobs.ts';
import type { Manifest } from './oci-image.ts';

let folder: string;
let server: Server;
let store: ImageStore;
let chartStore: ChartStore;
let base: string;
const corrupt = new Set<string>();
const seen: MirrorRequest[] = [];
const place = 'dl.k8s.io/release/v1.36.3/bin/linux/amd64/kubelet+a';
const content = 'kubelet'.repeat(1000);

const digestOf = (bytes: Uint8Array | string): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quilla-mirror-'));
  const file = (name: string, text: string): Promise<string> => {
    const path = join(folder, name);
    return writeFile(path, text).then(() => path);
  };
  const programs = {
    kube: await file('kube', content),
    pause: await file('pause', 'pause'),
    web: await file('web', 'web'),
  };
  // None that contains iptables: a unit test needs no program of the host.
  const { pause, web } = programs;
  store = await images({ kubernetes: '1.36.3', cache: folder, programs: { pause, web } });
  chartStore = await chartOf('one');
  server = createServer(
    mirror(
      {
        files: [
          { place, path: programs.kube },
          { place: 'gone.example/file', path: join(folder, 'gone') },
        ],
        images: [store],
        charts: chartStore,
      },
      { corrupt, onRequest: (each) => seen.push(each) },
    ),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

async function chartOf(name: string): Promise<ChartStore> {
  await mkdir(join(folder, 'chart-sources', name), { recursive: true });
  await writeFile(join(folder, 'chart-sources', name, 'Chart.yaml'), `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n`);
  return charts({ folder: join(folder, 'chart-sources'), cache: folder });
}

beforeEach(() => {
  corrupt.clear();
  seen.length = 0;
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

describe('files', () => {
  const at = (): string => `${base}/files/${place.replace('+', '%2B')}`;

  test('lie below host and path of their publisher', async () => {
    const response = await fetch(at());
    expect([response.status, response.headers.get('content-length')]).toEqual([200, String(content.length)]);
    expect(await response.text()).toBe(content);
  });

  test('can be taken up where they were cut off', async () => {
    const response = await fetch(at(), { headers: { range: 'bytes=6990-' } });
    expect([response.status, response.headers.get('content-range')]).toEqual([206, 'bytes 6990-6999/7000']);
    expect(await response.text()).toBe(content.slice(6990));
  });

  test('have no bytes beyond their end', async () => {
    const response = await fetch(at(), { headers: { range: 'bytes=7000-' } });
    expect([response.status, response.headers.get('content-range')]).toEqual([416, 'bytes */7000']);
  });

  test('tell their size without their content', async () => {
    const response = await fetch(at(), { method: 'HEAD' });
    expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([200, '7000', '']);
  });

  test('are not there: 404 with a line', async () => {
    const response = await fetch(`${base}/files/dl.k8s.io/none`);
    expect([response.status, await response.text()]).toEqual([404, 'the mirror has no file of dl.k8s.io/none\n']);
  });

  test('that went from the disk are an error, not an empty file', async () => {
    const response = await fetch(`${base}/files/gone.example/file`);
    expect(response.status).toBe(500);
  });

  test('are wrong, of the same size, while the mirror is told so', async () => {
    corrupt.add(place);
    const wrong = await (await fetch(at())).bytes();
    corrupt.delete(place);
    expect(wrong.length).toBe(content.length);
    expect(digestOf(wrong)).not.toBe(digestOf(content));
    expect(digestOf(await (await fetch(at())).bytes())).toBe(digestOf(content));
  });
});

describe('the registry', () => {
  const json = async <T>(path: string): Promise<T> => (await fetch(`${base}${path}`)).json() as Promise<T>;

  /** Reads as a client does: all by digest, and each digest checked. */
  async function pull(
    repository: string,
    reference: string,
  ): Promise<{ manifest: Manifest; parts: readonly Uint8Array[] }> {
    const head = await fetch(`${base}/v2/${repository}/manifests/${reference}`, { method: 'HEAD' });
    const digest = head.headers.get('docker-content-digest')!;
    const response = await fetch(`${base}/v2/${repository}/manifests/${digest}`);
    const bytes = await response.bytes();
    expect(digestOf(bytes)).toBe(digest);
    const manifest = JSON.parse(new TextDecoder().decode(bytes)) as Manifest;
    expect(response.headers.get('content-type')).toBe(manifest.mediaType);
    const part = async ({ digest, size }: Descriptor): Promise<Uint8Array> => {
      const content = await (await fetch(`${base}/v2/${repository}/blobs/${digest}`)).bytes();
      expect([digestOf(content), content.length]).toEqual([digest, size]);
      return content;
    };
    return { manifest, parts: await Promise.all([manifest.config, ...manifest.layers].map(part)) };
  }

  test('is one of the second version', async () => {
    const response = await fetch(`${base}/v2/`);
    expect([response.status, response.headers.get('docker-distribution-api-version')]).toEqual([200, 'registry/2.0']);
  });

  test.each([
    ['images/pause', '3.10.2'],
    ['images/quilla.test/web', '1'],
  ])('gives image %s:%s, whose configuration names its layers', async (repository, tag) => {
    const { manifest, parts } = await pull(repository, tag);
    const config = JSON.parse(new TextDecoder().decode(parts[0]));
    const layers = parts.slice(1).map((part) => digestOf(zstdDecompressSync(part)));
    expect(manifest.layers.map(({ mediaType }) => mediaType)).toEqual(
      layers.map(() => 'application/vnd.oci.image.layer.v1.tar+zstd'),
    );
    expect(config).toMatchObject({ os: 'linux', rootfs: { diff_ids: layers } });
  });

  test('gives charts', async () => {
    const { manifest, parts } = await pull('charts/one', '1.0.0');
    expect(manifest.layers[0]?.mediaType).toBe('application/vnd.cncf.helm.chart.content.v1.tar+gzip');
    expect(JSON.parse(new TextDecoder().decode(parts[0]))).toEqual({ apiVersion: 'v2', name: 'one', version: '1.0.0' });
  });

  test('gives a part of a blob', async () => {
    const { blobs } = store.images.find(({ name }) => name === 'registry.k8s.io/pause')!;
    const response = await fetch(`${base}/v2/images/pause/blobs/${blobs[1]!.digest}`, {
      headers: { range: 'bytes=0-3' },
    });
    // The magic number of Zstandard.
    expect([response.status, Buffer.from(await response.bytes()).toString('hex')]).toEqual([206, '28b52ffd']);
  });

  test('lists tags', async () => {
    expect(await json('/v2/images/pause/tags/list')).toEqual({ name: 'images/pause', tags: ['3.10.2'] });
    expect(await json('/v2/charts/one/tags/list')).toEqual({ name: 'charts/one', tags: ['1.0.0'] });
  });

  test.each([
    ['/v2/images/pause/manifests/9', 'MANIFEST_UNKNOWN'],
    ['/v2/images/none/manifests/1', 'MANIFEST_UNKNOWN'],
    // A blob of another repository is not in this one.
    ['/v2/charts/one/blobs/PAUSE', 'BLOB_UNKNOWN'],
    ['/v2/images/none/tags/list', 'NAME_UNKNOWN'],
    ['/v2/_catalog', 'NAME_UNKNOWN'],
  ])('has nothing at %s: 404 %s', async (path, code) => {
    const { blobs } = store.images.find(({ name }) => name === 'registry.k8s.io/pause')!;
    const response = await fetch(`${base}${path.replace('PAUSE', blobs[1]!.digest)}`);
    expect([response.status, (await response.json()) as object]).toEqual([
      404,
      { errors: [expect.objectContaining({ code })] },
    ]);
  });

  test('takes nothing', async () => {
    const response = await fetch(`${base}/v2/images/pause/blobs/uploads/`, { method: 'POST' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect(await response.json()).toEqual({ errors: [expect.objectContaining({ code: 'UNSUPPORTED' })] });
  });

  test('gives a wrong blob while the mirror is told so', async () => {
    const { blobs } = store.images.find(({ name }) => name === 'registry.k8s.io/pause')!;
    corrupt.add(blobs[1]!.digest);
    const bytes = await (await fetch(`${base}/v2/images/pause/blobs/${blobs[1]!.digest}`)).bytes();
    expect([bytes.length, digestOf(bytes)]).toEqual([blobs[1]!.size, expect.not.stringMatching(blobs[1]!.digest)]);
  });
});

/** A path as it is, which fetch would tidy up before it asks. */
function raw(path: string, method = 'GET'): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request(`${base}/`, { path, method }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode));
    });
    asked.once('error', reject).end();
  });
}

test.each([
  ['GET', '/', 404],
  ['GET', '/files/../../etc/passwd', 404],
  ['GET', '/files/%2e%2e/%2e%2e/etc/passwd', 404],
  ['GET', '/files/%zz', 400],
  ['PUT', '/files/x', 405],
  ['DELETE', '/', 405],
])('%s %s: %i', async (method, path, status) => expect(await raw(path, method)).toBe(status));

test('each request is told, with what came of it', async () => {
  await raw('/v2/?a=b');
  await raw('/none');
  while (seen.length < 2) await setImmediate();
  expect(seen).toEqual([
    { method: 'GET', path: '/v2/', status: 200, from: expect.stringContaining('127.0.0.1') },
    { method: 'GET', path: '/none', status: 404, from: expect.stringContaining('127.0.0.1') },
  ]);
});
