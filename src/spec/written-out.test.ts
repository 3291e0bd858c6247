import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isError } from '../base/diagnostic.ts';
import type { Cluster } from './cluster.ts';
import { clusterInput } from './input.ts';
import { loadCluster } from './load.ts';
import { specText } from './spec-text.ts';
import { writtenOut } from './written-out.ts';

const today = new Date('2026-11-01T00:00:00Z');
const inProject = (path: string): URL => new URL(`../../${path}`, import.meta.url);

function load(text: string): Cluster {
  const loaded = loadCluster(text, { today });
  if (!loaded.ok) throw new Error(`${JSON.stringify(loaded.diagnostics, null, 1)}\n${text}`);
  return loaded.value.cluster;
}

/** The written-out form is the same cluster without errors, is a fixed point, and has its fields in the schema's order. */
function holds(cluster: Cluster): void {
  const written = writtenOut(cluster);
  const text = specText(written, 'Written out.');
  const again = loadCluster(text, { today });
  expect(again.diagnostics.filter(isError), text).toEqual([]);
  expect(again.ok && again.value.cluster).toEqual(cluster);
  expect(load(JSON.stringify(written))).toEqual(cluster);
  expect(writtenOut(load(text))).toEqual(written);
  // What zod parses comes out in the order of the schema.
  expect(JSON.stringify(written)).toBe(JSON.stringify(clusterInput.parse(written)));
}

describe('a spec written out loads to the same cluster', () => {
  const files = [
    ...['eks', 'seed-eks', 'seed-kops', 'development'].map((name) => `examples/${name}.yaml`),
    ...readdirSync(inProject('scenarios')).map((name) => `scenarios/${name}/spec.yaml`),
    'src/spec/every-field.yaml',
    'src/spec/every-field-self-managed.yaml',
  ];
  test.each(files)('%s', (file) => holds(load(readFileSync(inProject(file), 'utf8'))));

  const arn = (rest: string): string => `arn:aws:iam::123456789012:${rest}`;
  const wrap = (spec: object): string =>
    JSON.stringify({
      apiVersion: 'quilla.dev/v1alpha1',
      kind: 'Cluster',
      metadata: { name: 'demo' },
      spec: {
        region: 'us-east-1',
        kubernetesVersion: '1.36',
        controlPlane: 'eks',
        nodeGroups: [{ name: 'a' }],
        ...spec,
      },
    });

  test.each<[string, object]>([
    ['without the VPC CNI', { addons: [{ name: 'vpc-cni', enabled: false }] }],
    [
      'without the VPC CNI and without policies',
      { addons: [{ name: 'vpc-cni', enabled: false }], network: { networkPolicy: false } },
    ],
    ['with system:masters', { access: { principals: [{ arn: arn('role/a'), groups: ['system:masters', 'dev'] }] } }],
    [
      'with a policy by ARN',
      {
        access: {
          principals: [
            {
              arn: arn('role/a'),
              policies: ['arn:aws:eks::aws:cluster-access-policy/AmazonEKSNewPolicy', 'AmazonEKSViewPolicy'],
            },
          ],
        },
      },
    ],
    [
      'with a policy of another partition',
      {
        access: {
          principals: [
            {
              arn: arn('role/a'),
              policies: ['arn:aws-us-gov:eks::aws:cluster-access-policy/AmazonEKSViewPolicy'],
            },
          ],
        },
      },
    ],
    [
      'with an add-on whose service account has no policy',
      { addons: [{ name: 'adot', podIdentity: { serviceAccount: 'a' } }] },
    ],
    ['with an add-on whose role is switched off', { addons: [{ name: 'aws-ebs-csi-driver', podIdentity: false }] }],
    ['of public nodes', { network: { topology: 'public' } }],
    ['without NAT', { network: { nat: 'none' } }],
    ['with a group of none', { nodeGroups: [{ name: 'a', size: 0 }] }],
    [
      'with text that YAML could mistake',
      {
        tags: { a: 'no', b: '1.30', c: ' x ', '0x1': 'null' },
        nodeGroups: [{ name: 'a', userData: { before: '#!/bin/sh\n\techo "a: b" # c  \n\n' } }],
      },
    ],
    [
      'of another partition',
      {
        region: 'cn-north-1',
        access: { principals: [{ arn: 'arn:aws-cn:iam::123456789012:role/a', policies: ['AmazonEKSViewPolicy'] }] },
      },
    ],
  ])('%s', (_, spec) => holds(load(wrap(spec))));

  const some = <T>(...values: readonly T[]) => fc.option(fc.constantFrom(...values), { nil: undefined });
  const flag = some(true, false);
  const tags = some({}, { Team: 'web', 'a b': '' });
  const zones = some(['us-east-1a'], ['us-east-1b', 'us-east-1a']);
  const subnets = some(['subnet-00000001'], ['subnet-00000002', 'subnet-00000001']);
  const made = { policies: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] };
  const given = { roleArn: arn('role/own') };

  const group = (places: object) =>
    fc.record({
      manager: some('eks', 'asg'),
      instanceTypes: some(['m6i.large'], ['m7g.large', 'm6g.large'], ['m5.large', 'm6i.large', 'm6a.large']),
      size: some<unknown>(0, 5, {}, { max: 2 }, { min: 1, max: 9 }, { min: 4 }, { min: 0, desired: 0, max: 1 }),
      rootVolume: some<unknown>({}, { type: 'gp2' }, { size: 20, iops: 3000, throughput: 125 }, { encrypted: false }),
      image: some<unknown>({ family: 'bottlerocket' }, { ami: 'ami-00000001' }, { release: '1.36.2-20261015' }),
      labels: some({}, { team: 'web' }),
      taints: some(
        [],
        [
          { key: 'a', effect: 'NoSchedule' },
          { key: 'b', value: 'c', effect: 'NoExecute' },
        ],
      ),
      capacity: some<unknown>(
        'on-demand',
        'spot',
        { mixed: {} },
        { mixed: { onDemandBase: 2, strategy: 'lowest-price' } },
      ),
      ...places,
      maxPods: some(17),
      monitoring: flag,
      securityGroups: some([], ['sg-00000001']),
      policies: some([], made.policies),
      userData: some({}, { before: 'echo a\n' }, { after: 'echo b' }),
      nodeConfig: some({}, { kubelet: { config: { maxPods: 3, a: [null, true, 'no'] } } }),
      role: some('own'),
      keyName: some('key'),
      tags,
      update: some<unknown>({}, { maxUnavailable: 2 }, { maxUnavailablePercentage: 10 }),
    });
  const groupsOf = (places: object) =>
    fc.array(group(places), { maxLength: 2 }).map((all) => all.map((one, i) => ({ name: `group-${i}`, ...one })));
  const profilesOf = (places: object) =>
    some<unknown>(0, 1).chain((n) =>
      n === undefined
        ? fc.constant(undefined)
        : fc
            .record({
              selectors: some([{ namespace: 'a', labels: { b: 'c' } }]).map((s) => s ?? [{ namespace: 'a' }]),
              ...places,
              role: some('own'),
              tags,
            })
            .map((one) => [{ name: 'profile', ...one }]),
    );
  const ofBoth = { ipFamily: some('ipv4', 'dual-stack'), networkPolicy: flag, securityGroupsPerPod: flag };
  const newNetwork = fc.record({
    cidr: some('10.0.0.0/16', '10.3.0.0/20'),
    furtherCidrs: some([], ['10.1.0.0/16']),
    zones: some(['us-east-1a', 'us-east-1b']),
    topology: some('private', 'public'),
    nat: some('per-zone', 'single', 'none'),
    endpoints: some([], ['s3', 'sts']),
    podSubnets: some({ cidr: '100.64.0.0/16' }),
    serviceCidr: some('172.20.0.0/16'),
    prefixDelegation: flag,
    ...ofBoth,
  });
  const vpc = fc.record({
    id: fc.constant('vpc-00000001'),
    subnets: fc.constantFrom(
      { private: ['subnet-00000001', 'subnet-00000002'] },
      { private: ['subnet-00000001', 'subnet-00000002'], public: ['subnet-00000003', 'subnet-00000004'] },
    ),
    addMissingTags: flag,
    natAddresses: some([], ['203.0.113.9']),
  });
  const givenNetwork = fc.record({
    vpc,
    podSubnets: some({ byZone: { 'us-east-1a': 'subnet-00000005' } }),
    topology: some('private', 'public'),
    ...ofBoth,
  });
  const principal = fc.record({
    username: some('me'),
    groups: some([], ['dev'], ['system:masters']),
    policies: some<unknown>(
      ['AmazonEKSViewPolicy'],
      [{ policy: 'AmazonEKSEditPolicy', namespaces: ['a', 'team-*'] }, { policy: 'AmazonEKSViewPolicy' }],
      ['arn:aws:eks::aws:cluster-access-policy/AmazonEKSOtherPolicy'],
    ),
  });
  const addon = fc.record({
    enabled: flag,
    version: some('v1.21.1-eksbuild.1'),
    values: some({}, { env: { A: '1' }, b: [1, null] }),
    resolveConflicts: some('overwrite', 'preserve', 'none'),
    podIdentity: some<unknown>(true, false, {}, made, given, { serviceAccount: 'mine', ...given }),
  });
  const eks = fc.record({
    logging: some({}, { types: [] }, { types: ['scheduler'], retentionDays: 7 }),
    secretsEncryption: some<unknown>(true, false, { keyArn: 'arn:aws:kms:us-east-1:123456789012:key/1234abcd' }),
    upgradePolicy: some('standard', 'extended'),
    deletionProtection: flag,
    role: some('own'),
    securityGroups: some([], ['sg-00000001']),
  });
  const shared = {
    kubernetesVersion: some('1.35', '1.36', '1.37'),
    controlPlane: fc.oneof(
      fc.constant('eks'),
      eks.map((one) => ({ eks: one })),
    ),
    access: fc.record({
      api: some<unknown>(
        {},
        { public: true, from: ['203.0.113.0/24'] },
        { public: true, from: ['nat', '203.0.113.0/24'] },
      ),
      creatorAdmin: flag,
      principals: fc
        .array(principal, { maxLength: 2 })
        .map((all) => all.map((one, i) => ({ arn: arn(`role/${i}`), ...one }))),
      ssh: some({ keyName: 'key' }, { publicKey: 'ssh-ed25519 AAAA me', from: ['203.0.113.7/32'] }),
    }),
    addons: fc.uniqueArray(
      fc
        .tuple(
          fc.constantFrom('vpc-cni', 'coredns', 'aws-ebs-csi-driver', 'external-dns', 'metrics-server', 'some_addon'),
          addon,
        )
        .map(([name, rest]) => ({ name, ...rest })),
      { selector: ({ name }) => name, maxLength: 3 },
    ),
    podIdentities: some<unknown>(
      [],
      [
        { namespace: 'a', serviceAccount: 'b', ...made },
        { namespace: 'a', serviceAccount: 'c', ...given },
      ],
    ),
    tags,
    permissionsBoundary: some(arn('policy/boundary')),
    patches: some([], [{ resource: 'cluster', merge: { tags: { a: null } } }]),
    ignore: some([], [{ resource: 'cluster', fields: ['tags'] }]),
  };
  const specs = fc.oneof(
    fc.record({
      ...shared,
      network: newNetwork,
      nodeGroups: groupsOf({ zones }),
      fargateProfiles: profilesOf({ zones }),
    }),
    fc.record({
      ...shared,
      network: givenNetwork,
      nodeGroups: groupsOf({ subnets }),
      fargateProfiles: profilesOf({ subnets }),
    }),
  );

  test('any that is sound', () => {
    let sound = 0;
    const property = fc.property(specs, (spec) => {
      const loaded = loadCluster(wrap(spec), { today });
      if (!loaded.ok) return;
      sound += 1;
      holds(loaded.value.cluster);
    });
    fc.assert(property, { seed: 20261103, numRuns: 700 });
    // Rules between fields refuse many; what is left must be enough to mean something.
    expect(sound).toBeGreaterThan(80);
  });
});
