import type {
  AssociateRouteTableRequest,
  AssociateRouteTableResult,
  DisassociateRouteTableRequest,
  ReplaceRouteTableAssociationRequest,
  ReplaceRouteTableAssociationResult,
} from '@aws-sdk/client-ec2';
import type { Call, Handlers } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { get, required } from './lookup.ts';
import type { RouteTableAssociationRecord, RouteTableRecord } from './network-records.ts';

function associate(input: AssociateRouteTableRequest, call: Call): AssociateRouteTableResult {
  const table = get(call, 'routeTables', input.RouteTableId);
  if (input.GatewayId !== undefined) {
    throw new AwsError('NotImplemented', 'Gateway route tables are not part of the embedded AWS.', 501);
  }
  const subnet = get(call, 'subnets', input.SubnetId);
  if (subnet.vpcId !== table.vpcId) {
    const why = `route table ${table.id} and subnet ${subnet.id} belong to different networks`;
    throw new AwsError('InvalidParameterValue', why);
  }
  const tables = Object.values(call.state.ec2.routeTables);
  const standing = tables
    .flatMap((t) => t.associations.map((a) => ({ table: t, a })))
    .find(({ a }) => a.subnetId === subnet.id);
  if (standing !== undefined) {
    // Asking for what stands already is answered with it; anything else is refused.
    if (standing.table === table) return { AssociationId: standing.a.id, AssociationState: { State: 'associated' } };
    const why = `the specified association for route table ${table.id} conflicts with an existing association`;
    throw new AwsError('Resource.AlreadyAssociated', why);
  }
  const association: RouteTableAssociationRecord = { id: call.newId('rtbassoc-'), main: false, subnetId: subnet.id };
  table.associations.push(association);
  return { AssociationId: association.id, AssociationState: { State: 'associated' } };
}

function find(
  call: Call,
  id: string,
): { readonly table: RouteTableRecord; readonly association: RouteTableAssociationRecord } {
  for (const table of Object.values(call.state.ec2.routeTables)) {
    const association = table.associations.find((one) => one.id === id);
    if (association !== undefined) return { table, association };
  }
  throw new AwsError('InvalidAssociationID.NotFound', `The association ID '${id}' does not exist`);
}

function disassociate(input: DisassociateRouteTableRequest, call: Call): Record<string, never> {
  const { table, association } = find(call, required(input.AssociationId, 'associationId'));
  if (association.main) {
    const why = `cannot disassociate the main route table association ${association.id}`;
    throw new AwsError('InvalidParameterValue', why);
  }
  table.associations = table.associations.filter((one) => one !== association);
  return {};
}

function replace(input: ReplaceRouteTableAssociationRequest, call: Call): ReplaceRouteTableAssociationResult {
  const { table, association } = find(call, required(input.AssociationId, 'associationId'));
  const next = get(call, 'routeTables', input.RouteTableId);
  if (next.vpcId !== table.vpcId) {
    const why = `route table ${next.id} and association ${association.id} belong to different networks`;
    throw new AwsError('InvalidParameterValue', why);
  }
  table.associations = table.associations.filter((one) => one !== association);
  const made = { ...association, id: call.newId('rtbassoc-') };
  next.associations.push(made);
  return { NewAssociationId: made.id, AssociationState: { State: 'associated' } };
}

export const routeTableAssociationHandlers: Handlers = {
  AssociateRouteTable: associate,
  DisassociateRouteTable: disassociate,
  ReplaceRouteTableAssociation: replace,
};
