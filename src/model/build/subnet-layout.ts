import { cidr, subnetAt } from '../../base/cidr.ts';

/** The longest prefix that a subnet may have: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html */
const smallest = 28;

/** Eighths of a range, or /28s where those would be too small. */
const partPrefix = (prefix: number): number => Math.min(prefix + 3, smallest);

/** Subnets of a VPC's range by zone. */
export interface SubnetRanges {
  readonly private: readonly string[];
  readonly public: readonly string[];
}

/**
 * How a VPC's range is divided: an eighth for the private subnet of each zone, from the second eighth on, and a 64th (no smaller than a
 * /28) for each public one, in the first eighth and, where a small range has not enough of them there, from the end. A subnet's place
 * depends on nothing but its zone's number: a zone added at the end moves none. Undefined where the range is too small.
 */
export function subnetRanges(vpcRange: string, zones: number): SubnetRanges | undefined {
  const whole = cidr(vpcRange);
  const large = partPrefix(whole.prefix);
  const small = Math.min(whole.prefix + 6, smallest);
  if (whole.prefix >= large) return undefined;
  const parts = 2 ** (large - whole.prefix);
  const perPart = 2 ** (small - large);
  const partsForPublic = Math.ceil(zones / perPart);
  if (zones + partsForPublic > parts) return undefined;
  const placeOf = (zone: number): number => {
    const turn = Math.floor(zone / perPart);
    const part = turn === 0 ? 0 : parts - turn;
    return part * perPart + (zone % perPart);
  };
  const numbers = Array.from({ length: zones }, (_, zone) => zone);
  return {
    private: numbers.map((zone) => subnetAt(whole, large, zone + 1).text),
    public: numbers.map((zone) => subnetAt(whole, small, placeOf(zone)).text),
  };
}

/** One subnet per zone of a further range, with the same stability. */
export function furtherRanges(range: string, zones: number): readonly string[] | undefined {
  const whole = cidr(range);
  const prefix = Math.max(partPrefix(whole.prefix), whole.prefix);
  if (prefix > smallest || zones > 2 ** (prefix - whole.prefix)) return undefined;
  return Array.from({ length: zones }, (_, zone) => subnetAt(whole, prefix, zone).text);
}

/** Which /64 of the VPC's /56 a subnet has: sixteen numbers for the public ones, sixteen for the private ones, and so on. */
export const ipv6Index = (row: number, zone: number): number => 16 * row + zone;
