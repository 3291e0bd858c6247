import type {
  Address,
  AllocateAddressRequest,
  AllocateAddressResult,
  AssociateAddressRequest,
  AssociateAddressResult,
  DescribeAddressesAttributeRequest,
  DescribeAddressesAttributeResult,
  DescribeAddressesRequest,
  DescribeAddressesResult,
  DisassociateAddressRequest,
  ReleaseAddressRequest,
} from '@aws-sdk/client-ec2';
import type { Call, Handlers, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { amazonIpv4 } from './addresses-in.ts';
import { unlink } from './interface-records.ts';
import { checkLimit } from './limits.ts';
import { listing, nextToken } from './listing.ts';
import { get, required } from './lookup.ts';
import type { AddressRecord, NetworkInterfaceRecord } from './network-records.ts';
import { forget, setTags, tagList, tagsFor } from './tags.ts';

function output(call: Turn, address: AddressRecord): Address {
  const { associationId, networkInterfaceId, instanceId, privateIp } = address;
  return {
    AllocationId: address.allocationId,
    PublicIp: address.publicIp,
    Domain: 'vpc',
    NetworkBorderGroup: address.networkBorderGroup,
    PublicIpv4Pool: 'amazon',
    ...(associationId !== undefined && { AssociationId: associationId }),
    ...(networkInterfaceId !== undefined && {
      NetworkInterfaceId: networkInterfaceId,
      NetworkInterfaceOwnerId: call.account,
    }),
    ...(instanceId !== undefined && { InstanceId: instanceId }),
    ...(privateIp !== undefined && { PrivateIpAddress: privateIp }),
    Tags: tagList(call.state.ec2, address.allocationId),
  };
}

function allocateAddress(input: AllocateAddressRequest, call: Call): AllocateAddressResult {
  const { ec2 } = call.state;
  const tags = tagsFor(input.TagSpecifications, 'elastic-ip');
  if (
    input.Domain === 'standard' ||
    (input.PublicIpv4Pool ?? 'amazon') !== 'amazon' ||
    input.Address !== undefined ||
    input.IpamPoolId !== undefined
  ) {
    throw new AwsError('NotImplemented', "Only addresses of Amazon's pool in a VPC are part of the embedded AWS.", 501);
  }
  checkLimit(call, 'addresses', {
    have: Object.keys(ec2.addresses).length,
    code: 'AddressLimitExceeded',
    message: 'The maximum number of addresses has been reached.',
  });
  const address: AddressRecord = {
    allocationId: call.newId('eipalloc-'),
    publicIp: amazonIpv4(call),
    networkBorderGroup: input.NetworkBorderGroup ?? call.region,
  };
  ec2.addresses[address.allocationId] = address;
  setTags(ec2, address.allocationId, tags);
  return {
    AllocationId: address.allocationId,
    PublicIp: address.publicIp,
    Domain: 'vpc',
    NetworkBorderGroup: address.networkBorderGroup,
    PublicIpv4Pool: 'amazon',
  };
}

function byPublicIp(call: Call, publicIp: string): AddressRecord {
  const found = Object.values(call.state.ec2.addresses).find((address) => address.publicIp === publicIp);
  if (found === undefined) throw new AwsError('InvalidAddress.NotFound', `Address '${publicIp}' not found.`);
  return found;
}

const addressIn = (
  call: Call,
  input: { AllocationId?: string | undefined; PublicIp?: string | undefined },
): AddressRecord =>
  input.AllocationId === undefined && input.PublicIp !== undefined
    ? byPublicIp(call, input.PublicIp)
    : get(call, 'addresses', input.AllocationId);

function targetOf(call: Call, input: AssociateAddressRequest): NetworkInterfaceRecord {
  if (input.NetworkInterfaceId !== undefined) return get(call, 'networkInterfaces', input.NetworkInterfaceId);
  const instance = get(call, 'instances', input.InstanceId);
  if (instance.state === 'pending' || instance.state === 'terminated') {
    throw new AwsError(
      'InvalidInstanceID',
      `The pending instance '${instance.id}' is not in a valid state for this operation.`,
    );
  }
  return get(call, 'networkInterfaces', instance.networkInterfaceIds[0]);
}

/** Gives an elastic address to an interface, unchecked. */
export function link(turn: Turn, address: AddressRecord, eni: NetworkInterfaceRecord): string {
  address.associationId = turn.newId('eipassoc-');
  address.networkInterfaceId = eni.id;
  const [privateIp] = eni.privateIps;
  if (privateIp !== undefined) address.privateIp = privateIp;
  if (eni.attachment?.instanceId !== undefined) address.instanceId = eni.attachment.instanceId;
  delete eni.publicIp;
  return address.associationId;
}

function checkFree(
  call: Call,
  input: AssociateAddressRequest,
  address: AddressRecord,
  eni: NetworkInterfaceRecord,
): void {
  const onInterface = Object.values(call.state.ec2.addresses).find(
    (other) => other.networkInterfaceId === eni.id && other !== address,
  );
  if (input.AllowReassociation === true) {
    if (onInterface !== undefined) unlink(onInterface);
    return;
  }
  if (address.associationId !== undefined && address.networkInterfaceId !== eni.id) {
    const why = `resource ${address.allocationId} is already associated with associate-id ${address.associationId}`;
    throw new AwsError('Resource.AlreadyAssociated', why);
  }
  if (onInterface !== undefined) {
    const why = `resource ${eni.id} is already associated with associate-id ${onInterface.associationId}`;
    throw new AwsError('Resource.AlreadyAssociated', why);
  }
}

function associateAddress(input: AssociateAddressRequest, call: Call): AssociateAddressResult {
  const address = addressIn(call, input);
  const eni = targetOf(call, input);
  const attached = Object.values(call.state.ec2.internetGateways).some((gateway) => gateway.vpcId === eni.vpcId);
  if (!attached) {
    throw new AwsError('Gateway.NotAttached', `Network ${eni.vpcId} is not attached to any internet gateway`);
  }
  checkManaged(address);
  checkFree(call, input, address, eni);
  if (address.networkInterfaceId === eni.id && address.associationId !== undefined) {
    return { AssociationId: address.associationId };
  }
  unlink(address);
  return { AssociationId: link(call, address, eni) };
}

function checkManaged(address: AddressRecord): void {
  if (address.managed !== true) return;
  throw new AwsError('AuthFailure', 'You do not have permission to access the specified resource.');
}

function disassociateAddress(input: DisassociateAddressRequest, call: Call): Record<string, never> {
  const id = input.AssociationId;
  const address =
    id === undefined && input.PublicIp !== undefined
      ? byPublicIp(call, input.PublicIp)
      : Object.values(call.state.ec2.addresses).find((one) => one.associationId === required(id, 'associationId'));
  if (address === undefined || address.associationId === undefined) {
    throw new AwsError('InvalidAssociationID.NotFound', `The association ID '${id ?? ''}' does not exist`);
  }
  checkManaged(address);
  unlink(address);
  return {};
}

function releaseAddress(input: ReleaseAddressRequest, call: Call): Record<string, never> {
  const address = addressIn(call, input);
  if (address.associationId !== undefined) {
    throw new AwsError('InvalidIPAddress.InUse', `Address ${address.publicIp} is in use.`);
  }
  forget(call.state.ec2, 'addresses', address.allocationId);
  return {};
}

function describeAddresses(input: DescribeAddressesRequest, call: Call): DescribeAddressesResult {
  const byIp = (input.PublicIps ?? []).map((ip) => byPublicIp(call, ip).allocationId);
  const found = listing(call, 'addresses', {
    question: { ids: [...(input.AllocationIds ?? []), ...byIp], Filters: input.Filters },
    fields: {
      'allocation-id': (address) => [address.allocationId],
      'association-id': (address) => [address.associationId],
      domain: () => ['vpc'],
      'instance-id': (address) => [address.instanceId],
      'network-border-group': (address) => [address.networkBorderGroup],
      'network-interface-id': (address) => [address.networkInterfaceId],
      'network-interface-owner-id': (address) => [address.networkInterfaceId === undefined ? undefined : call.account],
      'private-ip-address': (address) => [address.privateIp],
      'public-ip': (address) => [address.publicIp],
    },
  });
  return { Addresses: found.items.map((address) => output(call, address)) };
}

function describeAddressesAttribute(
  input: DescribeAddressesAttributeRequest,
  call: Call,
): DescribeAddressesAttributeResult {
  const found = listing(call, 'addresses', {
    question: { ids: input.AllocationIds, MaxResults: input.MaxResults, NextToken: input.NextToken },
    fields: {},
    limits: { min: 1, max: 1000 },
  });
  return {
    Addresses: found.items.map((address) => ({ AllocationId: address.allocationId, PublicIp: address.publicIp })),
    ...nextToken(found),
  };
}

export const addressHandlers: Handlers = {
  AllocateAddress: allocateAddress,
  AssociateAddress: associateAddress,
  DisassociateAddress: disassociateAddress,
  ReleaseAddress: releaseAddress,
  DescribeAddresses: describeAddresses,
  DescribeAddressesAttribute: describeAddressesAttribute,
};
