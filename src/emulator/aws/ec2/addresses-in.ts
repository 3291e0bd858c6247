import type { Cidr } from '../../../base/cidr.ts';
import { parseCidr } from '../../../base/cidr.ts';
import { sha256Hex } from '../../../base/hash.ts';
import type { Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';

/** Reads a CIDR of a request, clearing host bits as EC2 does. Throws InvalidParameterValue where it is none. */
export function readCidr(text: string, parameter: string): Cidr {
  const parsed = parseCidr(text);
  if (parsed.ok) return parsed.cidr;
  const cleared = parsed.canonical === undefined ? undefined : parseCidr(parsed.canonical);
  if (cleared?.ok) return cleared.cidr;
  throw new AwsError(
    'InvalidParameterValue',
    `Value (${text}) for parameter ${parameter} is invalid. This is not a valid CIDR block.`,
  );
}

/**
 * A /56 that no VPC has, as out of Amazon's pool. It is of the range for documentation, since nothing here can be reached from elsewhere:
 * https://www.rfc-editor.org/rfc/rfc3849
 */
export function amazonIpv6(turn: Turn): string {
  const vpcs = Object.values(turn.world.regions).flatMap(({ ec2 }) => Object.values(ec2.vpcs));
  const taken = new Set(vpcs.flatMap((vpc) => vpc.ipv6Cidrs.map((row) => row.cidr)));
  for (let count = 1; ; count += 1) {
    const bits = count * 0x100;
    const candidate = `2001:db8:${(bits >> 16).toString(16)}:${(bits & 0xffff).toString(16)}::/56`;
    if (!taken.has(candidate)) return candidate;
  }
}

/** A public IPv4 address out of Amazon's pool that nothing else of the region has. */
export function amazonIpv4(turn: Turn): string {
  const { ec2 } = turn.state;
  const taken = new Set([
    ...Object.values(ec2.addresses).map((address) => address.publicIp),
    ...Object.values(ec2.networkInterfaces).map((eni) => eni.publicIp),
  ]);
  for (;;) {
    const digits = sha256Hex(turn.newToken(16));
    const byte = (at: number): number => Number.parseInt(digits.slice(at, at + 2), 16);
    const candidate = `3.${80 + (byte(0) % 64)}.${byte(2)}.${1 + (byte(4) % 254)}`;
    if (!taken.has(candidate)) return candidate;
  }
}
