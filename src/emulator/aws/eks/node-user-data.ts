import { parse as parseToml, stringify as stringifyToml } from 'smol-toml';
import { stringify } from 'yaml';
import { isBottlerocket } from './node-images.ts';
import type { EksCluster, EksNodegroup } from './state.ts';

/** What EKS puts on the nodes of a managed group. */
export interface NodeFacts {
  readonly cluster: EksCluster;
  readonly group: EksNodegroup;
  readonly imageId: string;
  readonly template: { readonly id: string; readonly version: string };
}

const effects = { NO_SCHEDULE: 'NoSchedule', NO_EXECUTE: 'NoExecute', PREFER_NO_SCHEDULE: 'PreferNoSchedule' } as const;

/** The labels that EKS gives the nodes of a managed group, beside the group's own. */
const labelsOf = ({ group, imageId, template }: NodeFacts): Record<string, string> => ({
  ...group.labels,
  'eks.amazonaws.com/nodegroup': group.name,
  'eks.amazonaws.com/nodegroup-image': imageId,
  'eks.amazonaws.com/capacityType': group.capacityType,
  'eks.amazonaws.com/sourceLaunchTemplateId': template.id,
  'eks.amazonaws.com/sourceLaunchTemplateVersion': template.version,
});

/** The NodeConfig of nodeadm: https://awslabs.github.io/amazon-eks-ami/nodeadm/ */
function nodeConfig(facts: NodeFacts): string {
  const { cluster, group } = facts;
  const labels = Object.entries(labelsOf(facts)).map(([key, value]) => `${key}=${value}`);
  const taints = group.taints.map(({ key, value, effect }) => `${key}=${value}:${effects[effect]}`);
  const flags = [
    `--node-labels=${labels.join(',')}`,
    ...(taints.length > 0 ? [`--register-with-taints=${taints.join(',')}`] : []),
  ];
  return stringify({
    apiVersion: 'node.eks.aws/v1alpha1',
    kind: 'NodeConfig',
    spec: {
      cluster: {
        name: cluster.name,
        apiServerEndpoint: cluster.endpoint,
        certificateAuthority: cluster.certificateAuthority,
        cidr: cluster.network.serviceIpv4Cidr ?? cluster.network.serviceIpv6Cidr,
      },
      kubelet: { flags },
    },
  });
}

const boundary = '//';

interface Part {
  readonly type: string;
  readonly body: string;
}

/** The parts of the caller's user data: those of a MIME multipart, or the whole as one. */
function partsOf(text: string): Part[] {
  const found = /boundary="?([^"\r\n;]+)"?/i.exec(text)?.[1];
  if (found === undefined)
    return text.trim() === '' ? [] : [{ type: 'text/x-shellscript; charset="us-ascii"', body: text }];
  return text
    .split(`--${found}`)
    .slice(1, -1)
    .map((part) => {
      const [head = '', ...rest] = part.replace(/^\r?\n/, '').split(/\r?\n\r?\n/);
      const type = /content-type:\s*(.+)/i.exec(head)?.[1]?.trim() ?? 'text/plain';
      return { type, body: rest.join('\n\n') };
    });
}

const multipart = (parts: readonly Part[]): string =>
  [
    'MIME-Version: 1.0',
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    '',
    ...parts.map(({ type, body }) => `--${boundary}\nContent-Type: ${type}\n\n${body.trimEnd()}\n`),
    `--${boundary}--`,
    '',
  ].join('\n');

type Table = Record<string, unknown>;
const tableOf = (value: unknown): Table => (typeof value === 'object' && value !== null ? (value as Table) : {});

/** Bottlerocket's settings with what EKS knows: https://bottlerocket.dev/en/os/latest/api/settings/kubernetes/ */
function bottlerocketSettings(text: string, facts: NodeFacts): string {
  const { cluster, group } = facts;
  const given = tableOf(parseToml(text));
  const settings = tableOf(given.settings);
  const kubernetes = tableOf(settings.kubernetes);
  const taints = Object.fromEntries(
    group.taints.map(({ key, value, effect }) => [key, [`${value}:${effects[effect]}`]]),
  );
  const own = {
    'cluster-name': cluster.name,
    'api-server': cluster.endpoint,
    'cluster-certificate': cluster.certificateAuthority,
    'node-labels': { ...tableOf(kubernetes['node-labels']), ...labelsOf(facts) },
    ...(group.taints.length > 0 ? { 'node-taints': { ...tableOf(kubernetes['node-taints']), ...taints } } : {}),
  };
  return stringifyToml({ ...given, settings: { ...settings, kubernetes: { ...kubernetes, ...own } } });
}

const decode = (base64: string | undefined): string => Buffer.from(base64 ?? '', 'base64').toString('utf8');
const encode = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

/** The user data of a managed node: the caller's, with what joins the cluster; just the caller's for an image of his own. */
export function nodeUserData(given: string | undefined, facts: NodeFacts): string | undefined {
  if (facts.group.amiType === 'CUSTOM') return given;
  const text = decode(given);
  if (isBottlerocket(facts.group.amiType)) return encode(bottlerocketSettings(text, facts));
  return encode(multipart([...partsOf(text), { type: 'application/node.eks.aws', body: nodeConfig(facts) }]));
}
