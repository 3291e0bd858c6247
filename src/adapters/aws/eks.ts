import {
  type Cluster,
  DescribeClusterCommand,
  DescribeUpdateCommand,
  TagResourceCommand,
  UntagResourceCommand,
  type Update,
} from '@aws-sdk/client-eks';
import { type Duration, minutes } from '../../base/duration.ts';
import type { Tags } from '../../model/field.ts';
import { AwsFailure, type AwsReason, type CallContext, isAwsFailure, type ReadContext } from '../../ports/aws.ts';
import type { Permission } from '../../ports/permissions.ts';
import type { Connection } from './connection.ts';
import { fromTagMap, idOf, tagChanges } from './found.ts';
import { unlessGone } from './gone.ts';
import { mayUse, mayUsePermissions } from './of-eks.ts';
import { whenKnown } from './retry.ts';
import { waitFor } from './wait.ts';
import { whenFree } from './when-free.ts';

/** The EKS cluster of a name, or undefined where there is none. */
export async function describeCluster({ clients, call }: Connection, name: string): Promise<Cluster | undefined> {
  const answer = await unlessGone(
    call('eks:DescribeCluster', () => clients.eks.send(new DescribeClusterCommand({ name }))),
  );
  return answer?.cluster;
}

/** The cluster of that name, whosever it is: one question of an observation, whoever asks. */
export const namedCluster = (connection: Connection, context: ReadContext): Promise<Cluster | undefined> =>
  context.once('eks:DescribeCluster', async () =>
    (await mayUse(connection, context, 'eks')) ? describeCluster(connection, context.scope.cluster) : undefined,
  );

/** The cluster if it carries our tags. */
export async function ourCluster(connection: Connection, context: ReadContext): Promise<Cluster | undefined> {
  const cluster = await namedCluster(connection, context);
  return idOf(fromTagMap(cluster?.tags), context.scope) === undefined ? undefined : cluster;
}

/** The cluster's name where it can have children: EKS takes none before it is ACTIVE and they go with it. */
export async function parentCluster(connection: Connection, context: ReadContext): Promise<string | undefined> {
  const cluster = await ourCluster(connection, context);
  return cluster?.status === 'ACTIVE' || cluster?.status === 'UPDATING' ? cluster.name : undefined;
}

/** What EKS says is wrong, as one text. */
export interface Issue {
  readonly code?: string | undefined;
  readonly message?: string | undefined;
}
export const issuesText = (issues: readonly Issue[] | undefined): string =>
  (issues ?? []).map(({ code, message }) => `${code ?? 'Unknown'}: ${message ?? 'no message'}`).join('; ');

const issueReasons: readonly (readonly [AwsReason, RegExp])[] = [
  [
    'no-capacity',
    /InsufficientInstanceCapacity|UnfulfillableCapacity|(?:insufficient|sufficient|enough|no) \S*\s?\S*\s?capacity/i,
  ],
  [
    'quota',
    /LimitExceeded|LimitReached|QuotaExceeded|InsufficientFreeAddresses|IpNotAvailable|InsufficientNumberOfIPs|exceed\w* .*(?:limit|quota)/i,
  ],
  ['denied', /AccessDenied|not authorized|UnauthorizedOperation/],
];

/** An AwsFailure out of EKS's health issues or an update's errors. */
export function issueFailure(operation: string, what: string, issues: readonly Issue[] | undefined): AwsFailure {
  const text = issuesText(issues);
  const reason = issueReasons.find(([, pattern]) => pattern.test(text))?.[0] ?? 'invalid';
  const message = `${what}. ${text === '' ? 'EKS gives no reason.' : `EKS says: ${text}`}`;
  return new AwsFailure({ reason, operation, code: issues?.[0]?.code ?? 'Unknown', message });
}

/** One update of a cluster or of something in it. */
export interface UpdateOf {
  readonly operation: string;
  /** `logging of cluster k8s`. */
  readonly what: string;
  readonly clusterName: string;
  readonly nodegroupName?: string;
  readonly addonName?: string;
  readonly every: Duration;
  readonly deadline?: Duration;
}

/** EKS refuses an update that would change nothing: a killed run may have made it already. */
const nothingToChange =
  /already at the desired|No changes needed|no changes? (?:were|was|to)|already (?:associated|set)/i;

const updateErrors = (update: Update): Issue[] =>
  (update.errors ?? []).map((error) => ({ code: error.errorCode, message: error.errorMessage }));

function updateDone(
  { clients, call }: Connection,
  of: UpdateOf,
  updateId: string,
  context: CallContext,
): Promise<void> {
  const { clusterName: name, nodegroupName, addonName } = of;
  const input = { name, updateId, nodegroupName, addonName };
  return waitFor(
    `the change of ${of.what}`,
    context,
    async () => {
      const answer = await whenKnown(`update ${updateId}`, context, () =>
        call('eks:DescribeUpdate', () => clients.eks.send(new DescribeUpdateCommand(input))),
      );
      const update = answer.update!;
      if (update.status === 'Successful') return { done: undefined };
      if (update.status === 'InProgress') return { waiting: `update ${updateId} in progress` };
      throw issueFailure(of.operation, `The change of ${of.what} ended as ${update.status}`, updateErrors(update));
    },
    { every: of.every, deadline: of.deadline ?? minutes(60) },
  );
}

/** Starts an update when EKS is free for it and waits until it is done. */
export async function changeAndWait(
  connection: Connection,
  of: UpdateOf,
  context: CallContext,
  start: () => Promise<{ readonly update?: Update | undefined }>,
): Promise<void> {
  try {
    const patience = { what: `EKS to take the change of ${of.what}`, every: of.every, deadline: minutes(60) };
    const answer = await whenFree(patience, context, () => connection.call(of.operation, start));
    await updateDone(connection, of, answer.update!.id!, context);
  } catch (error) {
    if (isAwsFailure(error, 'invalid') && nothingToChange.test(error.message)) return;
    throw error;
  }
}

/** Makes the tags of an EKS resource what they should be. */
export async function retagEks(
  { clients, call }: Connection,
  resourceArn: string,
  change: { readonly before: Tags; readonly after: Tags },
): Promise<void> {
  const { set, remove } = tagChanges(change.before, change.after);
  if (Object.keys(set).length > 0) {
    await call('eks:TagResource', () => clients.eks.send(new TagResourceCommand({ resourceArn, tags: set })));
  }
  if (remove.length > 0) {
    await call('eks:UntagResource', () => clients.eks.send(new UntagResourceCommand({ resourceArn, tagKeys: remove })));
  }
}

export const clusterArn = `arn:\${partition}:eks:\${region}:\${account}:cluster/\${cluster}`;
/** What `ourCluster` and `parentCluster` need. */
export const clusterRead: readonly Permission[] = [
  ...mayUsePermissions,
  { action: 'eks:DescribeCluster', resource: clusterArn },
];
/** The ARN pattern of the cluster's children of a type: `childArn('addon')`. */
export const childArn = (type: string): string => `arn:\${partition}:eks:\${region}:\${account}:${type}/\${cluster}/*`;

/** What `retagEks` needs. */
export const eksTagPermissions = (resource: string): Permission[] => [
  { action: 'eks:TagResource', resource, condition: 'our-tag-on-resource' },
  { action: 'eks:UntagResource', resource, condition: 'our-tag-on-resource' },
];

/** Making something with tags: EKS asks for the creation on the cluster and for tagging on what is made. */
export const eksCreation = (action: string, made: string): Permission[] => [
  { action, resource: clusterArn, condition: 'our-tag-in-request' },
  { action: 'eks:TagResource', resource: made, condition: 'our-tag-in-request' },
];

/** Handing a role of the cluster or a given one of the graph to a service. */
export const passRole = (service: string): Permission => ({
  action: 'iam:PassRole',
  resource: `\${passedRoles}`,
  condition: { StringEquals: { 'iam:PassedToService': service } },
});

/** EKS makes its service-linked roles in the caller's name the first time they are needed. */
export const serviceLinkedRole = (service: string): Permission => ({
  action: 'iam:CreateServiceLinkedRole',
  resource: `arn:\${partition}:iam::\${account}:role/aws-service-role/*`,
  condition: { StringEquals: { 'iam:AWSServiceName': service } },
});
