import type {
  CreateNatGatewayRequest,
  CreateNatGatewayResult,
  DeleteNatGatewayRequest,
  DeleteNatGatewayResult,
  DescribeNatGatewaysRequest,
  DescribeNatGatewaysResult,
  NatGateway,
} from '@aws-sdk/client-ec2';
import type { Json } from '../../../base/canonical-json.ts';
import { hours, seconds } from '../../../base/duration.ts';
import type { Call, EventHandlers, Handlers, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { link } from './addresses.ts';
import { once } from './idempotency.ts';
import { attach, makeInterface, removeInterface } from './interface-records.ts';
import { checkLimit } from './limits.ts';
import { listing, nextToken } from './listing.ts';
import { get } from './lookup.ts';
import type { AddressRecord, NatGatewayRecord, SubnetRecord } from './network-records.ts';
import { forget, setTags, tagList, tagsFor } from './tags.ts';

/** From CreateNatGateway to `available`. */
export const natGatewayCreation = seconds(90);
const deletion = seconds(45);
/** Deleted and failed gateways stay visible for about an hour. */
const afterlife = hours(1);

const output = (call: Turn, nat: NatGatewayRecord): NatGateway => ({
  NatGatewayId: nat.id,
  VpcId: nat.vpcId,
  SubnetId: nat.subnetId,
  State: nat.state,
  ConnectivityType: nat.connectivity,
  CreateTime: new Date(nat.createdAt),
  ...(nat.deletedAt !== undefined && { DeleteTime: new Date(nat.deletedAt) }),
  ...(nat.failureCode !== undefined && { FailureCode: nat.failureCode }),
  ...(nat.failureMessage !== undefined && { FailureMessage: nat.failureMessage }),
  NatGatewayAddresses: [
    {
      ...(nat.allocationId !== undefined && { AllocationId: nat.allocationId }),
      NetworkInterfaceId: nat.networkInterfaceId,
      PrivateIp: nat.privateIp,
      ...(nat.publicIp !== undefined && nat.state !== 'pending' && { PublicIp: nat.publicIp }),
      IsPrimary: true,
      Status: nat.state === 'pending' ? 'associating' : nat.state === 'failed' ? 'failed' : 'succeeded',
    },
  ],
  Tags: tagList(call.state.ec2, nat.id),
});

const counts = (nat: NatGatewayRecord): boolean => nat.state !== 'deleted' && nat.state !== 'failed';

function addressFor(call: Call, input: CreateNatGatewayRequest): AddressRecord | undefined {
  if (input.ConnectivityType === 'private') {
    if (input.AllocationId === undefined) return undefined;
    throw new AwsError('InvalidParameterCombination', 'AllocationId cannot be specified for a private NAT gateway.');
  }
  const address = get(call, 'addresses', input.AllocationId);
  if (address.associationId !== undefined) {
    const why = `Elastic IP address [${address.allocationId}] is already associated`;
    throw new AwsError('Resource.AlreadyAssociated', why);
  }
  return address;
}

function make(call: Call, input: CreateNatGatewayRequest, subnet: SubnetRecord): NatGatewayRecord {
  const { ec2 } = call.state;
  const address = addressFor(call, input);
  const inZone = Object.values(ec2.natGateways).filter(
    (nat) => counts(nat) && ec2.subnets[nat.subnetId]?.zone === subnet.zone,
  );
  checkLimit(call, 'natGatewaysPerZone', {
    have: inZone.length,
    code: 'NatGatewayLimitExceeded',
    message: 'The maximum number of NAT gateways has been reached.',
  });
  const id = call.newId('nat-');
  const eni = makeInterface(call, {
    subnet,
    description: `Interface for NAT Gateway ${id}`,
    groups: [],
    interfaceType: 'nat_gateway',
    requesterId: 'amazon-nat',
    privateIp: input.PrivateIpAddress,
  });
  eni.sourceDestCheck = false;
  attach(call, eni, { owner: 'amazon-aws', deviceIndex: 1, deleteOnTermination: false });
  if (address !== undefined) {
    link(call, address, eni);
    address.managed = true;
  }
  return {
    id,
    vpcId: subnet.vpcId,
    subnetId: subnet.id,
    connectivity: input.ConnectivityType ?? 'public',
    ...(address !== undefined && { allocationId: address.allocationId, publicIp: address.publicIp }),
    privateIp: eni.privateIps[0] ?? '',
    networkInterfaceId: eni.id,
    state: 'pending',
    createdAt: call.now,
  };
}

function createNatGateway(input: CreateNatGatewayRequest, call: Call): CreateNatGatewayResult {
  if (input.AvailabilityMode === 'regional' || (input.SecondaryAllocationIds ?? []).length > 0) {
    throw new AwsError('NotImplemented', 'Only zonal NAT gateways with one address are part of the embedded AWS.', 501);
  }
  const subnet = get(call, 'subnets', input.SubnetId);
  const tags = tagsFor(input.TagSpecifications, 'natgateway');
  const [id] = once(call, input, () => {
    const nat = make(call, input, subnet);
    call.state.ec2.natGateways[nat.id] = nat;
    setTags(call.state.ec2, nat.id, tags);
    call.later(natGatewayCreation, 'ec2.nat-gateway-made', { natGatewayId: nat.id });
    return [nat.id];
  });
  return {
    ...(input.ClientToken !== undefined && { ClientToken: input.ClientToken }),
    NatGateway: output(call, get(call, 'natGateways', id)),
  };
}

function deleteNatGateway(input: DeleteNatGatewayRequest, call: Call): DeleteNatGatewayResult {
  const nat = get(call, 'natGateways', input.NatGatewayId);
  if (nat.state !== 'deleting' && nat.state !== 'deleted') {
    nat.state = 'deleting';
    call.later(deletion, 'ec2.nat-gateway-deleted', { natGatewayId: nat.id });
  }
  return { NatGatewayId: nat.id };
}

function natIn(data: Json, turn: Turn): NatGatewayRecord | undefined {
  const id = (data as { readonly natGatewayId?: unknown }).natGatewayId;
  return typeof id === 'string' ? turn.state.ec2.natGateways[id] : undefined;
}

/** A public gateway needs an internet gateway on its VPC by the time it is made; else it fails and lets its address go. */
function onMade(data: Json, turn: Turn): void {
  const nat = natIn(data, turn);
  if (nat?.state !== 'pending') return;
  const attached = Object.values(turn.state.ec2.internetGateways).some((gateway) => gateway.vpcId === nat.vpcId);
  if (attached || nat.connectivity === 'private') {
    nat.state = 'available';
    return;
  }
  nat.state = 'failed';
  nat.failureCode = 'Gateway.NotAttached';
  nat.failureMessage = `Network ${nat.vpcId} has no Internet gateway attached`;
  removeInterface(turn.state.ec2, nat.networkInterfaceId);
  turn.later(afterlife, 'ec2.nat-gateway-forgotten', { natGatewayId: nat.id });
}

function onDeleted(data: Json, turn: Turn): void {
  const nat = natIn(data, turn);
  if (nat?.state !== 'deleting') return;
  nat.state = 'deleted';
  nat.deletedAt = turn.now;
  removeInterface(turn.state.ec2, nat.networkInterfaceId);
  turn.later(afterlife, 'ec2.nat-gateway-forgotten', { natGatewayId: nat.id });
}

function onForgotten(data: Json, turn: Turn): void {
  const nat = natIn(data, turn);
  if (nat !== undefined && !counts(nat)) forget(turn.state.ec2, 'natGateways', nat.id);
}

function describeNatGateways(input: DescribeNatGatewaysRequest, call: Call): DescribeNatGatewaysResult {
  const found = listing(call, 'natGateways', {
    question: { ...input, ids: input.NatGatewayIds, Filters: input.Filter },
    fields: {
      'nat-gateway-id': (nat) => [nat.id],
      state: (nat) => [nat.state],
      'subnet-id': (nat) => [nat.subnetId],
      'vpc-id': (nat) => [nat.vpcId],
    },
  });
  return { NatGateways: found.items.map((nat) => output(call, nat)), ...nextToken(found) };
}

export const natGatewayHandlers: Handlers = {
  CreateNatGateway: createNatGateway,
  DeleteNatGateway: deleteNatGateway,
  DescribeNatGateways: describeNatGateways,
};

export const natGatewayEvents: EventHandlers = {
  'ec2.nat-gateway-made': onMade,
  'ec2.nat-gateway-deleted': onDeleted,
  'ec2.nat-gateway-forgotten': onForgotten,
};
