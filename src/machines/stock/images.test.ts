import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ImageStore, images, imagesInMirror, repositoryInMirror } from './images.ts';
import { imageRecipes } from './images-recipes.ts';
import type { Manifest } from './oci-image.ts';

let cache: string;
let pause: string;
let coredns: string;
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'quilla-images-'));
  [pause, coredns] = [join(cache, 'pause'), join(cache, 'coredns')];
  await Promise.all([writeFile(pause, 'pause'), writeFile(coredns, 'coredns')]);
});
afterEach(() => rm(cache, { recursive: true }));

const made = (lines: string[] = []): Promise<ImageStore> =>
  images({ kubernetes: '1.36.3', programs: { pause, coredns }, cache, progress: (line) => lines.push(line) });

describe('images', () => {
  test('are made of the programs that there are, and the rest is named', async () => {
    const { images: list, missing } = await made();
    expect(list.map(({ name, tag }) => `${name}:${tag}`)).toEqual([
      'registry.k8s.io/pause:3.10.2',
      'registry.k8s.io/coredns/coredns:v1.14.2',
    ]);
    expect(missing).toContain('registry.k8s.io/etcd:3.6.8-0');
  });

  test('start their program where the pod names no command', async () => {
    const { images: list, blobs } = await made();
    const { config } = await blobs.json<Manifest>(list[1]!.manifest.digest);
    expect(await blobs.json(config.digest)).toMatchObject({ config: { Entrypoint: ['/coredns'] } });
  });

  test('are made once for the same programs, and anew for another', async () => {
    const lines: string[] = [];
    const first = await made(lines);
    expect((await made(lines)).images).toEqual(first.images);
    expect(lines).toHaveLength(1);
    await writeFile(pause, 'pause 2');
    expect((await made(lines)).images[0]?.manifest).not.toEqual(first.images[0]?.manifest);
    expect(lines).toHaveLength(2);
  });

  test('stay in four sets, those that were used last', async () => {
    const sets: string[] = [];
    for (let n = 0; n < 6; n++) {
      await writeFile(pause, 'x'.repeat(n + 1));
      await made();
      const names = await readdir(join(cache, 'images'));
      const added = names.find((name) => !sets.includes(name))!;
      sets.push(added);
      // File systems tell times apart by milliseconds at best.
      await utimes(join(cache, 'images', added), n, n);
    }
    expect((await readdir(join(cache, 'images'))).sort()).toEqual(sets.slice(-4).sort());
  });

  test('leave nothing half made where a program cannot be read', async () => {
    await rm(coredns);
    await expect(made()).rejects.toThrow(/ENOENT.*coredns/);
    expect(await readdir(cache)).not.toContain('images');
    expect((await stat(pause)).isFile()).toBe(true);
  });

  test('of a version that the catalog does not know are refused', () =>
    expect(images({ kubernetes: '1.20.0', programs: {}, cache })).rejects.toThrow('no images of Kubernetes 1.20.0'));
});

test.each([
  ['registry.k8s.io/coredns/coredns', 'images/coredns/coredns'],
  ['ghcr.io/flannel-io/flannel', 'images/ghcr.io/flannel-io/flannel'],
  ['docker.io/postfinance/kubelet-csr-approver', 'images/docker.io/postfinance/kubelet-csr-approver'],
])('%s lies at %s in the mirror', (name, expected) => expect(repositoryInMirror(name)).toBe(expected));

test('images of two versions are named once where they share one', async () => {
  const two = [await made(), await images({ kubernetes: '1.37.2', programs: { pause }, cache })];
  expect(imagesInMirror('mirror.example', two)).toEqual([
    'mirror.example/images/pause:3.10.2',
    'mirror.example/images/coredns/coredns:v1.14.2',
  ]);
});

test('every image of kubeadm has the program that its pods call', () =>
  expect(
    imageRecipes('1.37.2')
      .filter(({ name }) => name.startsWith('registry.k8s.io/'))
      .map(({ name, tag }) => `${name}:${tag}`),
  ).toEqual(
    expect.arrayContaining([
      'registry.k8s.io/kube-apiserver:v1.37.2',
      'registry.k8s.io/kube-controller-manager:v1.37.2',
      'registry.k8s.io/kube-scheduler:v1.37.2',
      'registry.k8s.io/kube-proxy:v1.37.2',
      'registry.k8s.io/etcd:3.7.0-0',
      'registry.k8s.io/pause:3.10.2',
      'registry.k8s.io/coredns/coredns:v1.14.6',
    ]),
  ));
