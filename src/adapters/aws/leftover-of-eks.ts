import { DeleteLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { type CallContext, readContext, type Scope } from '../../ports/aws.ts';
import type { Leftover, LeftoverPermissions } from '../../ports/leftovers.ts';
import type { Connection } from './connection.ts';
import { childArn, clusterArn, describeCluster } from './eks.ts';
import { fargateProfiles } from './fargate-profile.ts';
import { fromTagMap, idOf } from './found.ts';
import { unlessGone } from './gone.ts';
import { groupsUnder, logGroupArn, logGroupTags } from './log-group.ts';
import { nodeGroups } from './node-group-questions.ts';

/** Node groups and Fargate profiles of our cluster that are not ours: EKS deletes no cluster that has any. Add-ons go with it. */
export async function findForeignChildren(connection: Connection, context: CallContext): Promise<Leftover[]> {
  const reading = readContext(context);
  const [groups, profiles] = await Promise.all([nodeGroups(connection, reading), fargateProfiles(connection, reading)]);
  const because = `it stands in cluster ${context.scope.cluster} without its tags`;
  const isForeign = ({ tags }: { readonly tags?: Record<string, string> | undefined }): boolean =>
    idOf(fromTagMap(tags), context.scope) === undefined;
  const of = (type: 'node-group' | 'fargate-profile', name: string): Leftover => ({
    type,
    id: name,
    name,
    because,
    belongsToCluster: false,
  });
  return [
    ...groups.filter(isForeign).map((group) => of('node-group', group.nodegroupName!)),
    ...profiles.filter(isForeign).map((profile) => of('fargate-profile', profile.fargateProfileName!)),
  ];
}

/**
 * The log group of the control plane where it has no tag at all. EKS made it for our cluster if it is younger than that cluster, or
 * than the destroy (`since`) that removed it: last lines are written after the end. An older one may hold the logs of an earlier
 * cluster of the name; it is named and left alone. Beside a cluster that is not ours it is none of our business.
 */
export async function findLogGroup(
  connection: Connection,
  scope: Scope,
  since: number | undefined,
): Promise<Leftover[]> {
  const name = `/aws/eks/${scope.cluster}/cluster`;
  const group = (await groupsUnder(connection, name)).find(({ logGroupName }) => logGroupName === name);
  if (group === undefined) return [];
  const tags = await logGroupTags(connection, logGroupArn(scope, name));
  if (Object.keys(tags).length > 0) return [];
  const cluster = await describeCluster(connection, scope.cluster);
  if (cluster !== undefined && idOf(fromTagMap(cluster.tags), scope) === undefined) return [];
  const from = cluster?.createdAt?.getTime() ?? since ?? Number.POSITIVE_INFINITY;
  const belongsToCluster = (group.creationTime ?? 0) >= from;
  const because = belongsToCluster
    ? 'EKS made it, without tags, for the logs of this cluster'
    : `it has no tags, and may hold the logs of an earlier cluster of this name; to delete it: aws logs delete-log-group --log-group-name ${name}`;
  return [{ type: 'log-group', id: name, name, because, belongsToCluster }];
}

export async function removeLogGroup({ clients, call }: Connection, logGroupName: string): Promise<void> {
  await unlessGone(call('logs:DeleteLogGroup', () => clients.logs.send(new DeleteLogGroupCommand({ logGroupName }))));
}

const logGroups = `arn:\${partition}:logs:\${region}:\${account}:log-group:/aws/eks/\${cluster}/*`;

export const eksLeftoverPermissions: LeftoverPermissions = {
  find: [
    { action: 'eks:DescribeCluster', resource: clusterArn },
    { action: 'eks:ListNodegroups', resource: clusterArn },
    { action: 'eks:DescribeNodegroup', resource: childArn('nodegroup') },
    { action: 'eks:ListFargateProfiles', resource: clusterArn },
    { action: 'eks:DescribeFargateProfile', resource: childArn('fargateprofile') },
    { action: 'logs:ListTagsForResource', resource: logGroups },
  ],
  remove: [{ action: 'logs:DeleteLogGroup', resource: logGroups }],
};
