import type { Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { get, unknownId } from './lookup.ts';
import type { RouteRecord, RouteTableRecord } from './network-records.ts';
import type { Ec2State } from './state.ts';

/** The targets that a route request may name. */
export interface TargetInput {
  readonly GatewayId?: string | undefined;
  readonly NatGatewayId?: string | undefined;
  readonly NetworkInterfaceId?: string | undefined;
  readonly InstanceId?: string | undefined;
  readonly EgressOnlyInternetGatewayId?: string | undefined;
  readonly TransitGatewayId?: string | undefined;
  readonly VpcPeeringConnectionId?: string | undefined;
  readonly VpcEndpointId?: string | undefined;
  readonly LocalGatewayId?: string | undefined;
  readonly CarrierGatewayId?: string | undefined;
  readonly CoreNetworkArn?: string | undefined;
}

type Target = RouteRecord['target'];

const differentNetworks = (table: RouteTableRecord, what: string): AwsError =>
  new AwsError('InvalidParameterValue', `route table ${table.id} and ${what} belong to different networks`);

function gateway(turn: Turn, table: RouteTableRecord, id: string): Target {
  if (!id.startsWith('igw-')) {
    throw new AwsError('InvalidGatewayID.NotFound', `The gateway ID '${id}' does not exist`);
  }
  const found = get(turn, 'internetGateways', id);
  if (found.vpcId !== table.vpcId) throw differentNetworks(table, `network gateway ${id}`);
  return { field: 'gatewayId', id };
}

function natGateway(turn: Turn, table: RouteTableRecord, id: string): Target {
  const found = turn.state.ec2.natGateways[id];
  // A gateway that is not available yet is not there for routes.
  if (found === undefined || found.state !== 'available') {
    throw new AwsError('InvalidNatGatewayID.NotFound', `The natGateway ID '${id}' does not exist`);
  }
  if (found.vpcId !== table.vpcId) throw differentNetworks(table, `NAT gateway ${id}`);
  return { field: 'natGatewayId', id };
}

function egressOnly(turn: Turn, table: RouteTableRecord, id: string): Target {
  const found = get(turn, 'egressOnlyGateways', id);
  if (found.vpcId !== table.vpcId) throw differentNetworks(table, `network gateway ${id}`);
  return { field: 'egressOnlyGatewayId', id };
}

/** It leads nowhere, since nothing is ever attached. */
function transitGateway(turn: Turn, id: string): Target {
  const found = get(turn, 'transitGateways', id);
  if (found.state === 'deleted') throw unknownId('transitGateways', id);
  return { field: 'transitGatewayId', id };
}

function networkInterface(turn: Turn, table: RouteTableRecord, id: string): Target {
  const found = get(turn, 'networkInterfaces', id);
  if (found.vpcId !== table.vpcId) throw differentNetworks(table, `interface ${id}`);
  return { field: 'networkInterfaceId', id };
}

function instance(turn: Turn, table: RouteTableRecord, id: string): Target {
  const found = get(turn, 'instances', id);
  const eni = found.networkInterfaceIds[0];
  if (eni === undefined || found.networkInterfaceIds.length > 1) {
    const why = `There are multiple interfaces attached to instance '${id}'. Please specify an interface ID for the operation instead.`;
    throw new AwsError('InvalidInstanceID', why);
  }
  return networkInterface(turn, table, eni);
}

/** The one target that a request names, checked. Throws where there is none, several, or one that cannot be. */
export function readTarget(turn: Turn, table: RouteTableRecord, input: TargetInput): Target {
  const given = [
    input.GatewayId !== undefined && (() => gateway(turn, table, input.GatewayId ?? '')),
    input.NatGatewayId !== undefined && (() => natGateway(turn, table, input.NatGatewayId ?? '')),
    input.NetworkInterfaceId !== undefined && (() => networkInterface(turn, table, input.NetworkInterfaceId ?? '')),
    input.InstanceId !== undefined && (() => instance(turn, table, input.InstanceId ?? '')),
    input.EgressOnlyInternetGatewayId !== undefined &&
      (() => egressOnly(turn, table, input.EgressOnlyInternetGatewayId ?? '')),
    input.TransitGatewayId !== undefined && (() => transitGateway(turn, input.TransitGatewayId ?? '')),
    ...[
      input.VpcPeeringConnectionId,
      input.VpcEndpointId,
      input.LocalGatewayId,
      input.CarrierGatewayId,
      input.CoreNetworkArn,
    ].map((id) => id !== undefined && (() => notThere(id))),
  ].filter((read) => read !== false);
  const [read] = given;
  if (read === undefined || given.length > 1) {
    const why =
      'The request must contain exactly one of gatewayId, natGatewayId, networkInterfaceId, instanceId or egressOnlyInternetGatewayId';
    throw new AwsError(read === undefined ? 'MissingParameter' : 'InvalidParameterCombination', why);
  }
  return read();
}

function notThere(id: string): never {
  throw new AwsError('NotImplemented', `Routes to ${id} are not part of the embedded AWS.`, 501);
}

/** Whether a route leads somewhere: `blackhole` once its target is gone. */
export function isActive(ec2: Ec2State, table: RouteTableRecord, { target }: RouteRecord): boolean {
  if (target.id === 'local') return true;
  switch (target.field) {
    case 'gatewayId':
      return ec2.internetGateways[target.id]?.vpcId === table.vpcId;
    case 'natGatewayId':
      return ec2.natGateways[target.id]?.state === 'available';
    case 'egressOnlyGatewayId':
      return ec2.egressOnlyGateways[target.id] !== undefined;
    case 'networkInterfaceId':
      return ec2.networkInterfaces[target.id]?.attachment !== undefined;
    case 'instanceId':
    case 'transitGatewayId':
    case 'vpcPeeringConnectionId':
      return false;
    default:
      return target.field satisfies never;
  }
}
