import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type LoadedCluster, loadCluster } from '../app/index.ts';
import { catalogDate } from '../emulator/new-world.ts';
import { specText } from '../spec/spec-text.ts';
import { givenThings } from './given-things.ts';
import { builtFor, machinesOf, type OnOffer, specOnMachines } from './spec-on-machines.ts';

const offer: OnOffer = {
  versions: ['1.36.3', '1.37.2'],
  charts: { flannel: 'v0.28.9', 'aws-cloud-controller-manager': '0.0.12', 'kubelet-csr-approver': '1.2.14' },
  digests: { 'dl.k8s.io/release/v1.36.3/bin/linux/amd64/kubelet': 'a'.repeat(64) },
};
const example = (name: string): string => readFileSync(new URL(`../../examples/${name}.yaml`, import.meta.url), 'utf8');
const instead = (text: string, from: string | RegExp, to: string): string => {
  expect(text).toMatch(from);
  return text.replace(from, to);
};

function loaded(text: string): LoadedCluster {
  const result = loadCluster(text, { today: new Date(catalogDate) });
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.value;
}

/** What became of a spec, loaded again as `quilla apply` does. */
function became(text: string) {
  const { input, changes } = specOnMachines(loaded(text), offer);
  return { input, changes, cluster: loaded(specText(input, 'made')).cluster };
}

test("the article's kops cluster keeps all that it says of itself, and takes what comes from outside from the mirror", () => {
  const text = example('seed-kops');
  const before = loaded(text).cluster.spec;
  const { cluster, changes } = became(text);
  const { controlPlane, network, charts, nodeGroups, access } = cluster.spec;
  if (controlPlane.type !== 'self-managed' || before.controlPlane.type !== 'self-managed') throw new Error('not ours');
  expect(controlPlane).toEqual({
    ...before.controlPlane,
    mirror: {
      files: 'https://mirror.quilla.internal/files',
      images: 'mirror.quilla.internal/images',
      charts: 'oci://mirror.quilla.internal/charts',
      digests: offer.digests,
    },
  });
  const podNetwork = expect.objectContaining({ type: 'flannel' });
  expect(network).toEqual({ ...before.network, networkPolicy: false, podNetwork });
  expect([nodeGroups, access]).toEqual([before.nodeGroups, before.access]);
  expect(charts.map(({ name }) => name).sort()).toEqual(Object.keys(offer.charts).sort());
  expect(cluster.spec.kubernetesVersion).toBe('1.36.3');
  expect(changes).toEqual([
    'network.podNetwork: flannel instead of cilium, whose programs cannot be built here',
    expect.stringMatching(/^addons: amazon-eks-pod-identity-webhook off/),
    expect.stringMatching(/^addons: aws-ebs-csi-driver off/),
    expect.stringMatching(/^addons: aws-node-termination-handler off/),
    expect.stringMatching(/^files, images and charts come from mirror.quilla.internal/),
  ]);
});

test('what was made is the same once more', () => {
  const { input } = became(example('development'));
  const again = specOnMachines(loaded(specText(input, 'made')), offer);
  expect(again.input).toEqual(input);
});

test('no pod network is left none, and flannel as it is', () => {
  const none = became(instead(example('seed-kops'), 'podNetwork: cilium', 'podNetwork: none'));
  expect(none.cluster.spec.network.podNetwork.type).toBe('none');
  expect(none.changes.filter((change) => change.startsWith('network'))).toEqual([]);
  const own = became(
    instead(example('seed-kops'), 'podNetwork: cilium', 'podNetwork: {type: flannel, cidr: 100.80.0.0/14}'),
  );
  expect(own.input.spec.network?.podNetwork).toEqual({ type: 'flannel', cidr: '100.80.0.0/14' });
});

test('the range of pods is kept with another pod network', () => {
  const other = became(
    instead(example('seed-kops'), 'podNetwork: cilium', 'podNetwork: {type: calico, cidr: 100.80.0.0/14}'),
  );
  expect(other.input.spec.network?.podNetwork).toEqual({ type: 'flannel', cidr: '100.80.0.0/14' });
});

test('policies go with the pod network that had them', () => {
  const { input, changes } = became(
    instead(example('seed-kops'), 'podNetwork: cilium', 'podNetwork: cilium\n    networkPolicy: true'),
  );
  expect(input.spec.network).not.toHaveProperty('networkPolicy');
  expect(changes).toContain('network.networkPolicy: off, since flannel has none');
});

test('charts of the spec are kept where the mirror has them, in its version, and left out where not', () => {
  const addons = `
  addons:
    - {name: metrics-server}
    - {name: mine, version: "1.0.0", chart: {repository: "https://charts.example.com", name: mine}}
    - {name: kubelet-csr-approver, version: "1.2.13", values: {replicas: 2}}
    - {name: cilium, values: {encryption: {enabled: true}}}
    - {name: aws-ebs-csi-driver, enabled: false}
`;
  const { cluster, input, changes } = became(`${example('seed-kops')}${addons}`);
  expect(cluster.spec.charts.map(({ name }) => name).sort()).toEqual(Object.keys(offer.charts).sort());
  expect(input.spec.addons).toContainEqual({
    name: 'kubelet-csr-approver',
    version: '1.2.14',
    values: { replicas: 2 },
  });
  for (const words of [
    'metrics-server off',
    'mine off',
    'kubelet-csr-approver 1.2.14 instead of 1.2.13',
    'cilium left out',
  ])
    expect(changes).toContainEqual(expect.stringContaining(words));
});

test.each([
  ['1.36', '1.36.3'],
  ['1.36.3', '1.36.3'],
  ['1.37.2', '1.37.2'],
  ['1.36.1', '1.36.3'],
  ['1.35', '1.36.3'],
])('a spec for %s runs %s', (asked, version) => {
  expect(builtFor(asked, offer.versions)).toBe(version);
});

test('a version that is not built here is said', () => {
  const { changes } = specOnMachines(loaded(example('development')), { ...offer, versions: ['1.37.2'] });
  expect(changes[0]).toMatch(/^kubernetesVersion: 1.37.2 instead of 1.36.\d: built here are 1.37.2$/);
});

test.each([
  ['EKS', () => example('eks'), 'control plane of EKS'],
  [
    'a VPC that is there already',
    () =>
      instead(
        instead(
          example('development'),
          /zones: \[us-east-1a\]/,
          'vpc: {id: vpc-00000000000000001, subnets: {public: [subnet-00000000000000001]}}',
        ),
        /seats: 1/,
        'seats: {subnets: [subnet-00000000000000001]}',
      ),
    'a VPC that is there already',
  ],
  [
    'seats of another processor',
    () =>
      instead(
        example('development'),
        /instanceType: t3.medium/,
        `instanceType: ${process.arch === 'arm64' ? 'm6i.large' : 'm6g.large'}`,
      ),
    'which this host is not',
  ],
])('%s is refused', (_, text, why) => {
  expect(() => specOnMachines(loaded(text()), offer)).toThrow(why);
});

test.each([
  ['seed-kops', 6],
  ['development', 2],
])('%s begins with %i machines', (name, machines) => {
  expect(machinesOf(loaded(example(name)).cluster)).toBe(machines);
});

test('what a spec takes for given is known from it', () => {
  expect(givenThings(loaded(example('seed-kops')))).toEqual({ keyName: 'all', zone: 'example.com', principals: [] });
  expect(givenThings(loaded(example('development')))).toEqual({ principals: [] });
});
