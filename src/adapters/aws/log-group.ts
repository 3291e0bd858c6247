import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  ListTagsForResourceCommand,
  type LogGroup,
  PutRetentionPolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Tags } from '../../model/field.ts';
import type { Found } from '../../model/snapshot.ts';
import { isAwsFailure, type ReadContext, type Scope } from '../../ports/aws.ts';
import type { Permission } from '../../ports/permissions.ts';
import type { Adapter } from './adapter.ts';
import { allPages } from './all-pages.ts';
import type { Connection } from './connection.ts';
import { clusterArn, describeCluster } from './eks.ts';
import { fromTagMap, idOf, tagChanges } from './found.ts';
import { unlessGone } from './gone.ts';
import { notOurs } from './not-ours.ts';
import { mayUse, mayUsePermissions } from './of-eks.ts';
import { taggedResources } from './tagged-resources.ts';
import { whenFree } from './when-free.ts';

export const logGroupArn = ({ partition, region, account }: Scope, name: string): string =>
  `arn:${partition}:logs:${region}:${account}:log-group:${name}`;

export async function groupsUnder({ clients, call }: Connection, logGroupNamePrefix: string): Promise<LogGroup[]> {
  const pages = await allPages(
    (nextToken) =>
      call('logs:DescribeLogGroups', () =>
        clients.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix, nextToken })),
      ),
    (page) => page.nextToken,
  );
  return pages.flatMap((page) => page.logGroups ?? []);
}

/** Every tag, AWS's own among them. */
export async function logGroupTags({ clients, call }: Connection, resourceArn: string): Promise<Tags> {
  const answer = await unlessGone(
    call('logs:ListTagsForResource', () => clients.logs.send(new ListTagsForResourceCommand({ resourceArn }))),
  );
  return answer?.tags ?? {};
}

/** One that the tagging service does not know yet, or that is not ours, is asked itself. */
async function toFound(connection: Connection, group: LogGroup, context: ReadContext): Promise<Found<'log-group'>[]> {
  const name = group.logGroupName!;
  const arn = logGroupArn(context.scope, name);
  const tags = (await taggedResources(connection, context)).get(arn) ?? fromTagMap(await logGroupTags(connection, arn));
  const id = idOf(tags, context.scope);
  if (id === undefined) return [];
  const settled = { name, retentionDays: group.retentionInDays ?? null, tags };
  return [{ kind: 'log-group', id, name, state: 'ready', settled, observed: { arn } }];
}

/**
 * A group of the control plane's name without a single tag is what EKS itself makes, and adopted: EKS writes last lines after a
 * cluster is gone and makes the group anew for them (https://github.com/terraform-aws-modules/terraform-aws-eks/issues/920).
 * With tags of others, or beside a cluster of the name that is not ours, it is somebody's.
 */
async function mayAdopt(connection: Connection, tags: Tags, scope: Scope): Promise<boolean> {
  if (idOf(tags, scope) !== undefined) return true;
  if (Object.keys(tags).length > 0) return false;
  const cluster = await describeCluster(connection, scope.cluster);
  return cluster === undefined || idOf(fromTagMap(cluster.tags), scope) !== undefined;
}

async function setRetention(
  { clients, call }: Connection,
  logGroupName: string,
  retentionInDays: number | null,
): Promise<void> {
  if (retentionInDays === null) {
    await unlessGone(
      call('logs:DeleteRetentionPolicy', () => clients.logs.send(new DeleteRetentionPolicyCommand({ logGroupName }))),
    );
    return;
  }
  await call('logs:PutRetentionPolicy', () =>
    clients.logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays })),
  );
}

async function retag({ clients, call }: Connection, resourceArn: string, before: Tags, after: Tags): Promise<void> {
  const { set, remove } = tagChanges(before, after);
  if (Object.keys(set).length > 0) {
    await call('logs:TagResource', () => clients.logs.send(new TagResourceCommand({ resourceArn, tags: set })));
  }
  if (remove.length > 0) {
    await call('logs:UntagResource', () =>
      clients.logs.send(new UntagResourceCommand({ resourceArn, tagKeys: remove })),
    );
  }
}

const ourGroup = (...actions: readonly string[]): Permission[] =>
  actions.map((action) => ({
    action: `logs:${action}`,
    resource: `arn:\${partition}:logs:\${region}:\${account}:log-group:/aws/eks/\${cluster}/*`,
  }));

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html */
export const logGroup: Adapter<'log-group'> = {
  permissions: {
    read: [
      ...mayUsePermissions,
      { action: 'logs:DescribeLogGroups', resource: '*' },
      ...ourGroup('ListTagsForResource'),
    ],
    create: [
      ...ourGroup(
        'CreateLogGroup',
        'TagResource',
        'UntagResource',
        'PutRetentionPolicy',
        'DeleteRetentionPolicy',
        'ListTagsForResource',
      ),
      { action: 'eks:DescribeCluster', resource: clusterArn },
    ],
    update: ourGroup('PutRetentionPolicy', 'DeleteRetentionPolicy', 'TagResource', 'UntagResource'),
    delete: ourGroup('DeleteLogGroup'),
  },

  reader: (connection) => ({
    async list(context) {
      if (!(await mayUse(connection, context, 'logs'))) return [];
      const groups = await groupsUnder(connection, `/aws/eks/${context.scope.cluster}/`);
      return (await Promise.all(groups.map((group) => toFound(connection, group, context)))).flat();
    },
  }),

  writer: (connection) => ({
    async create({ settled }, { scope }) {
      const { clients, call } = connection;
      const arn = logGroupArn(scope, settled.name);
      const input = { logGroupName: settled.name, tags: { ...settled.tags } };
      try {
        await call('logs:CreateLogGroup', () => clients.logs.send(new CreateLogGroupCommand(input)));
      } catch (error) {
        if (!isAwsFailure(error, 'exists')) throw error;
        const tags = await logGroupTags(connection, arn);
        if (!(await mayAdopt(connection, tags, scope))) {
          throw notOurs(
            'logs:CreateLogGroup',
            `The log group ${settled.name}`,
            `It may hold the logs of an earlier cluster of this name. Keep it by tagging it quilla.dev/cluster=${scope.cluster} and quilla.dev/id=${settled.tags['quilla.dev/id'] ?? ''}, or delete it (aws logs delete-log-group --log-group-name ${settled.name}).`,
          );
        }
        await retag(connection, arn, fromTagMap(tags), settled.tags);
      }
      if (settled.retentionDays !== null) await setRetention(connection, settled.name, settled.retentionDays);
      return { arn };
    },

    async update({ found, settled, changed }) {
      if (changed.includes('retentionDays')) await setRetention(connection, found.name, settled.retentionDays);
      if (changed.includes('tags')) {
        await retag(connection, found.observed.arn, found.settled.tags ?? {}, settled.tags);
      }
      return found.observed;
    },

    async delete(found, context) {
      const { clients, call } = connection;
      const input = { logGroupName: found.name };
      await whenFree({ what: `log group ${found.name} to be free for deletion` }, context, () =>
        unlessGone(call('logs:DeleteLogGroup', () => clients.logs.send(new DeleteLogGroupCommand(input)))),
      );
    },
  }),
};
