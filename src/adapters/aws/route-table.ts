import {
  CreateRouteTableCommand,
  DeleteRouteTableCommand,
  DescribeRouteTablesCommand,
  type RouteTable,
} from '@aws-sdk/client-ec2';
import type { Found } from '../../model/snapshot.ts';
import type { Observed } from '../../model/types.ts';
import type { CallContext, ReadContext } from '../../ports/aws.ts';
import type { Adapter } from './adapter.ts';
import { allItems } from './all-items.ts';
import { madeOrGone, withClientToken } from './client-token.ts';
import type { Connection } from './connection.ts';
import { ec2Arn, retag, retagPermissions, tagOnCreate, tagSpecification } from './ec2.ts';
import { describeTags, ofOurType } from './ec2-types.ts';
import { fromTagList, idOf, ourFilter } from './found.ts';
import { deleteWhenFree } from './retry.ts';

/** Our route tables with their routes and associations: one question for three kinds. */
export const ourRouteTables = (connection: Connection, context: ReadContext) =>
  ofOurType(connection, context, {
    type: 'route-table',
    ask: () =>
      allItems(
        (NextToken) =>
          connection.call('ec2:DescribeRouteTables', () =>
            connection.clients.ec2.send(
              new DescribeRouteTablesCommand({ Filters: ourFilter(context.scope), NextToken }),
            ),
          ),
        (page) => page.RouteTables,
      ),
  });

/** One route table, whatever it carries; fails with not-found where there is none. */
export async function routeTableById(
  { clients, call }: Connection,
  routeTableId: string,
): Promise<RouteTable | undefined> {
  const answer = await call('ec2:DescribeRouteTables', () =>
    clients.ec2.send(new DescribeRouteTablesCommand({ RouteTableIds: [routeTableId] })),
  );
  return answer.RouteTables?.[0];
}

function toFound(table: RouteTable, context: ReadContext): Found<'route-table'>[] {
  const tags = fromTagList(table.Tags);
  const id = idOf(tags, context.scope);
  if (id === undefined) return [];
  return [
    {
      kind: 'route-table',
      id,
      name: table.RouteTableId!,
      state: 'ready',
      settled: { vpcId: table.VpcId!, tags },
      observed: { routeTableId: table.RouteTableId! },
    },
  ];
}

const visible = (connection: Connection, routeTableId: string, context: CallContext) =>
  madeOrGone<RouteTable, Observed<'route-table'>>(`route table ${routeTableId} to be visible`, context, {
    describe: () => routeTableById(connection, routeTableId),
    judge: () => ({ done: { routeTableId } }),
  });

const read = { action: 'ec2:DescribeRouteTables', resource: '*' };

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRouteTable.html */
export const routeTable: Adapter<'route-table'> = {
  permissions: {
    read: [describeTags, read],
    create: [
      { action: 'ec2:CreateRouteTable', resource: ec2Arn('route-table'), condition: 'our-tag-in-request' },
      // The VPC may be a given one, which carries no tag of ours.
      { action: 'ec2:CreateRouteTable', resource: ec2Arn('vpc') },
      tagOnCreate('route-table', 'CreateRouteTable'),
      read,
    ],
    update: retagPermissions('route-table'),
    delete: [{ action: 'ec2:DeleteRouteTable', resource: ec2Arn('route-table'), condition: 'our-tag-on-resource' }],
  },

  reader: (connection) => ({
    async list(context) {
      return (await ourRouteTables(connection, context)).flatMap((table) => toFound(table, context));
    },
  }),

  writer: (connection) => ({
    create({ id, settled }, context) {
      const { clients, call } = connection;
      const operation = 'ec2:CreateRouteTable';
      return withClientToken({ operation, id, content: settled }, context, async (ClientToken) => {
        const input = { VpcId: settled.vpcId, ClientToken, ...tagSpecification('route-table', settled.tags) };
        const answer = await call(operation, () => clients.ec2.send(new CreateRouteTableCommand(input)));
        return visible(connection, answer.RouteTable!.RouteTableId!, context);
      });
    },

    async update({ found, settled, changed }) {
      const { routeTableId } = found.observed;
      if (changed.includes('tags'))
        await retag(connection, routeTableId, { before: found.settled.tags ?? {}, after: settled.tags });
      return { routeTableId };
    },

    delete(found, context) {
      const { clients, call } = connection;
      const RouteTableId = found.observed.routeTableId;
      return deleteWhenFree(`route table ${RouteTableId}`, context, () =>
        call('ec2:DeleteRouteTable', () => clients.ec2.send(new DeleteRouteTableCommand({ RouteTableId }))),
      );
    },
  }),
};
