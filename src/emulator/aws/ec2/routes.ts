import type {
  CreateRouteRequest,
  CreateRouteResult,
  DeleteRouteRequest,
  ReplaceRouteRequest,
} from '@aws-sdk/client-ec2';
import { cidr, containsCidr } from '../../../base/cidr.ts';
import type { Call, Handlers } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { readCidr } from './addresses-in.ts';
import { checkLimit } from './limits.ts';
import { get } from './lookup.ts';
import type { RouteRecord, RouteTableRecord } from './network-records.ts';
import { prefixListById } from './prefix-lists.ts';
import { readTarget } from './route-targets.ts';

type Destination = Pick<RouteRecord, 'cidr' | 'ipv6Cidr' | 'prefixListId'>;

interface DestinationInput {
  readonly DestinationCidrBlock?: string | undefined;
  readonly DestinationIpv6CidrBlock?: string | undefined;
  readonly DestinationPrefixListId?: string | undefined;
}

function readDestination(call: Call, input: DestinationInput): Destination {
  const { DestinationCidrBlock: v4, DestinationIpv6CidrBlock: v6, DestinationPrefixListId: list } = input;
  const count = [v4, v6, list].filter((value) => value !== undefined).length;
  if (count !== 1) {
    const why =
      'The request must contain exactly one of destinationCidrBlock, destinationIpv6CidrBlock, destinationPrefixListId';
    throw new AwsError(count === 0 ? 'MissingParameter' : 'InvalidParameterCombination', why);
  }
  if (v4 !== undefined) return { cidr: ofVersion(v4, 4, 'destinationCidrBlock') };
  if (v6 !== undefined) return { ipv6Cidr: ofVersion(v6, 6, 'destinationIpv6CidrBlock') };
  return { prefixListId: prefixListById(call, list ?? '').id };
}

function ofVersion(text: string, version: 4 | 6, parameter: string): string {
  const range = readCidr(text, parameter);
  if (range.version === version) return range.text;
  const why = `Value (${text}) for parameter ${parameter} is invalid. This is not a valid IPv${version} CIDR block.`;
  throw new AwsError('InvalidParameterValue', why);
}

const nameOf = (to: Destination): string => to.cidr ?? to.ipv6Cidr ?? to.prefixListId ?? '';
const sameDestination = (a: Destination, b: Destination): boolean => nameOf(a) === nameOf(b);

/** Inside the VPC's own ranges only interfaces and NAT gateways may be targets. */
function checkMoreSpecific(call: Call, table: RouteTableRecord, route: Omit<RouteRecord, 'origin'>): void {
  const text = route.cidr ?? route.ipv6Cidr;
  const vpc = call.state.ec2.vpcs[table.vpcId];
  if (text === undefined || vpc === undefined) return;
  const inside = [...vpc.cidrs, ...vpc.ipv6Cidrs].some((row) => containsCidr(cidr(row.cidr), cidr(text)));
  if (inside && (route.target.field === 'gatewayId' || route.target.field === 'egressOnlyGatewayId')) {
    const why = `The destination CIDR block ${text} is equal to or more specific than one of this VPC's CIDR blocks. This route can target only an interface or an instance.`;
    throw new AwsError('InvalidParameterValue', why);
  }
}

function createRoute(input: CreateRouteRequest, call: Call): CreateRouteResult {
  const table = get(call, 'routeTables', input.RouteTableId);
  const destination = readDestination(call, input);
  const route = { ...destination, target: readTarget(call, table, input) };
  if (table.routes.some((one) => sameDestination(one, destination))) {
    throw new AwsError('RouteAlreadyExists', `The route identified by ${nameOf(destination)} already exists.`);
  }
  checkMoreSpecific(call, table, route);
  checkLimit(call, 'routesPerTable', {
    have: table.routes.filter((one) => one.target.id !== 'local').length,
    code: 'RouteLimitExceeded',
    message: 'The maximum number of routes has been reached.',
  });
  table.routes.push({ ...route, origin: 'CreateRoute' });
  return { Return: true };
}

function replaceRoute(input: ReplaceRouteRequest, call: Call): Record<string, never> {
  const table = get(call, 'routeTables', input.RouteTableId);
  const destination = readDestination(call, input);
  const at = table.routes.findIndex((one) => sameDestination(one, destination));
  if (at < 0) {
    const why = `There is no route defined for '${nameOf(destination)}' in the route table. Use CreateRoute instead.`;
    throw new AwsError('InvalidParameterValue', why);
  }
  if (input.LocalTarget) {
    table.routes[at] = { ...destination, target: { field: 'gatewayId', id: 'local' }, origin: 'CreateRouteTable' };
    return {};
  }
  const route = { ...destination, target: readTarget(call, table, input) };
  checkMoreSpecific(call, table, route);
  table.routes[at] = { ...route, origin: 'CreateRoute' };
  return {};
}

function deleteRoute(input: DeleteRouteRequest, call: Call): Record<string, never> {
  const table = get(call, 'routeTables', input.RouteTableId);
  const destination = readDestination(call, input);
  const found = table.routes.find((one) => sameDestination(one, destination));
  if (found === undefined) {
    const why = `no route with destination-cidr-block ${nameOf(destination)} in route table ${table.id}`;
    throw new AwsError('InvalidRoute.NotFound', why);
  }
  if (found.target.id === 'local') {
    const why = `cannot remove local route ${nameOf(destination)} in route table ${table.id}`;
    throw new AwsError('InvalidParameterValue', why);
  }
  table.routes = table.routes.filter((one) => one !== found);
  return {};
}

export const routeHandlers: Handlers = {
  CreateRoute: createRoute,
  ReplaceRoute: replaceRoute,
  DeleteRoute: deleteRoute,
};
