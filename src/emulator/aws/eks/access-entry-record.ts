import type { AccessEntry } from '@aws-sdk/client-eks';
import { shortHash } from '../../../base/hash.ts';
import type { Turn } from '../../call.ts';
import { eksArn } from './lookup.ts';
import type { AccessEntryType, EksAccessEntry, EksCluster } from './state.ts';

export interface NewAccessEntry {
  readonly principalArn: string;
  readonly type: AccessEntryType;
  readonly username?: string | undefined;
  readonly groups?: readonly string[] | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly requestHash?: string;
  readonly madeByEks?: true;
}

interface NodeIdentity {
  readonly username: string;
  readonly groups: readonly string[];
}

/**
 * What Kubernetes sees of the principals of nodes; EKS sets it and takes no other.
 * https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html
 */
const nodeIdentities: Readonly<Partial<Record<AccessEntryType, NodeIdentity>>> = {
  EC2_LINUX: { username: 'system:node:{{EC2PrivateDNSName}}', groups: ['system:nodes'] },
  EC2_WINDOWS: {
    username: 'system:node:{{EC2PrivateDNSName}}',
    groups: ['system:nodes', 'eks:kube-proxy-windows'],
  },
  FARGATE_LINUX: {
    username: 'system:node:{{SessionName}}',
    groups: ['system:bootstrappers', 'system:nodes', 'system:node-proxier'],
  },
  HYBRID_LINUX: { username: 'system:node:{{SessionName}}', groups: ['system:nodes'] },
  HYPERPOD_LINUX: { username: 'system:node:{{SessionName}}', groups: ['system:nodes'] },
  EC2: { username: 'system:node:{{EC2PrivateDNSName}}', groups: ['system:nodes'] },
};

/** The user name that a STANDARD entry without one gets. */
function standardUsername(principalArn: string): string {
  const role = /^arn:([^:]+):iam::(\d+):role\/(?:.*\/)?([^/]+)$/.exec(principalArn);
  return role === null ? principalArn : `arn:${role[1]}:sts::${role[2]}:assumed-role/${role[3]}/{{SessionName}}`;
}

function entryArn(turn: Turn, cluster: EksCluster, principalArn: string): string {
  const [, account, kind, path] = /^arn:[^:]+:iam::(\d+):([^/]+)\/(.+)$/.exec(principalArn) ?? ['', '', 'unknown', ''];
  const id = turn.newToken(32);
  const uuid = [id.slice(0, 8), id.slice(8, 12), id.slice(12, 16), id.slice(16, 20), id.slice(20)].join('-');
  return eksArn(turn, `access-entry/${cluster.name}/${kind}/${account}/${path?.split('/').at(-1)}/${uuid}`);
}

/** Adds an entry without any check: also for the entries that EKS makes by itself. */
export function addAccessEntry(turn: Turn, cluster: EksCluster, entry: NewAccessEntry): EksAccessEntry {
  const identity = nodeIdentities[entry.type];
  const record: EksAccessEntry = {
    principalArn: entry.principalArn,
    arn: entryArn(turn, cluster, entry.principalArn),
    type: entry.type,
    username: identity?.username ?? entry.username ?? standardUsername(entry.principalArn),
    groups: [...(identity?.groups ?? entry.groups ?? [])],
    tags: { ...entry.tags },
    createdAt: turn.now,
    modifiedAt: turn.now,
    requestHash: entry.requestHash ?? shortHash(entry),
    policies: {},
    ...(entry.madeByEks === undefined ? {} : { madeByEks: entry.madeByEks }),
  };
  cluster.accessEntries[entry.principalArn] = record;
  return record;
}

export const usesAccessEntries = (cluster: EksCluster): boolean => cluster.authenticationMode !== 'CONFIG_MAP';

/** The entry that a managed node group or Fargate profile makes for its role, unless there is one. */
export function ensureNodeAccessEntry(turn: Turn, cluster: EksCluster, node: NewAccessEntry): void {
  if (!usesAccessEntries(cluster) || cluster.accessEntries[node.principalArn] !== undefined) return;
  addAccessEntry(turn, cluster, { ...node, madeByEks: true });
}

export const accessEntryView = (cluster: EksCluster, entry: EksAccessEntry): AccessEntry => ({
  clusterName: cluster.name,
  principalArn: entry.principalArn,
  kubernetesGroups: [...entry.groups],
  accessEntryArn: entry.arn,
  createdAt: new Date(entry.createdAt),
  modifiedAt: new Date(entry.modifiedAt),
  tags: { ...entry.tags },
  username: entry.username,
  type: entry.type,
});
