import type { SubnetMapping } from '@aws-sdk/client-elastic-load-balancing-v2';
import { cidr, containsAddress } from '../../../base/cidr.ts';
import type { Call, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { link } from '../ec2/addresses.ts';
import type { SubnetRecord } from '../ec2/network-records.ts';
import { checkAddress } from '../ec2/private-addresses.ts';
import { invalidRequest } from './errors.ts';
import type { LoadBalancerRecord, NodeRecord } from './state.ts';

/** The addresses of a node that its request chose. */
export type NodeAddresses = Pick<NodeRecord, 'allocationId' | 'publicIp' | 'privateIp' | 'ipv6'>;

type Kind = Pick<LoadBalancerRecord, 'type' | 'scheme' | 'ipAddressType'>;

function elastic(call: Call, id: string, { scheme }: Kind): NodeAddresses {
  const address = call.state.ec2.addresses[id];
  if (address === undefined) throw new AwsError('AllocationIdNotFound', `The allocation IDs '${id}' do not exist`);
  if (scheme !== 'internet-facing')
    throw invalidRequest('Elastic IP addresses can be specified for internet-facing load balancers only');
  if (address.associationId !== undefined)
    throw invalidRequest(`The Elastic IP address '${id}' is already associated with another resource`);
  return { allocationId: id, publicIp: address.publicIp };
}

function ownIpv4(call: Call, subnet: SubnetRecord, { scheme, address }: Kind & { address: string }): NodeAddresses {
  if (scheme !== 'internal')
    throw invalidRequest('Private IPv4 addresses can be specified for internal load balancers only');
  try {
    return { privateIp: checkAddress(call, subnet, address) };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw invalidRequest(error.message);
  }
}

function ownIpv6(
  call: Call,
  subnet: SubnetRecord,
  { ipAddressType, address }: Kind & { address: string },
): NodeAddresses {
  if (ipAddressType !== 'dualstack')
    throw invalidRequest('IPv6 addresses can be specified for dualstack load balancers only');
  if (!subnet.ipv6Cidrs.some((row) => containsAddress(cidr(row.cidr), address)))
    throw invalidRequest(`The IPv6 address '${address}' is not in the range of subnet '${subnet.id}'`);
  if (Object.values(call.state.ec2.networkInterfaces).some((eni) => eni.ipv6Addresses.includes(address)))
    throw invalidRequest(`The IPv6 address '${address}' is in use`);
  return { ipv6: address };
}

/**
 * The addresses that a mapping chooses for the node in its subnet.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SubnetMapping.html
 */
export function addressesOf(
  call: Call,
  subnet: SubnetRecord,
  { mapping, kind }: { readonly mapping: SubnetMapping; readonly kind: Kind },
): NodeAddresses {
  const { AllocationId: allocation, PrivateIPv4Address: v4, IPv6Address: v6 } = mapping;
  if (kind.type !== 'network' && (allocation ?? v4 ?? v6) !== undefined)
    throw invalidRequest('Addresses can be specified for network load balancers only');
  return {
    ...(allocation !== undefined && elastic(call, allocation, kind)),
    ...(v4 !== undefined && ownIpv4(call, subnet, { ...kind, address: v4 })),
    ...(v6 !== undefined && ownIpv6(call, subnet, { ...kind, address: v6 })),
  };
}

/** Puts an elastic address on a node's interface; while it is there, nobody else can take it off. */
export function giveAddress(turn: Turn, allocationId: string | undefined, networkInterfaceId: string): void {
  const address = allocationId === undefined ? undefined : turn.state.ec2.addresses[allocationId];
  const eni = turn.state.ec2.networkInterfaces[networkInterfaceId];
  if (address === undefined || eni === undefined) return;
  link(turn, address, eni);
  address.managed = true;
}
