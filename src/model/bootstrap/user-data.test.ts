import { readFileSync } from 'node:fs';
import { parse as parseToml } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import type { Join } from '../value.ts';
import { isSettled, resolve } from '../value.ts';
import { type BottlerocketInput, bottlerocketUserData } from './bottlerocket-user-data.ts';
import { type ClusterToJoin, noSettings } from './node-settings.ts';
import { type NodeadmInput, nodeadmUserData } from './nodeadm-user-data.ts';

const recorded = (file: string): string => readFileSync(new URL(`./testdata/${file}`, import.meta.url), 'utf8');

interface ReadPart {
  readonly type: string;
  readonly content: unknown;
}

/** Reads MIME user data as cloud-init and nodeadm do: parts in order, NodeConfigs as YAML, scripts as text. */
function readMime(text: string): readonly ReadPart[] {
  if (text.trim() === '') return [];
  const boundary = /boundary="([^"]+)"/.exec(text)![1]!;
  const pieces = text.split(new RegExp(`^--${boundary}(?:--)?$`, 'm')).slice(1, -1);
  return pieces.map((piece) => {
    const [head, ...body] = piece.replace(/^\n/, '').split('\n\n');
    const type = /^Content-Type: (.*)$/m.exec(head!)![1]!;
    const content = body.join('\n\n').trim();
    return { type, content: type.startsWith('application/node.eks.aws') ? parseYaml(content) : content };
  });
}

const settledText = (userData: string | Join | null): string => {
  if (userData !== null && !isSettled(userData)) throw new Error('a reference is left');
  return (userData ?? '') as string;
};

// What the other tool was given for all of its files.
const certificate = /certificateAuthority: (\S+)/.exec(recorded('al2023-self-mng-bootstrap.txt'))![1]!;
const cluster: ClusterToJoin = {
  name: 'ex-user-data',
  endpoint: 'https://012345678903AB2BAE5D1E0BFE0E2B50.gr7.us-east-1.eks.amazonaws.com',
  certificateAuthority: certificate,
  serviceRange: '192.168.0.0/16',
};
const kubelet = {
  config: { shutdownGracePeriod: '30s', featureGates: { DisableKubeletCloudCredentialProviders: true } },
};
const containerd = {
  config: '[plugins."io.containerd.grpc.v1.cri".containerd]\ndiscard_unpacked_layers = false\n',
};
const plain: NodeadmInput = { cluster: null, settings: noSettings, scripts: {} };
const joining: NodeadmInput = {
  cluster,
  settings: noSettings,
  nodeConfig: { kubelet },
  scripts: { after: 'echo "All done"' },
};

describe('Amazon Linux 2023 user data is what terraform-aws-eks renders', () => {
  test.each<[string, NodeadmInput]>([
    ['al2023-eks-mng-no-op.txt', plain],
    ['al2023-self-mng-no-op.txt', plain],
    ['al2023-eks-mng-additional.txt', { ...plain, nodeConfig: { kubelet } }],
    ['al2023-eks-mng-custom-ami.txt', joining],
    ['al2023-self-mng-bootstrap.txt', joining],
  ])('%s', (file, input) => {
    expect(readMime(settledText(nodeadmUserData(input)))).toEqual(readMime(recorded(file)));
  });

  // A template of the user's own puts its containerd settings into the part that names the cluster. Ours has no templates: settings
  // of the user's stand in one NodeConfig of their own. nodeadm merges all NodeConfigs before it reads them, so compare them merged.
  test.each(['al2023-eks-mng-custom-template.txt', 'al2023-self-mng-custom-template.txt'])(
    '%s, as nodeadm merges it',
    (file) => {
      const ours = readMime(settledText(nodeadmUserData({ ...joining, nodeConfig: { kubelet, containerd } })));
      expect(asNodeadmMerges(ours)).toEqual(asNodeadmMerges(readMime(recorded(file))));
    },
  );
});

/** One NodeConfig of all; these files have no key in two of them, so a spread of `spec` is the merge. */
function asNodeadmMerges(parts: readonly ReadPart[]): readonly unknown[] {
  const isConfig = (part: ReadPart): boolean => part.type === 'application/node.eks.aws';
  const specs = parts.filter(isConfig).map((part) => (part.content as { spec: object }).spec);
  expect(new Set(specs.flatMap(Object.keys)).size).toBe(specs.flatMap(Object.keys).length);
  return [Object.assign({}, ...specs), ...parts.filter((part) => !isConfig(part))];
}

const lockdown = { kernel: { lockdown: 'integrity' } };
const quiet: BottlerocketInput = { cluster: null, dnsIps: [], node: noSettings };

describe('Bottlerocket user data is what terraform-aws-eks renders', () => {
  test.each<[string, BottlerocketInput]>([
    ['bottlerocket-eks-mng-no-op.toml', quiet],
    ['bottlerocket-self-mng-no-op.toml', quiet],
    ['bottlerocket-eks-mng-additional.toml', { ...quiet, settings: lockdown }],
    [
      'bottlerocket-eks-mng-custom-ami.toml',
      { ...quiet, cluster, dnsIps: ['192.168.0.10', '169.254.20.10'], settings: lockdown },
    ],
    ['bottlerocket-self-mng-bootstrap.toml', { ...quiet, cluster, dnsIps: ['192.168.0.10'], settings: lockdown }],
    ['bottlerocket-eks-mng-custom-template.toml', { ...quiet, cluster, settings: lockdown }],
    ['bottlerocket-self-mng-custom-template.toml', { ...quiet, cluster, settings: lockdown }],
  ])('%s', (file, input) => {
    expect(parseToml(settledText(bottlerocketUserData(input)))).toEqual(parseToml(recorded(file)));
  });
});

const unknown: ClusterToJoin = {
  name: 'k8s',
  endpoint: { $ref: 'cluster', field: 'endpoint' },
  certificateAuthority: { $ref: 'cluster', field: 'certificateAuthority' },
  serviceRange: { $ref: 'cluster', field: 'serviceRange' },
};
const known: Record<string, string> = {
  endpoint: 'https://ABC.gr7.us-east-1.eks.amazonaws.com',
  certificateAuthority: 'QUJD'.repeat(400),
  serviceRange: 'fd30:1c53:5f8a::/108',
};
const settle = (value: unknown): string => resolve(value, (ref) => known[ref.field]) as string;
const node = {
  labels: { team: 'payments', 'node.kubernetes.io/pool': 'batch' },
  taints: [
    { key: 'dedicated', value: 'batch', effect: 'NoSchedule' },
    { key: 'dedicated', value: 'batch', effect: 'NoExecute' },
  ],
  maxPods: 29,
} as const;

test('references stand in nodeadm user data until AWS has made the cluster', () => {
  const userData = nodeadmUserData({ cluster: unknown, settings: node, scripts: {} });
  expect(isSettled(userData)).toBe(false);
  const [part] = readMime(settle(userData));
  expect(part!.content).toEqual({
    apiVersion: 'node.eks.aws/v1alpha1',
    kind: 'NodeConfig',
    spec: {
      cluster: {
        name: 'k8s',
        apiServerEndpoint: known.endpoint,
        certificateAuthority: known.certificateAuthority,
        cidr: known.serviceRange,
      },
      kubelet: {
        config: { maxPods: 29 },
        flags: [
          '--node-labels=team=payments,node.kubernetes.io/pool=batch',
          '--register-with-taints=dedicated=batch:NoSchedule,dedicated=batch:NoExecute',
        ],
      },
    },
  });
});

test('references stand in Bottlerocket user data too, and every taint of one key is kept', () => {
  const userData = bottlerocketUserData({ cluster: unknown, dnsIps: [], node });
  expect(isSettled(userData)).toBe(false);
  expect(parseToml(settle(userData))).toEqual({
    settings: {
      kubernetes: {
        'cluster-name': 'k8s',
        'api-server': known.endpoint,
        'cluster-certificate': known.certificateAuthority,
        'max-pods': 29,
        'node-labels': node.labels,
        'node-taints': { dedicated: ['batch:NoSchedule', 'batch:NoExecute'] },
      },
    },
  });
});

test("a setting of the user's wins over ours on Bottlerocket", () => {
  const userData = bottlerocketUserData({ cluster, dnsIps: [], node, settings: { kubernetes: { 'max-pods': 8 } } });
  expect(parseToml(settledText(userData))).toMatchObject({
    settings: { kubernetes: { 'max-pods': 8, 'cluster-name': 'ex-user-data' } },
  });
});

test('parts stand in the order in which they run', () => {
  const userData = nodeadmUserData({
    ...joining,
    scripts: { before: '#!/bin/sh\necho 1', after: '#!/bin/sh\necho 2' },
  });
  expect(readMime(settledText(userData)).map((part) => part.type)).toEqual([
    'text/x-shellscript; charset="us-ascii"',
    'application/node.eks.aws',
    'application/node.eks.aws',
    'text/x-shellscript; charset="us-ascii"',
  ]);
});

test('a script beyond ASCII says that it is UTF-8', () => {
  const text = settledText(nodeadmUserData({ ...plain, scripts: { before: '#!/bin/sh\n# añadir' } }));
  expect(text).toContain('Content-Transfer-Encoding: 8bit\nContent-Type: text/x-shellscript; charset="utf-8"');
});

test('the same input gives the same text, well below the 16 KiB that EC2 takes', () => {
  const input: NodeadmInput = { ...joining, cluster: unknown, settings: node };
  expect(nodeadmUserData(input)).toEqual(nodeadmUserData(structuredClone(input)));
  expect(settle(nodeadmUserData(input)).length).toBeLessThan(4096);
  expect(settle(bottlerocketUserData({ cluster: unknown, dnsIps: [], node })).length).toBeLessThan(4096);
});
