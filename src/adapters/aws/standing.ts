import { DescribeTagsCommand } from '@aws-sdk/client-ec2';
import { clusterTag, exportedTag } from '../../model/tags.ts';
import { isAwsFailure, type ReadContext } from '../../ports/aws.ts';
import type { StandingReader } from '../../ports/standing.ts';
import { allItems } from './all-items.ts';
import type { Connection } from './connection.ts';
import { exportedOnly } from './ec2-types.ts';
import { namedCluster } from './eks.ts';
import { fromTagList, isOf } from './found.ts';
import { iamDetails } from './iam-account.ts';

async function unownedRoles(connection: Connection, context: ReadContext): Promise<string[]> {
  const roles = (await iamDetails(connection, context))?.roles ?? [];
  return roles.flatMap((role) => {
    const tags = fromTagList(role.Tags);
    return clusterTag in tags || exportedTag in tags ? [] : [role.Arn ?? ''];
  });
}

/** Who looks at a store or a log only may not ask EKS, and need not: a reader of clusters has failed before where it matters. */
async function namedUnlessDenied(connection: Connection, context: ReadContext) {
  try {
    return await namedCluster(connection, context);
  } catch (error) {
    if (isAwsFailure(error, 'denied')) return undefined;
    throw error;
  }
}

/** What stands there without being ours. */
export const standing = (connection: Connection): StandingReader => ({
  async find(context) {
    const [exported, cluster, roles] = await Promise.all([
      exportedOnly(connection, context),
      namedUnlessDenied(connection, context),
      unownedRoles(connection, context),
    ]);
    const seen = { exported, unownedRoles: roles };
    if (cluster === undefined || isOf(cluster.tags ?? {}, context.scope)) return seen;
    const arn = cluster.arn ?? '';
    return cluster.tags?.[exportedTag] === context.scope.cluster
      ? { ...seen, exported: [...exported, arn] }
      : { ...seen, foreignCluster: arn };
  },

  async exportedFor({ signal }) {
    const { clients, call } = connection;
    const Filters = [{ Name: 'key', Values: [exportedTag] }];
    const tags = await allItems(
      (NextToken) => {
        signal.throwIfAborted();
        return call('ec2:DescribeTags', () =>
          clients.ec2.send(new DescribeTagsCommand({ Filters, MaxResults: 1000, NextToken })),
        );
      },
      (page) => page.Tags,
    );
    return [...new Set(tags.map(({ Value }) => Value ?? ''))].sort();
  },
});
