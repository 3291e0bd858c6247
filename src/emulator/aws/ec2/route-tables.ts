import type {
  CreateRouteTableRequest,
  CreateRouteTableResult,
  DeleteRouteTableRequest,
  DescribeRouteTablesRequest,
  DescribeRouteTablesResult,
  Route,
  RouteTable,
} from '@aws-sdk/client-ec2';
import type { Call, Handlers, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import type { Fields } from './filter.ts';
import { once } from './idempotency.ts';
import { checkLimit } from './limits.ts';
import { listing, nextToken } from './listing.ts';
import { get } from './lookup.ts';
import type { RouteRecord, RouteTableRecord } from './network-records.ts';
import { prefixListOf } from './prefix-lists.ts';
import { isActive } from './route-targets.ts';
import { forget, setTags, tagList, tagsFor } from './tags.ts';

const targetMembers = {
  gatewayId: 'GatewayId',
  natGatewayId: 'NatGatewayId',
  networkInterfaceId: 'NetworkInterfaceId',
  instanceId: 'InstanceId',
  egressOnlyGatewayId: 'EgressOnlyInternetGatewayId',
  transitGatewayId: 'TransitGatewayId',
  vpcPeeringConnectionId: 'VpcPeeringConnectionId',
} as const;

function routeOutput(call: Turn, table: RouteTableRecord, route: RouteRecord): Route {
  const { ec2 } = call.state;
  const { field, id } = route.target;
  const eni = field === 'networkInterfaceId' ? ec2.networkInterfaces[id] : undefined;
  const instanceId = eni?.attachment?.instanceId;
  return {
    ...(route.cidr !== undefined && { DestinationCidrBlock: route.cidr }),
    ...(route.ipv6Cidr !== undefined && { DestinationIpv6CidrBlock: route.ipv6Cidr }),
    ...(route.prefixListId !== undefined && { DestinationPrefixListId: route.prefixListId }),
    [targetMembers[field]]: id,
    ...(instanceId !== undefined && { InstanceId: instanceId, InstanceOwnerId: call.account }),
    Origin: route.origin,
    State: isActive(ec2, table, route) ? 'active' : 'blackhole',
  };
}

/** The routes that gateway endpoints put into their tables. */
function endpointRoutes(call: Turn, table: RouteTableRecord): Route[] {
  return Object.values(call.state.ec2.vpcEndpoints)
    .filter((endpoint) => endpoint.type === 'Gateway' && endpoint.state !== 'deleting')
    .filter((endpoint) => endpoint.routeTableIds.includes(table.id))
    .flatMap((endpoint): Route[] => {
      const list = prefixListOf(call.region, endpoint.serviceName);
      if (list === undefined) return [];
      return [{ DestinationPrefixListId: list.id, GatewayId: endpoint.id, Origin: 'CreateRoute', State: 'active' }];
    });
}

const routesOf = (call: Turn, table: RouteTableRecord): Route[] => [
  ...table.routes.map((route) => routeOutput(call, table, route)),
  ...endpointRoutes(call, table),
];

function output(call: Turn, table: RouteTableRecord): RouteTable {
  return {
    RouteTableId: table.id,
    VpcId: table.vpcId,
    OwnerId: call.account,
    Routes: routesOf(call, table),
    PropagatingVgws: [],
    Associations: table.associations.map((association) => ({
      Main: association.main,
      RouteTableAssociationId: association.id,
      RouteTableId: table.id,
      ...(association.subnetId !== undefined && { SubnetId: association.subnetId }),
      ...(association.gatewayId !== undefined && { GatewayId: association.gatewayId }),
      AssociationState: { State: 'associated' },
    })),
    Tags: tagList(call.state.ec2, table.id),
  };
}

function createRouteTable(input: CreateRouteTableRequest, call: Call): CreateRouteTableResult {
  const { ec2 } = call.state;
  const vpc = get(call, 'vpcs', input.VpcId);
  const tags = tagsFor(input.TagSpecifications, 'route-table');
  const [id] = once(call, input, () => {
    checkLimit(call, 'routeTablesPerVpc', {
      have: Object.values(ec2.routeTables).filter((table) => table.vpcId === vpc.id).length,
      code: 'RouteTableLimitExceeded',
      message: 'The maximum number of route tables has been reached.',
    });
    const local = { target: { field: 'gatewayId', id: 'local' }, origin: 'CreateRouteTable' } as const;
    const made: RouteTableRecord = {
      id: call.newId('rtb-'),
      vpcId: vpc.id,
      routes: [
        ...vpc.cidrs.map((row) => ({ ...local, cidr: row.cidr })),
        ...vpc.ipv6Cidrs.map((row) => ({ ...local, ipv6Cidr: row.cidr })),
      ],
      associations: [],
    };
    ec2.routeTables[made.id] = made;
    setTags(ec2, made.id, tags);
    return [made.id];
  });
  return {
    RouteTable: output(call, get(call, 'routeTables', id)),
    ...(input.ClientToken !== undefined && { ClientToken: input.ClientToken }),
  };
}

function deleteRouteTable(input: DeleteRouteTableRequest, call: Call): Record<string, never> {
  const table = get(call, 'routeTables', input.RouteTableId);
  if (table.associations.length > 0) {
    const why = `The routeTable '${table.id}' has dependencies and cannot be deleted.`;
    throw new AwsError('DependencyViolation', why);
  }
  for (const endpoint of Object.values(call.state.ec2.vpcEndpoints)) {
    endpoint.routeTableIds = endpoint.routeTableIds.filter((id) => id !== table.id);
  }
  forget(call.state.ec2, 'routeTables', table.id);
  return {};
}

const fields = (call: Turn): Fields<RouteTableRecord> => ({
  'route-table-id': (table) => [table.id],
  'vpc-id': (table) => [table.vpcId],
  'owner-id': () => [call.account],
  'association.main': (table) =>
    table.associations.length === 0 ? [false] : table.associations.map((association) => association.main),
  'association.route-table-association-id': (table) => table.associations.map((association) => association.id),
  'association.route-table-id': (table) => table.associations.map(() => table.id),
  'association.subnet-id': (table) => table.associations.map((association) => association.subnetId),
  'association.gateway-id': (table) => table.associations.map((association) => association.gatewayId),
  'route.destination-cidr-block': (table) => table.routes.map((route) => route.cidr),
  'route.destination-ipv6-cidr-block': (table) => table.routes.map((route) => route.ipv6Cidr),
  'route.destination-prefix-list-id': (table) => routesOf(call, table).map((route) => route.DestinationPrefixListId),
  'route.gateway-id': (table) => routesOf(call, table).map((route) => route.GatewayId),
  'route.nat-gateway-id': (table) => routesOf(call, table).map((route) => route.NatGatewayId),
  'route.instance-id': (table) => routesOf(call, table).map((route) => route.InstanceId),
  'route.egress-only-internet-gateway-id': (table) =>
    routesOf(call, table).map((route) => route.EgressOnlyInternetGatewayId),
  'route.transit-gateway-id': (table) => routesOf(call, table).map((route) => route.TransitGatewayId),
  'route.vpc-peering-connection-id': (table) => routesOf(call, table).map((route) => route.VpcPeeringConnectionId),
  'route.origin': (table) => routesOf(call, table).map((route) => route.Origin),
  'route.state': (table) => routesOf(call, table).map((route) => route.State),
});

function describeRouteTables(input: DescribeRouteTablesRequest, call: Call): DescribeRouteTablesResult {
  const found = listing(call, 'routeTables', {
    question: { ...input, ids: input.RouteTableIds },
    fields: fields(call),
    limits: { min: 5, max: 100 },
  });
  return { RouteTables: found.items.map((table) => output(call, table)), ...nextToken(found) };
}

export const routeTableHandlers: Handlers = {
  CreateRouteTable: createRouteTable,
  DeleteRouteTable: deleteRouteTable,
  DescribeRouteTables: describeRouteTables,
};
