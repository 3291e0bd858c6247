import type { NewVpc } from '../../../spec/cluster.ts';
import { type Resource, refTo } from '../../graph.ts';
import type { RouteTarget } from '../../kinds/route.ts';
import type { Ref, Value } from '../../value.ts';
import { type BuildContext, resource, tagsOf, tailOf } from '../context.ts';
import type { MadeSubnet } from './nat-gateways.ts';
import type { SubnetHandle } from './network-handles.ts';

export interface Gateways {
  readonly vpcId: Ref;
  readonly internet: Resource<'internet-gateway'> | undefined;
  readonly egress: Resource<'egress-only-internet-gateway'> | undefined;
  readonly nats: ReadonlyMap<string, Resource<'nat-gateway'>>;
  readonly subnets: readonly MadeSubnet[];
}

export interface RoutingHandles {
  readonly resources: readonly Resource[];
  readonly bySubnet: ReadonlyMap<string, Pick<SubnetHandle, 'ready' | 'routeTableId'>>;
}

/** Destination, target, and ids of what must be there before traffic goes this way. */
type DefaultRoute = readonly [string, Value<RouteTarget>, needs?: readonly string[]];

interface Table {
  readonly table: Resource<'route-table'>;
  readonly routes: readonly Resource<'route'>[];
}

const everywhere = '0.0.0.0/0';
const everywhereIpv6 = '::/0';

function tableOf(
  context: BuildContext,
  vpcId: Ref,
  init: { name: string; from: string; routes: readonly DefaultRoute[] },
): Table {
  const { name, from, routes } = init;
  const id = `route-table/${name}`;
  const table = resource('route-table', { id, from, desired: { vpcId, tags: tagsOf(context, id) } });
  const routeTableId = refTo(table, 'routeTableId');
  return {
    table,
    routes: routes.map(([destination, target, needs = []]) =>
      resource('route', {
        id: `route/${name}/${destination}`,
        from,
        needs,
        desired: { routeTableId, destination, target },
      }),
    ),
  };
}

/** One table for all public subnets: their way out is the same. */
function publicTable(context: BuildContext, { vpcId, internet }: Gateways): Table | undefined {
  if (internet === undefined) return undefined;
  const target = { gatewayId: refTo(internet, 'internetGatewayId') };
  const isDual = context.spec.network.ipFamily === 'dual-stack';
  const destinations = isDual ? [everywhere, everywhereIpv6] : [everywhere];
  return tableOf(context, vpcId, {
    name: 'public',
    from: 'spec.network.zones',
    routes: destinations.map((destination) => [destination, target] as const),
  });
}

/**
 * Where nodes reach the API by its public endpoint alone, their traffic must not appear with the address of another gateway before the
 * access list holds that. With a single gateway routes only come back to one that it holds already.
 */
function listedFirst({ spec }: BuildContext, vpc: NewVpc): readonly string[] {
  const { api } = spec.access;
  return api.fromNat && !api.private && vpc.nat === 'per-zone' ? ['cluster'] : [];
}

/** A table per zone, even where all lead to one NAT gateway: a gateway per zone later changes a route and no association. */
function privateTable(context: BuildContext, vpc: NewVpc, { zone, gateways }: { zone: string; gateways: Gateways }) {
  const { vpcId, egress, nats } = gateways;
  const nat = nats.get(zone);
  return tableOf(context, vpcId, {
    name: `private-${zone}`,
    from: 'spec.network.nat',
    routes: [
      ...(nat === undefined
        ? []
        : [[everywhere, { natGatewayId: refTo(nat, 'natGatewayId') }, listedFirst(context, vpc)] as const]),
      ...(egress === undefined
        ? []
        : [[everywhereIpv6, { egressOnlyInternetGatewayId: refTo(egress, 'egressOnlyInternetGatewayId') }] as const]),
    ],
  });
}

function association({ planned, made }: MadeSubnet, { table }: Table): Resource<'route-table-association'> {
  return resource('route-table-association', {
    id: `route-table-association/${tailOf(planned.id)}`,
    from: planned.from,
    desired: { subnetId: refTo(made, 'subnetId'), routeTableId: refTo(table, 'routeTableId') },
  });
}

/** Route tables, default routes and which subnet uses which. */
export function routing(context: BuildContext, vpc: NewVpc, gateways: Gateways): RoutingHandles {
  const shared = publicTable(context, gateways);
  const byZone = new Map(vpc.zones.map((zone) => [zone, privateTable(context, vpc, { zone, gateways })]));
  const uses = gateways.subnets.flatMap((subnet) => {
    const table = subnet.planned.isPublic ? shared : byZone.get(subnet.planned.zone);
    return table === undefined ? [] : [{ subnet, table, link: association(subnet, table) }];
  });
  const tables = [...(shared === undefined ? [] : [shared]), ...byZone.values()];
  return {
    resources: [...tables.flatMap(({ table, routes }) => [table, ...routes]), ...uses.map(({ link }) => link)],
    bySubnet: new Map(
      uses.map(({ subnet, table, link }) => [
        subnet.planned.id,
        { ready: [link.id, ...table.routes.map(({ id }) => id)], routeTableId: refTo(table.table, 'routeTableId') },
      ]),
    ),
  };
}
