import type {
  DescribeUpdateRequest,
  DescribeUpdateResponse,
  ListUpdatesRequest,
  ListUpdatesResponse,
  Update,
} from '@aws-sdk/client-eks';
import { shortHash } from '../../../base/hash.ts';
import type { Handler, Turn } from '../../call.ts';
import { pageOf } from '../page.ts';
import type { Given } from '../required-members.ts';
import { inUse, notFound } from './errors.ts';
import { addonOf, clusterOf, nodegroupOf } from './lookup.ts';
import type { EksCluster, EksUpdate } from './state.ts';

/** A UUID that depends only on the world's counter. */
export function newUuid(turn: Turn): string {
  const hex = turn.newToken(32);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

export interface NewUpdate {
  readonly type: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly nodegroup?: string;
  readonly addon?: string;
  readonly clientRequestToken?: string | undefined;
  /** The whole request, for the token. */
  readonly request: unknown;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Notes an update as InProgress. */
export function startUpdate(turn: Turn, cluster: EksCluster, update: NewUpdate): EksUpdate {
  const record: EksUpdate = {
    id: newUuid(turn),
    type: update.type,
    status: 'InProgress',
    params: Object.entries(update.params)
      .filter(([, value]) => value !== undefined)
      .map(([type, value]) => ({ type, value: textOf(value) })),
    createdAt: turn.now,
    errors: [],
    ...(update.nodegroup === undefined ? {} : { nodegroup: update.nodegroup }),
    ...(update.addon === undefined ? {} : { addon: update.addon }),
    ...(update.clientRequestToken === undefined ? {} : { clientRequestToken: update.clientRequestToken }),
    requestHash: shortHash(update.request),
  };
  cluster.updates[record.id] = record;
  return record;
}

/** The update that an equal request with the same token made before. */
export const sameUpdate = (cluster: EksCluster, token: string | undefined, request: unknown): EksUpdate | undefined =>
  token === undefined
    ? undefined
    : Object.values(cluster.updates).find(
        (update) => update.clientRequestToken === token && update.requestHash === shortHash(request),
      );

const isOfCluster = (update: EksUpdate): boolean => update.nodegroup === undefined && update.addon === undefined;

/** EKS changes one thing of a cluster at a time. */
export function refuseWhileUpdating(cluster: EksCluster, type: string): void {
  const running = Object.values(cluster.updates).find(
    (update) => isOfCluster(update) && update.status === 'InProgress',
  );
  if (running === undefined) return;
  throw inUse(`Cannot ${type} because cluster ${cluster.name} currently has update ${running.id} in progress`, {
    clusterName: cluster.name,
  });
}

export const updateView = (update: EksUpdate): Update => ({
  id: update.id,
  status: update.status,
  type: update.type as NonNullable<Update['type']>,
  params: update.params.map((param) => ({ ...param })) as NonNullable<Update['params']>,
  createdAt: new Date(update.createdAt),
  errors: update.errors.map((error) => ({ ...error })) as NonNullable<Update['errors']>,
});

interface About {
  readonly name?: string | undefined;
  readonly nodegroupName?: string | undefined;
  readonly addonName?: string | undefined;
}

function updatesOf(cluster: EksCluster, about: About): EksUpdate[] {
  if (about.nodegroupName !== undefined) nodegroupOf(cluster, about.nodegroupName);
  if (about.addonName !== undefined) addonOf(cluster, about.addonName);
  return Object.values(cluster.updates).filter(
    (update) => update.nodegroup === about.nodegroupName && update.addon === about.addonName,
  );
}

export const describeUpdate: Handler<Given<DescribeUpdateRequest>, DescribeUpdateResponse> = (input, call) => {
  const cluster = clusterOf(call, input.name);
  const update = updatesOf(cluster, input).find((candidate) => candidate.id === input.updateId);
  if (update !== undefined) return { update: updateView(update) };
  throw notFound(`No update found for ID: ${input.updateId}`, { clusterName: cluster.name });
};

export const listUpdates: Handler<Given<ListUpdatesRequest>, ListUpdatesResponse> = (input, call) => {
  const ids = updatesOf(clusterOf(call, input.name), input).map((update) => update.id);
  const page = pageOf(ids, { token: input.nextToken, size: input.maxResults, usual: 100 });
  return { updateIds: [...page.items], nextToken: page.next };
};
