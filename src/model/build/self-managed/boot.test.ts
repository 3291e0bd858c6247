import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../../base/canonical-json.ts';
import { sha256Hex } from '../../../base/hash.ts';
import type { PodNetwork } from '../../../spec/cluster.ts';
import { factsFor, resourceOf } from '../../../testing/clusters.ts';
import {
  type SelfManagedOf,
  selfManagedCodes,
  selfManagedGraph,
  selfManagedOf,
} from '../../../testing/self-managed-clusters.ts';
import { bootConfigIn } from '../../../testing/user-data-parts.ts';
import { factsNeeded } from '../../facts.ts';
import { buildGraph } from '../index.ts';
import { mirrored } from './boot-files.ts';

const configOf = (what: string, of: SelfManagedOf = {}) =>
  bootConfigIn(resourceOf(selfManagedGraph(of), 'launch-template', `launch-template/${what}`).desired.userData);

describe('files', () => {
  test('are of the seats’ and the group’s own architecture', () => {
    const of: SelfManagedOf = { plane: { architecture: 'arm64' } };
    expect(configOf('seat-a', of).files.filter(({ url }) => !url.includes('arm64'))).toEqual([]);
    expect(configOf('w', of).files.filter(({ url }) => url.includes('arm64'))).toEqual([]);
  });

  test('are of the patch that is pinned, every one with its digest', () => {
    const { files } = configOf('seat-a', { further: { kubernetesVersion: '1.36.1' } });
    expect(files.filter(({ name }) => name.startsWith('kube')).map(({ version }) => version)).toEqual([
      '1.36.1',
      '1.36.1',
      '1.36.1',
    ]);
    expect(files.filter(({ sha256 }) => !/^[0-9a-f]{64}$/.test(sha256))).toEqual([]);
    expect(files).toHaveLength(10);
  });

  test('come from a mirror by host and path, images too; digests stay the publishers’', () => {
    const mirror = {
      files: 'https://mirror.example.com/files/',
      images: '123456789012.dkr.ecr.us-east-1.amazonaws.com/k8s',
    };
    const config = configOf('seat-a', { plane: { mirror } });
    const kubelet = config.files.find(({ name }) => name === 'kubelet');
    expect(kubelet?.url).toBe('https://mirror.example.com/files/dl.k8s.io/release/v1.36.2/bin/linux/amd64/kubelet');
    expect(kubelet?.sha256).toBe(configOf('seat-a').files.find(({ name }) => name === 'kubelet')?.sha256);
    expect(config.images.etcd).toBe(`${mirror.images}/etcd:3.6.8-0`);
    expect(mirrored('https://a.example/b', {})).toBe('https://a.example/b');
  });

  describe('of a mirror with digests of its own', () => {
    const place = 'dl.k8s.io/release/v1.36.2/bin/linux/amd64/kubelet';
    const own = 'f'.repeat(64);
    const mirrorOf = (digests: Record<string, string>): SelfManagedOf => ({
      plane: { mirror: { files: 'https://mirror.example.com/files', digests } },
    });

    test('are checked against these, and against the publishers’ where there is none', () => {
      const [plain, changed] = [configOf('seat-a', mirrorOf({})), configOf('seat-a', mirrorOf({ [place]: own }))];
      expect(changed.files).toEqual(
        plain.files.map((file) => (file.name === 'kubelet' ? { ...file, sha256: own, own: true } : file)),
      );
      expect({ ...changed, files: [] }).toEqual({ ...plain, files: [] });
      expect(configOf('w', mirrorOf({ [place]: own })).files.find(({ name }) => name === 'kubelet')?.sha256).toBe(own);
    });

    test('change user data with them, and the spec that the store keeps, and nothing else', () => {
      const [before, after] = [selfManagedGraph(mirrorOf({})), selfManagedGraph(mirrorOf({ [place]: own }))];
      const differing = after.resources.filter(
        (resource, i) => canonicalJson(resource) !== canonicalJson(before.resources[i]!),
      );
      expect(after.resources.map(({ id }) => id)).toEqual(before.resources.map(({ id }) => id));
      expect(differing.map(({ id }) => id).sort()).toEqual([
        'bucket-object/spec',
        ...after.resources
          .flatMap(({ id, kind }) => (kind === 'launch-template' && !id.endsWith('/bastion') ? [id] : []))
          .sort(),
      ]);
      expect(differing.length).toBeGreaterThan(2);
    });

    test('need no word of the publisher', () => {
      const of = { further: { kubernetesVersion: '1.36.9' }, groups: [] };
      const places = factsNeeded(selfManagedOf(of)).files.map(({ url }) => url.replace('https://', ''));
      const all = { ...of, ...mirrorOf(Object.fromEntries(places.map((each) => [each, own]))) };
      expect(places.length).toBeGreaterThan(2);
      expect(factsNeeded(selfManagedOf(all)).files).toEqual([]);
      expect(selfManagedCodes(all, { digests: {} })).toEqual([]);
      const [first, ...others] = places;
      const some = { ...of, ...mirrorOf(Object.fromEntries(others.map((each) => [each, own]))) };
      expect(factsNeeded(selfManagedOf(some)).files.map(({ url }) => url)).toEqual([`https://${first}`]);
      expect(selfManagedCodes(some, { digests: {} })).toEqual(['graph.digest-unknown']);
    });

    test.each([
      ['dl.k8s.io/release/v1.36.3/bin/linux/amd64/kubelet', `Did you mean ${place}?`],
      ['example.com/what', 'Take it out.'],
    ])('are refused for %s, which no machine installs', (wrong, fix) => {
      const cluster = selfManagedOf(mirrorOf({ [wrong]: own }));
      expect(buildGraph(cluster, factsFor(cluster)).diagnostics).toMatchObject([
        {
          code: 'graph.digest-of-nothing',
          detail: `no machine of this cluster installs ${wrong}`,
          fix,
          at: { path: `spec.controlPlane.selfManaged.mirror.digests["${wrong}"]` },
        },
      ]);
    });
  });

  test('one whose digest nobody knows is named, with where it would be', () => {
    const of = { further: { kubernetesVersion: '1.36.9' }, groups: [] };
    const missing = factsNeeded(selfManagedOf(of)).files.map(({ checksumUrl }) => checksumUrl);
    expect(missing).toContain('https://dl.k8s.io/release/v1.36.9/bin/linux/amd64/kubelet.sha256');
    expect(selfManagedCodes(of, { digests: {} })).toEqual(missing.map(() => 'graph.digest-unknown'));
    expect(selfManagedCodes(of)).toEqual([]);
  });

  test('and why its publisher told none', () => {
    const cluster = selfManagedOf({ further: { kubernetesVersion: '1.36.9' }, groups: [] });
    const url = 'https://dl.k8s.io/release/v1.36.9/bin/linux/amd64/kubelet';
    const digests = Object.fromEntries(factsNeeded(cluster).files.map((file) => [file.url, sha256Hex(file.url)]));
    const { [url]: _, ...others } = digests;
    const facts = { ...factsFor(cluster), digests: others, digestsRefused: { [url]: 'it answers 404' } };
    expect(buildGraph(cluster, facts).diagnostics.map(({ code, detail }) => `${code}: ${detail}`)).toEqual([
      `graph.digest-unknown: sha256 of kubelet 1.36.9 (${url}) could not be read from ${url}.sha256: it answers 404`,
    ]);
  });

  test.each(['1.37', '1.20', '1.20.3'])('there are none of %s', (kubernetesVersion) =>
    expect(selfManagedCodes({ further: { kubernetesVersion } })).toContain('graph.version-without-files'),
  );
});

const pods = '100.96.0.0/11';

describe('the network', () => {
  test.each<[PodNetwork, string | null, boolean]>([
    [{ type: 'cilium', cidr: pods, encapsulation: 'vxlan' }, pods, true],
    [{ type: 'flannel', cidr: pods, encapsulation: 'vxlan' }, pods, true],
    [{ type: 'calico', cidr: pods, encapsulation: 'vxlan' }, pods, true],
    [{ type: 'calico', cidr: pods, encapsulation: 'cross-subnet' }, pods, false],
    [{ type: 'vpc-cni', encapsulation: 'none' }, null, true],
    [{ type: 'none', cidr: pods, encapsulation: 'none' }, pods, false],
  ])('%j: EC2 checks source and destination unless packets of pods go bare', (podNetwork, range, sourceDestCheck) => {
    for (const what of ['seat-a', 'w'])
      expect(configOf(what, { network: { podNetwork } }).network).toMatchObject({ pods: range, sourceDestCheck });
  });
});

test('feature gates and kubelet flags reach machines of both roles, the control plane’s own flags the seats alone', () => {
  const flags = {
    apiServer: { profiling: 'false' },
    controllerManager: {},
    scheduler: {},
    kubelet: { 'max-open-files': '1' },
    etcd: {},
  };
  const of: SelfManagedOf = { plane: { featureGates: { Some: true }, flags } };
  for (const what of ['seat-a', 'w'])
    expect(configOf(what, of)).toMatchObject({ featureGates: { Some: true }, kubelet: { flags: flags.kubelet } });
  expect(configOf('seat-a', of).seat?.flags.apiServer).toEqual(flags.apiServer);
  expect(JSON.stringify(configOf('w', of))).not.toContain('profiling');
});
