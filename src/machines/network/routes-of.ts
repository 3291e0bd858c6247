import type { RouteRecord, RouteTableRecord } from '../../emulator/aws/ec2/network-records.ts';
import { routeTableOf } from '../../emulator/aws/ec2/reachability.ts';
import { isActive } from '../../emulator/aws/ec2/route-targets.ts';
import type { Ec2State } from '../../emulator/aws/ec2/state.ts';
import { servicePlaces } from './addresses.ts';
import type { NatGateway, Route, RouteTable } from './topology.ts';

/** Where a subnet has no table at all, nothing leaves its VPC. */
export const tableOf = (ec2: Ec2State, subnetId: string): string => routeTableOf(ec2, subnetId)?.id ?? 'none';

/** Whether a subnet's default route leads to an internet gateway that is there. */
export function hasInternet(ec2: Ec2State, subnetId: string): boolean {
  const table = routeTableOf(ec2, subnetId);
  const route = table?.routes.find((own) => own.cidr === '0.0.0.0/0');
  if (table === undefined || route?.target.field !== 'gatewayId') return false;
  return isActive(ec2, table, route);
}

/** The NAT gateways of a VPC through which something gets to the internet. */
export const natGatewaysOf = (ec2: Ec2State, vpcId: string): NatGateway[] =>
  Object.values(ec2.natGateways).flatMap(({ id, state, subnetId, privateIp, publicIp, ...nat }) =>
    nat.vpcId === vpcId && state === 'available' && publicIp !== undefined && hasInternet(ec2, subnetId)
      ? [{ id, privateAddress: privateIp, publicAddress: publicIp }]
      : [],
  );

function targetOf(ec2: Ec2State, table: RouteTableRecord, route: RouteRecord): Route['to'] {
  const { field, id } = route.target;
  if (id === 'local') return { kind: 'local' };
  if (!isActive(ec2, table, route)) return { kind: 'drop' };
  if (field === 'gatewayId') return { kind: 'internet-gateway' };
  if (field === 'natGatewayId')
    return natGatewaysOf(ec2, table.vpcId).some((nat) => nat.id === id)
      ? { kind: 'nat-gateway', id }
      : { kind: 'drop' };
  // An interface takes what is not for its own addresses only without the check.
  const isOpen = field === 'networkInterfaceId' && ec2.networkInterfaces[id]?.sourceDestCheck === false;
  return isOpen ? { kind: 'interface', id } : { kind: 'drop' };
}

/** Gateway endpoints of S3; for other services nothing answers here. */
const endpointRoutes = (ec2: Ec2State, table: RouteTableRecord): Route[] =>
  Object.values(ec2.vpcEndpoints).some(
    ({ type, state, serviceName, routeTableIds }) =>
      type === 'Gateway' && state === 'available' && serviceName.endsWith('.s3') && routeTableIds.includes(table.id),
  )
    ? [{ range: `${servicePlaces.s3}/32`, to: { kind: 'gateway-endpoint' } }]
    : [];

/** The route tables of a VPC: the IPv4 part. */
export const routeTablesOf = (ec2: Ec2State, vpcId: string): RouteTable[] =>
  Object.values(ec2.routeTables)
    .filter((table) => table.vpcId === vpcId)
    .map((table) => ({
      id: table.id,
      routes: [
        ...table.routes.flatMap((route): Route[] =>
          route.cidr === undefined ? [] : [{ range: route.cidr, to: targetOf(ec2, table, route) }],
        ),
        ...endpointRoutes(ec2, table),
      ],
    }));
