import { DescribeTagsCommand } from '@aws-sdk/client-ec2';
import { exportedTag } from '../../model/tags.ts';
import type { StandingReader } from '../../ports/standing.ts';
import { allItems } from './all-items.ts';
import type { Connection } from './connection.ts';
import { exportedOnly } from './ec2-types.ts';
import { namedCluster } from './eks.ts';
import { isOf } from './found.ts';

/** What stands there without being ours. */
export const standing = (connection: Connection): StandingReader => ({
  async find(context) {
    const [ids, cluster] = await Promise.all([exportedOnly(connection, context), namedCluster(connection, context)]);
    if (cluster === undefined || isOf(cluster.tags ?? {}, context.scope)) return { exported: ids };
    const arn = cluster.arn ?? '';
    return cluster.tags?.[exportedTag] === context.scope.cluster
      ? { exported: [...ids, arn] }
      : { exported: ids, foreignCluster: arn };
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
