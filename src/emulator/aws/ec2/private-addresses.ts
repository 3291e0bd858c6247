import { addressAt, cidr, containsAddress, sizeOf } from '../../../base/cidr.ts';
import { sha256Hex } from '../../../base/hash.ts';
import type { Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import type { SubnetRecord } from './network-records.ts';
import type { Ec2State } from './state.ts';

/** AWS keeps the first four addresses of a subnet and the last. */
const reservedAtStart = 4n;
const reserved = 5n;

function usedIn(
  ec2: Ec2State,
  subnetId: string,
): { readonly addresses: Set<string>; readonly prefixes: readonly string[] } {
  const enis = Object.values(ec2.networkInterfaces).filter((eni) => eni.subnetId === subnetId);
  return {
    addresses: new Set(enis.flatMap((eni) => eni.privateIps)),
    prefixes: enis.flatMap((eni) => eni.ipv4Prefixes),
  };
}

/** How many IPv4 addresses of a subnet are free: what DescribeSubnets tells. */
export function freeAddressCount(ec2: Ec2State, subnet: SubnetRecord): number {
  if (subnet.ipv6Native) return 0;
  const { addresses, prefixes } = usedIn(ec2, subnet.id);
  return Number(sizeOf(cidr(subnet.cidr)) - reserved) - addresses.size - prefixes.length * 16;
}

function isReserved(subnet: SubnetRecord, address: string): boolean {
  const range = cidr(subnet.cidr);
  const first = [0n, 1n, 2n, 3n].map((n) => addressAt(range, n));
  return first.includes(address) || address === addressAt(range, sizeOf(range) - 1n);
}

/** Checks an address that a request asks for. */
export function checkAddress(turn: Turn, subnet: SubnetRecord, address: string): string {
  if (!containsAddress(cidr(subnet.cidr), address)) {
    throw new AwsError('InvalidParameterValue', "Address does not fall within the subnet's address range");
  }
  if (isReserved(subnet, address)) {
    throw new AwsError('InvalidParameterValue', "Address is in subnet's reserved address range");
  }
  if (usedIn(turn.state.ec2, subnet.id).addresses.has(address)) {
    throw new AwsError('InvalidIPAddress.InUse', `Address ${address} is in use.`);
  }
  return address;
}

const outOfAddresses = (subnet: SubnetRecord): AwsError =>
  new AwsError(
    'InsufficientFreeAddressesInSubnet',
    `There are not enough free addresses in subnet '${subnet.id}' to satisfy the requested number of instances.`,
  );

/** A free address of the subnet, wherever AWS would pick one; `besides` are taken too. Throws InsufficientFreeAddressesInSubnet. */
export function takeAddress(turn: Turn, subnet: SubnetRecord, besides: readonly string[] = []): string {
  const range = cidr(subnet.cidr);
  const { addresses, prefixes } = usedIn(turn.state.ec2, subnet.id);
  for (const address of besides) addresses.add(address);
  const inPrefix = prefixes.map(cidr);
  const usable = sizeOf(range) - reserved;
  const start = BigInt(`0x${sha256Hex(turn.newToken(16)).slice(0, 12)}`) % usable;
  for (let n = 0n; n < usable; n += 1n) {
    const address = addressAt(range, reservedAtStart + ((start + n) % usable));
    if (!addresses.has(address) && !inPrefix.some((prefix) => containsAddress(prefix, address))) return address;
  }
  throw outOfAddresses(subnet);
}

/** A free address of the subnet's IPv6 range. */
export function takeIpv6(turn: Turn, subnet: SubnetRecord): string {
  const text = subnet.ipv6Cidrs[0]?.cidr;
  if (text === undefined) {
    throw new AwsError(
      'InvalidParameterValue',
      `The subnet '${subnet.id}' does not have an IPv6 CIDR block associated with it.`,
    );
  }
  const taken = new Set(Object.values(turn.state.ec2.networkInterfaces).flatMap((eni) => eni.ipv6Addresses));
  for (;;) {
    const offset = BigInt(`0x${sha256Hex(turn.newToken(16)).slice(0, 15)}`) + 16n;
    const address = addressAt(cidr(text), offset);
    if (!taken.has(address)) return address;
  }
}
