import type {
  CreateAccessEntryRequest,
  CreateAccessEntryResponse,
  DeleteAccessEntryRequest,
  DescribeAccessEntryRequest,
  DescribeAccessEntryResponse,
  ListAccessEntriesRequest,
  ListAccessEntriesResponse,
  UpdateAccessEntryRequest,
  UpdateAccessEntryResponse,
} from '@aws-sdk/client-eks';
import { shortHash } from '../../../base/hash.ts';
import type { Handler, Turn } from '../../call.ts';
import { pageOf } from '../page.ts';
import type { Given } from '../required-members.ts';
import { accessEntryView, addAccessEntry, usesAccessEntries } from './access-entry-record.ts';
import { inUse, invalidParameter, invalidRequest } from './errors.ts';
import { accessEntryOf, clusterOf, usableClusterOf } from './lookup.ts';
import { principalExists } from './principals.ts';
import type { AccessEntryType, EksCluster } from './state.ts';

const types: readonly AccessEntryType[] = [
  'STANDARD',
  'EC2_LINUX',
  'EC2_WINDOWS',
  'FARGATE_LINUX',
  'EC2',
  'HYBRID_LINUX',
  'HYPERPOD_LINUX',
];

/** The cluster, where its authentication mode knows access entries at all. */
export function accessClusterOf(turn: Turn, name: string | undefined): EksCluster {
  const cluster = clusterOf(turn, name);
  if (usesAccessEntries(cluster)) return cluster;
  throw invalidRequest(
    "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.",
    { clusterName: cluster.name },
  );
}

function checkGroups(cluster: EksCluster, groups: readonly string[] | undefined): void {
  const reserved = groups?.find((group) => group.startsWith('system:'));
  if (reserved === undefined) return;
  throw invalidParameter(`The kubernetes group name ${reserved} is invalid, it cannot start with system:`, {
    clusterName: cluster.name,
  });
}

/** https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html */
function checkUsername(cluster: EksCluster, username: string | undefined): void {
  const reserved = ['system:', 'eks:', 'aws:', 'amazon:', 'iam:'].find((prefix) => username?.startsWith(prefix));
  if (reserved === undefined) return;
  throw invalidParameter(`The username ${username} is invalid, it cannot start with ${reserved}`, {
    clusterName: cluster.name,
  });
}

function checkType(cluster: EksCluster, input: Given<CreateAccessEntryRequest>): AccessEntryType {
  const type = types.find((known) => known === (input.type ?? 'STANDARD'));
  const about = { clusterName: cluster.name };
  if (type === undefined) throw invalidParameter(`The specified access entry type ${input.type} is invalid.`, about);
  if (type === 'STANDARD') return type;
  if ((input.kubernetesGroups ?? []).length > 0) {
    throw invalidParameter(`Cannot specify kubernetesGroups for access entry type ${type}.`, about);
  }
  if (input.username !== undefined) {
    throw invalidParameter(`Cannot specify username for access entry type ${type}.`, about);
  }
  if (!/:role\//.test(input.principalArn)) {
    throw invalidParameter(`The principalArn of an access entry of type ${type} must be an IAM role.`, about);
  }
  return type;
}

export const createAccessEntry: Handler<Given<CreateAccessEntryRequest>, CreateAccessEntryResponse> = (input, call) => {
  usableClusterOf(call, input.clusterName);
  const cluster = accessClusterOf(call, input.clusterName);
  const { clientRequestToken: _, ...what } = input;
  const requestHash = shortHash(what);
  const type = checkType(cluster, input);
  checkGroups(cluster, input.kubernetesGroups);
  checkUsername(cluster, input.username);
  if (!principalExists(call, input.principalArn)) {
    throw invalidParameter('The specified principalArn is invalid: invalid principal.', { clusterName: cluster.name });
  }
  if (cluster.accessEntries[input.principalArn] !== undefined) {
    throw inUse('The specified access entry resource is already in use on this cluster.', {
      clusterName: cluster.name,
    });
  }
  const entry = addAccessEntry(call, cluster, {
    principalArn: input.principalArn,
    type,
    username: input.username,
    groups: input.kubernetesGroups,
    tags: input.tags,
    requestHash,
  });
  return { accessEntry: accessEntryView(cluster, entry) };
};

export const describeAccessEntry: Handler<Given<DescribeAccessEntryRequest>, DescribeAccessEntryResponse> = (
  input,
  call,
) => {
  const cluster = accessClusterOf(call, input.clusterName);
  return { accessEntry: accessEntryView(cluster, accessEntryOf(cluster, input.principalArn)) };
};

export const listAccessEntries: Handler<Given<ListAccessEntriesRequest>, ListAccessEntriesResponse> = (input, call) => {
  const policy = input.associatedPolicyArn;
  const arns = Object.values(accessClusterOf(call, input.clusterName).accessEntries)
    .filter((entry) => policy === undefined || entry.policies[policy] !== undefined)
    .map((entry) => entry.principalArn)
    .sort();
  const page = pageOf(arns, { token: input.nextToken, size: input.maxResults, usual: 100 });
  return { accessEntries: [...page.items], nextToken: page.next };
};

export const updateAccessEntry: Handler<Given<UpdateAccessEntryRequest>, UpdateAccessEntryResponse> = (input, call) => {
  const cluster = accessClusterOf(call, input.clusterName);
  const entry = accessEntryOf(cluster, input.principalArn);
  if (entry.type !== 'STANDARD') {
    throw invalidRequest(`The access entry with type ${entry.type} cannot be updated.`, { clusterName: cluster.name });
  }
  checkGroups(cluster, input.kubernetesGroups);
  checkUsername(cluster, input.username);
  if (input.kubernetesGroups !== undefined) entry.groups = [...input.kubernetesGroups];
  if (input.username !== undefined) entry.username = input.username;
  entry.modifiedAt = call.now;
  return { accessEntry: accessEntryView(cluster, entry) };
};

export const deleteAccessEntry: Handler<Given<DeleteAccessEntryRequest>, object> = (input, call) => {
  const cluster = accessClusterOf(call, input.clusterName);
  delete cluster.accessEntries[accessEntryOf(cluster, input.principalArn).principalArn];
  return {};
};
