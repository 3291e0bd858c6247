import {
  CreateRouteCommand,
  DeleteRouteCommand,
  ReplaceRouteCommand,
  type Route,
  type RouteTable,
} from '@aws-sdk/client-ec2';
import { sameJson } from '../../base/canonical-json.ts';
import type { RouteTarget } from '../../model/kinds/route.ts';
import type { Found } from '../../model/snapshot.ts';
import type { Observed, Settled } from '../../model/types.ts';
import { type CallContext, isAwsFailure, type ReadContext } from '../../ports/aws.ts';
import type { Adapter } from './adapter.ts';
import type { Connection } from './connection.ts';
import { ec2Arn } from './ec2.ts';
import { describeTags } from './ec2-types.ts';
import { fromTagList, idOf } from './found.ts';
import { unlessGone } from './gone.ts';
import { whenKnown } from './retry.ts';
import { ourRouteTables, routeTableById } from './route-table.ts';
import { waitFor } from './wait.ts';

/** Ranges that everything falls into. Quilla makes routes for these only; one for them is the plan's business wherever it leads. */
const everything = new Set(['0.0.0.0/0', '::/0']);

const destinationOf = (route: Route): string | undefined =>
  route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock;

function targetOf(route: Route): RouteTarget | undefined {
  if (route.NatGatewayId !== undefined) return { natGatewayId: route.NatGatewayId };
  if (route.EgressOnlyInternetGatewayId !== undefined)
    return { egressOnlyInternetGatewayId: route.EgressOnlyInternetGatewayId };
  if (route.GatewayId?.startsWith('igw-')) return { gatewayId: route.GatewayId };
  return undefined;
}

/** A target of a sort that Quilla never sets, so that a plan shows where the traffic goes instead. */
const foreignTarget = (route: Route): RouteTarget => ({
  gatewayId:
    route.GatewayId ??
    route.TransitGatewayId ??
    route.VpcPeeringConnectionId ??
    route.NetworkInterfaceId ??
    route.InstanceId ??
    'unknown',
});

function toFound(table: RouteTable, context: ReadContext): Found<'route'>[] {
  const tableId = idOf(fromTagList(table.Tags), context.scope);
  if (tableId === undefined) return [];
  return (table.Routes ?? []).flatMap((route): Found<'route'>[] => {
    const destination = destinationOf(route);
    // Local routes have another origin, as propagated ones have; prefix lists belong to gateway endpoints.
    if (route.Origin !== 'CreateRoute' || destination === undefined) return [];
    // A route that someone added to a table of ours, for a peering or a VPN, stays theirs.
    if (!everything.has(destination)) return [];
    return [
      {
        kind: 'route',
        id: `route/${tableId.replace(/^route-table\//, '')}/${destination}`,
        name: `${table.RouteTableId}_${destination}`,
        state: 'ready',
        settled: { routeTableId: table.RouteTableId!, destination, target: targetOf(route) ?? foreignTarget(route) },
        observed: { routeState: route.State === 'blackhole' ? 'blackhole' : 'active' },
      },
    ];
  });
}

const isIpv6 = (destination: string): boolean => destination.includes(':');

function inputOf({ routeTableId, destination, target }: Settled<'route'>) {
  return {
    RouteTableId: routeTableId,
    ...(isIpv6(destination) ? { DestinationIpv6CidrBlock: destination } : { DestinationCidrBlock: destination }),
    ...('gatewayId' in target ? { GatewayId: target.gatewayId } : {}),
    ...('natGatewayId' in target ? { NatGatewayId: target.natGatewayId } : {}),
    ...('egressOnlyInternetGatewayId' in target
      ? { EgressOnlyInternetGatewayId: target.egressOnlyInternetGatewayId }
      : {}),
  };
}

const standing = (connection: Connection, settled: Settled<'route'>, context: CallContext) =>
  waitFor<Observed<'route'>>(
    `the route for ${settled.destination} in ${settled.routeTableId} to lead where it was asked to`,
    context,
    async () => {
      const table = await unlessGone(routeTableById(connection, settled.routeTableId));
      const route = table?.Routes?.find((one) => destinationOf(one) === settled.destination);
      if (route === undefined) return { waiting: 'not visible yet' };
      if (!sameJson(targetOf(route), settled.target)) return { waiting: 'it still leads elsewhere' };
      return { done: { routeState: route.State === 'blackhole' ? 'blackhole' : 'active' } };
    },
  );

const replace = ({ clients, call }: Connection, settled: Settled<'route'>, context: CallContext) =>
  whenKnown(`the target of the route for ${settled.destination}`, context, () =>
    call('ec2:ReplaceRoute', () => clients.ec2.send(new ReplaceRouteCommand(inputOf(settled)))),
  );

async function set(connection: Connection, settled: Settled<'route'>, context: CallContext): Promise<void> {
  const { clients, call } = connection;
  try {
    await whenKnown(`the target of the route for ${settled.destination}`, context, () =>
      call('ec2:CreateRoute', () => clients.ec2.send(new CreateRouteCommand(inputOf(settled)))),
    );
  } catch (error) {
    if (!isAwsFailure(error, 'exists')) throw error;
    await replace(connection, settled, context);
  }
}

const read = { action: 'ec2:DescribeRouteTables', resource: '*' };
const ours = (action: string) =>
  ({ action, resource: ec2Arn('route-table'), condition: 'our-tag-on-resource' }) as const;

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html */
export const route: Adapter<'route'> = {
  permissions: {
    read: [describeTags, read],
    create: [ours('ec2:CreateRoute'), ours('ec2:ReplaceRoute'), read],
    update: [ours('ec2:ReplaceRoute'), read],
    delete: [ours('ec2:DeleteRoute')],
  },

  reader: (connection) => ({
    async list(context) {
      return (await ourRouteTables(connection, context)).flatMap((table) => toFound(table, context));
    },
  }),

  writer: (connection) => ({
    async create({ settled }, context) {
      await set(connection, settled, context);
      return standing(connection, settled, context);
    },

    async update({ settled }, context) {
      await replace(connection, settled, context);
      return standing(connection, settled, context);
    },

    async delete(found) {
      const { clients, call } = connection;
      const { routeTableId, destination } = found.settled;
      const input = {
        RouteTableId: routeTableId!,
        ...(isIpv6(destination!) ? { DestinationIpv6CidrBlock: destination! } : { DestinationCidrBlock: destination! }),
      };
      await unlessGone(call('ec2:DeleteRoute', () => clients.ec2.send(new DeleteRouteCommand(input))));
    },
  }),
};
