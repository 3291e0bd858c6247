import {
  AssociateRouteTableCommand,
  DescribeRouteTablesCommand,
  DisassociateRouteTableCommand,
  ReplaceRouteTableAssociationCommand,
  type RouteTable,
} from '@aws-sdk/client-ec2';
import type { Found, State } from '../../model/snapshot.ts';
import type { Observed } from '../../model/types.ts';
import { type CallContext, isAwsFailure, type ReadContext } from '../../ports/aws.ts';
import type { Adapter } from './adapter.ts';
import type { Connection } from './connection.ts';
import { ec2Arn } from './ec2.ts';
import { describeTags } from './ec2-types.ts';
import { failedLater } from './failed-later.ts';
import { fromTagList, idOf } from './found.ts';
import { unlessGone } from './gone.ts';
import { whenKnown } from './retry.ts';
import { ourRouteTables } from './route-table.ts';
import { ourSubnets } from './subnet.ts';
import { waitFor } from './wait.ts';

type Kind = 'route-table-association';

const states: Readonly<Record<string, State>> = {
  associated: 'ready',
  associating: 'pending',
  disassociating: 'deleting',
  failed: 'failed',
};

function toFound(table: RouteTable, idsOfSubnets: ReadonlyMap<string, string>): Found<Kind>[] {
  return (table.Associations ?? []).flatMap((association): Found<Kind>[] => {
    const id = idsOfSubnets.get(association.SubnetId ?? '');
    const state = states[association.AssociationState?.State ?? 'associated'];
    if (association.Main === true || id === undefined || state === undefined) return [];
    const reason = association.AssociationState?.StatusMessage;
    return [
      {
        kind: 'route-table-association',
        id: `route-table-association/${id.replace(/^subnet\//, '')}`,
        name: association.RouteTableAssociationId!,
        state,
        ...(reason === undefined || state === 'ready' ? {} : { stateReason: reason }),
        settled: { subnetId: association.SubnetId!, routeTableId: table.RouteTableId! },
        observed: { associationId: association.RouteTableAssociationId! },
      },
    ];
  });
}

async function idsOfOurSubnets(connection: Connection, context: ReadContext): Promise<ReadonlyMap<string, string>> {
  const subnets = await ourSubnets(connection, context);
  return new Map(
    subnets.flatMap((subnet) => {
      const id = idOf(fromTagList(subnet.Tags), context.scope);
      return id === undefined ? [] : [[subnet.SubnetId!, id] as const];
    }),
  );
}

/** Where a subnet is associated explicitly; undefined where it uses the main table. */
async function associationOf({ clients, call }: Connection, subnetId: string) {
  const Filters = [{ Name: 'association.subnet-id', Values: [subnetId] }];
  const answer = await call('ec2:DescribeRouteTables', () =>
    clients.ec2.send(new DescribeRouteTablesCommand({ Filters })),
  );
  return answer.RouteTables?.flatMap((table) => table.Associations ?? []).find((one) => one.SubnetId === subnetId);
}

const associated = (
  connection: Connection,
  asked: { readonly subnetId: string; readonly routeTableId: string },
  context: CallContext,
) =>
  waitFor<Observed<Kind>>(`subnet ${asked.subnetId} to use route table ${asked.routeTableId}`, context, async () => {
    const one = await associationOf(connection, asked.subnetId);
    if (one === undefined) return { waiting: 'not visible yet' };
    if (one.RouteTableId !== asked.routeTableId) return { waiting: `it still uses ${one.RouteTableId}` };
    const state = one.AssociationState?.State ?? 'associated';
    if (state === 'associated') return { done: { associationId: one.RouteTableAssociationId! } };
    if (state !== 'failed') return { waiting: state };
    const message = one.AssociationState?.StatusMessage ?? 'AWS gives no reason';
    throw failedLater('ec2:AssociateRouteTable', 'AssociationFailed', message);
  });

async function replace({ clients, call }: Connection, AssociationId: string, RouteTableId: string): Promise<void> {
  await call('ec2:ReplaceRouteTableAssociation', () =>
    clients.ec2.send(new ReplaceRouteTableAssociationCommand({ AssociationId, RouteTableId })),
  );
}

async function associate(
  connection: Connection,
  asked: { readonly subnetId: string; readonly routeTableId: string },
  context: CallContext,
): Promise<void> {
  const { clients, call } = connection;
  const input = { SubnetId: asked.subnetId, RouteTableId: asked.routeTableId };
  try {
    await whenKnown(`route table ${asked.routeTableId}`, context, () =>
      call('ec2:AssociateRouteTable', () => clients.ec2.send(new AssociateRouteTableCommand(input))),
    );
  } catch (error) {
    if (!isAwsFailure(error, 'exists')) throw error;
    const present = await associationOf(connection, asked.subnetId);
    if (present === undefined) throw error;
    if (present.RouteTableId !== asked.routeTableId)
      await replace(connection, present.RouteTableAssociationId!, asked.routeTableId);
  }
}

const read = { action: 'ec2:DescribeRouteTables', resource: '*' };
const onBoth = (action: string) =>
  [
    { action, resource: ec2Arn('route-table'), condition: 'our-tag-on-resource' },
    { action, resource: ec2Arn('subnet'), condition: 'our-tag-on-resource' },
  ] as const;

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateRouteTable.html */
export const routeTableAssociation: Adapter<Kind> = {
  permissions: {
    read: [describeTags, read, { action: 'ec2:DescribeSubnets', resource: '*' }],
    create: [...onBoth('ec2:AssociateRouteTable'), ...onBoth('ec2:ReplaceRouteTableAssociation'), read],
    update: [...onBoth('ec2:ReplaceRouteTableAssociation'), read],
    delete: onBoth('ec2:DisassociateRouteTable'),
  },

  reader: (connection) => ({
    async list(context) {
      const [tables, ids] = await Promise.all([
        ourRouteTables(connection, context),
        idsOfOurSubnets(connection, context),
      ]);
      const ours = tables.filter((table) => idOf(fromTagList(table.Tags), context.scope) !== undefined);
      return ours.flatMap((table) => toFound(table, ids));
    },
  }),

  writer: (connection) => ({
    async create({ settled }, context) {
      await associate(connection, settled, context);
      return associated(connection, settled, context);
    },

    async update({ found, settled, changed }, context) {
      if (changed.includes('routeTableId'))
        await replace(connection, found.observed.associationId, settled.routeTableId);
      return associated(connection, settled, context);
    },

    async delete(found) {
      const { clients, call } = connection;
      const AssociationId = found.observed.associationId;
      await unlessGone(
        call('ec2:DisassociateRouteTable', () =>
          clients.ec2.send(new DisassociateRouteTableCommand({ AssociationId })),
        ),
      );
    },

    ready: (found, context) =>
      associated(connection, { subnetId: found.settled.subnetId!, routeTableId: found.settled.routeTableId! }, context),
  }),
};
