import { describe, expect, test } from 'vitest';
import { defaultCharts } from './charts.ts';
import { catalogFiles, nodeFile, patchFor, selfManagedVersion, selfManagedVersions } from './node-files.ts';

describe('files of machines', () => {
  test('kubelet of a patch of Kubernetes is where dl.k8s.io has it, with its digest', () =>
    expect(nodeFile('kubelet', '1.36.3', 'amd64')).toEqual({
      program: 'kubelet',
      version: '1.36.3',
      url: 'https://dl.k8s.io/release/v1.36.3/bin/linux/amd64/kubelet',
      sha256: '46707a53209f826ad0f0d62371ac69cd00e78fd9a8176cf5f6f87f18f7f8b718',
      checksumUrl: 'https://dl.k8s.io/release/v1.36.3/bin/linux/amd64/kubelet.sha256',
    }));

  test.each([
    ['helm', '3.22.0', 'https://get.helm.sh/helm-v3.22.0-linux-arm64.tar.gz', '.sha256sum'],
    [
      'containerd',
      '2.3.4',
      'https://github.com/containerd/containerd/releases/download/v2.3.4/containerd-2.3.4-linux-arm64.tar.gz',
      '.sha256sum',
    ],
    [
      'cni-plugins',
      '1.9.1',
      'https://github.com/containernetworking/plugins/releases/download/v1.9.1/cni-plugins-linux-arm64-v1.9.1.tgz',
      '.sha256',
    ],
  ] as const)('%s %s for arm64', (program, version, url, end) => {
    const file = nodeFile(program, version, 'arm64');
    expect(file).toMatchObject({ url, checksumUrl: `${url}${end}` });
    expect(file.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  test('a file that the catalog does not have says where its publisher tells the digest', () => {
    const release = 'https://github.com/kubernetes-sigs/aws-iam-authenticator/releases/download/v0.7.20';
    expect(nodeFile('aws-iam-authenticator', '0.7.20', 'amd64')).toEqual({
      program: 'aws-iam-authenticator',
      version: '0.7.20',
      url: `${release}/aws-iam-authenticator_0.7.20_linux_amd64`,
      checksumUrl: `${release}/authenticator_0.7.20_checksums.txt`,
    });
  });

  test('every digest is one, and no two files share one', () => {
    const digests = catalogFiles().flatMap(({ sha256 }) => sha256 ?? []);
    expect(digests.filter((digest) => !/^[0-9a-f]{64}$/.test(digest))).toEqual([]);
    expect(new Set(digests).size).toBe(digests.length);
  });

  test('every file of the newest patches has a digest, or an address over HTTPS where its publisher tells it', () => {
    const lost = catalogFiles()
      .filter(({ program, version }) => !program.startsWith('kube') || /^1\.3[56]\./.test(version))
      .filter(
        ({ sha256, checksumUrl }) => sha256 === undefined && !/^https:\/\/[^/]+\/.+(sha256|sums)/.test(checksumUrl),
      );
    expect(lost).toEqual([]);
  });

  test('every patch that is offered has all three programs of Kubernetes for both architectures', () => {
    const missing = selfManagedVersions.flatMap(({ patches }) =>
      patches.flatMap((patch) =>
        (['kubelet', 'kubeadm', 'kubectl'] as const).flatMap((program) =>
          (['amd64', 'arm64'] as const)
            .filter((architecture) => nodeFile(program, patch, architecture).sha256 === undefined)
            .map((architecture) => `${program} ${patch} ${architecture}`),
        ),
      ),
    );
    expect(missing).toEqual([]);
  });
});

describe('versions of a self-managed control plane', () => {
  test('stand in order, patches too', () => {
    const minors = selfManagedVersions.map(({ minor }) => Number(minor.split('.')[1]));
    expect(minors).toEqual(minors.toSorted((a, b) => a - b));
    for (const { patches } of selfManagedVersions) {
      const numbers = patches.map((patch) => Number(patch.split('.')[2]));
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    }
  });

  test.each([
    ['1.36', '1.36.3'],
    ['1.36.1', '1.36.1'],
    ['1.37', undefined],
    ['1.37.2', '1.37.2'],
  ])('%s stands for %s', (version, patch) => expect(patchFor(version)).toBe(patch));

  test('bring the images that kubeadm of that version asks for', () =>
    expect(selfManagedVersion('1.36.3')).toMatchObject({ etcd: '3.6.8-0', coredns: 'v1.14.2', pause: '3.10.2' }));

  test('before the catalog’s first one there is none', () => expect(selfManagedVersion('1.20')).toBeUndefined());
});

describe('charts', () => {
  test('each is pinned, once, in a repository over HTTPS or a registry', () => {
    expect(new Set(defaultCharts.map(({ name }) => name)).size).toBe(defaultCharts.length);
    for (const { version, repository, source } of defaultCharts) {
      expect(source).not.toBe('');
      expect(version).toMatch(/^v?\d+\.\d+\.\d+$/);
      expect(repository).toMatch(/^(https|oci):\/\//);
    }
  });

  test('there is one for each pod network', () =>
    expect(defaultCharts.flatMap(({ forPodNetwork }) => forPodNetwork ?? []).toSorted()).toEqual([
      'calico',
      'cilium',
      'flannel',
      'vpc-cni',
    ]));
});
