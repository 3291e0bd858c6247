import ipaddr from 'ipaddr.js';

/** An address range in canonical form: host bits are zero. `version` 4 or 6. */
export interface Cidr {
  readonly text: string;
  readonly version: 4 | 6;
  readonly prefix: number;
  readonly first: bigint;
  readonly last: bigint;
}

const bitsOf = (version: 4 | 6): number => (version === 4 ? 32 : 128);

function toBig(bytes: readonly number[]): bigint {
  return bytes.reduce((n, byte) => (n << 8n) | BigInt(byte), 0n);
}

function addressOf(value: bigint, version: 4 | 6): string {
  const length = bitsOf(version) / 8;
  const bytes = Array.from({ length }, (_, i) => Number((value >> BigInt(8 * (length - 1 - i))) & 0xffn));
  return ipaddr.fromByteArray(bytes).toString();
}

function make(first: bigint, prefix: number, version: 4 | 6): Cidr {
  const size = 1n << BigInt(bitsOf(version) - prefix);
  return { text: `${addressOf(first, version)}/${prefix}`, version, prefix, first, last: first + size - 1n };
}

/** Reads `10.0.0.0/16` or `fd00::/8`. `problem` says what is wrong; `canonical` is what it would be with the host bits cleared. */
export function parseCidr(text: string): { ok: true; cidr: Cidr } | { ok: false; problem: string; canonical?: string } {
  const match = /^([0-9a-fA-F:.]+)\/(\d{1,3})$/.exec(text);
  if (match === null) return { ok: false, problem: 'an address range is written like 10.0.0.0/16' };
  const [, address, prefixText] = match;
  const isV4 = ipaddr.IPv4.isValidFourPartDecimal(address!);
  if (!isV4 && !ipaddr.IPv6.isValid(address!)) return { ok: false, problem: `${address} is not an IP address` };
  const version = isV4 ? 4 : 6;
  const prefix = Number(prefixText);
  if (prefix > bitsOf(version))
    return { ok: false, problem: `/${prefix} is longer than the ${bitsOf(version)} bits of IPv${version}` };
  const value = toBig(ipaddr.parse(address!).toByteArray());
  const size = 1n << BigInt(bitsOf(version) - prefix);
  const cidr = make((value / size) * size, prefix, version);
  if (cidr.first !== value)
    return { ok: false, problem: `${address} has bits outside its /${prefix}`, canonical: cidr.text };
  return { ok: true, cidr };
}

/** For text that was validated before; throws otherwise. */
export function cidr(text: string): Cidr {
  const parsed = parseCidr(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.problem}`);
  return parsed.cidr;
}

export const overlaps = (a: Cidr, b: Cidr): boolean =>
  a.version === b.version && a.first <= b.last && b.first <= a.last;
export const containsCidr = (outer: Cidr, inner: Cidr): boolean =>
  outer.version === inner.version && outer.first <= inner.first && inner.last <= outer.last;

/** Whether an address (`10.1.2.3`) lies in the range. */
export function containsAddress(range: Cidr, address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if ((parsed.kind() === 'ipv4' ? 4 : 6) !== range.version) return false;
  const value = toBig(parsed.toByteArray());
  return range.first <= value && value <= range.last;
}

/** How many addresses a range has. */
export const sizeOf = (range: Cidr): bigint => range.last - range.first + 1n;

/** The nth subnet of a range with a longer prefix, counted from zero; throws where there is none. */
export function subnetAt(range: Cidr, prefix: number, index: number): Cidr {
  const size = 1n << BigInt(bitsOf(range.version) - prefix);
  const first = range.first + size * BigInt(index);
  if (prefix < range.prefix || first + size - 1n > range.last)
    throw new Error(`${range.text} has no /${prefix} number ${index}`);
  return make(first, prefix, range.version);
}

/** The nth address of a range as text, counted from its first. */
export const addressAt = (range: Cidr, index: number | bigint): string =>
  addressOf(range.first + BigInt(index), range.version);
