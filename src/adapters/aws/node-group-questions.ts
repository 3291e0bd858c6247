import { DescribeNodegroupCommand, ListNodegroupsCommand, type Nodegroup } from '@aws-sdk/client-eks';
import type { ReadContext } from '../../ports/aws.ts';
import { allPages } from './all-pages.ts';
import type { Connection } from './connection.ts';
import { parentCluster } from './eks.ts';
import { unlessGone } from './gone.ts';

export interface NodeGroupKey {
  readonly clusterName: string;
  readonly nodegroupName: string;
}

/** One managed node group, or undefined where it is gone. */
export async function describeNodeGroup(
  { clients, call }: Connection,
  key: NodeGroupKey,
): Promise<Nodegroup | undefined> {
  const answer = await unlessGone(
    call('eks:DescribeNodegroup', () => clients.eks.send(new DescribeNodegroupCommand(key))),
  );
  return answer?.nodegroup;
}

/** Every managed node group of our cluster: one question of an observation, whoever asks. */
export const nodeGroups = (connection: Connection, context: ReadContext): Promise<readonly Nodegroup[]> =>
  context.once('eks:ListNodegroups', async () => {
    const { clients, call } = connection;
    const clusterName = await parentCluster(connection, context);
    if (clusterName === undefined) return [];
    const pages = await allPages(
      (nextToken) =>
        call('eks:ListNodegroups', () => clients.eks.send(new ListNodegroupsCommand({ clusterName, nextToken }))),
      (page) => page.nextToken,
    );
    const names = pages.flatMap((page) => page.nodegroups ?? []);
    const described = await Promise.all(
      names.map((nodegroupName) => describeNodeGroup(connection, { clusterName, nodegroupName })),
    );
    return described.filter((group) => group !== undefined);
  });
