import { storedName } from '../../emulator/aws/route53/names.ts';
import type { RecordSet, ZoneRecord } from '../../emulator/aws/route53/state.ts';
import type { DnsName } from '../network/topology.ts';
import { publicNames } from './public-names.ts';

/** A load balancer's name and where it leads now. */
export interface BalancerName {
  /** Lower case, without a dot at the end. */
  readonly name: string;
  readonly addresses: readonly string[];
}

/** Where a resolver looks. */
export interface DnsView {
  /** Undefined on the internet. */
  readonly vpcId: string | undefined;
  /** Whether private zones and the private names of endpoints count: enableDnsHostnames of the VPC. */
  readonly privateNames: boolean;
  readonly zones: readonly ZoneRecord[];
  /** The VPC's own names: instances and endpoints. */
  readonly names: readonly DnsName[];
  readonly balancers: readonly BalancerName[];
}

export interface DnsRecord {
  /** Without a dot at the end. */
  readonly name: string;
  readonly type: 'A' | 'CNAME' | 'TXT' | 'NS';
  readonly ttl: number;
  /** An address, a name, or the strings of a TXT record. */
  readonly data: string | readonly string[];
}

export interface DnsAnswer {
  readonly rcode: 'NOERROR' | 'NXDOMAIN';
  readonly records: readonly DnsRecord[];
}

/** Seconds, as AWS's own names have it. */
const ownTtl = 60;
const longestChain = 8;
const nothing: DnsAnswer = { rcode: 'NXDOMAIN', records: [] };

/**
 * What a VPC's resolver answers: its private zones first, then its own names, AWS's public ones, and public zones. A name that is there
 * without a record of the type asked for has an empty answer; that is so for every AAAA.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html
 */
export function dnsAnswer(view: DnsView, name: string, type: string): DnsAnswer {
  return chase(view, { name: name.toLowerCase().replace(/\.$/, ''), type }, longestChain);
}

interface Asked {
  readonly name: string;
  readonly type: string;
}

function chase(view: DnsView, asked: Asked, left: number): DnsAnswer {
  if (left === 0) return { rcode: 'NOERROR', records: [] };
  const isVisible = (zone: ZoneRecord): boolean =>
    zone.private && view.privateNames && zone.vpcs.some(({ id }) => id === view.vpcId);
  const own = zoneOf(view.zones.filter(isVisible), asked.name);
  if (own !== undefined) return fromZone(view, own, { asked, left });
  const known = ownName(view, asked.name) ?? publicNames(asked.name);
  if (known !== undefined) return addressesAt(known, asked);
  const open = zoneOf(
    view.zones.filter((zone) => !zone.private),
    asked.name,
  );
  return open === undefined ? nothing : fromZone(view, open, { asked, left });
}

const addressesAt = (addresses: readonly string[], { name, type }: Asked): DnsAnswer => ({
  rcode: 'NOERROR',
  records: type === 'A' ? addresses.map((data) => ({ name, type: 'A', ttl: ownTtl, data })) : [],
});

/** The most specific zone that a name lies in; of several of one name the first. */
function zoneOf(zones: readonly ZoneRecord[], name: string): ZoneRecord | undefined {
  const stored = storedName(name);
  return zones
    .filter((zone) => stored === zone.name || stored.endsWith(`.${zone.name}`))
    .sort((a, b) => b.name.length - a.name.length)[0];
}

function ownName({ names, balancers }: DnsView, name: string): readonly string[] | undefined {
  const plain = name.replace(/^dualstack\./, '');
  const balancer = balancers.find((own) => own.name === plain);
  if (balancer !== undefined) return balancer.addresses;
  const exact = names.find((own) => own.name === name);
  const wild = names.find((own) => own.name.startsWith('*.') && name.endsWith(own.name.slice(1)));
  return (exact ?? wild)?.addresses;
}

interface Step {
  readonly asked: Asked;
  readonly left: number;
}

function fromZone(view: DnsView, zone: ZoneRecord, { asked, left }: Step): DnsAnswer {
  const sets = setsFor(zone, storedName(asked.name));
  if (sets === undefined) return nothing;
  const cname = sets.find(({ type }) => type === 'CNAME');
  if (cname !== undefined && asked.type !== 'CNAME') return throughCname(view, cname, { asked, left });
  const set = sets.find(({ type }) => type === asked.type);
  if (set === undefined) return { rcode: 'NOERROR', records: [] };
  if (set.alias === undefined) return { rcode: 'NOERROR', records: recordsOf(set, asked.name) };
  const target = chase(view, { name: set.alias.dnsName.replace(/\.$/, ''), type: asked.type }, left - 1);
  // Aliases are followed inside of Route 53: the answer has the name that was asked for.
  const records = target.records.filter(({ type }) => type === asked.type);
  return { rcode: 'NOERROR', records: records.map((record) => ({ ...record, name: asked.name })) };
}

function throughCname(view: DnsView, cname: RecordSet, { asked, left }: Step): DnsAnswer {
  const first = recordsOf(cname, asked.name);
  const target = first[0]?.data;
  if (typeof target !== 'string') return { rcode: 'NOERROR', records: [] };
  const rest = chase(view, { name: target, type: asked.type }, left - 1);
  return { rcode: rest.rcode, records: [...first, ...rest.records] };
}

/** The records at a name, or of the nearest wildcard above; none, where only names below are there; undefined for no such name. */
function setsFor({ records, name: top }: ZoneRecord, stored: string): readonly RecordSet[] | undefined {
  const exact = records.filter(({ name }) => name === stored);
  if (exact.length > 0) return exact;
  if (records.some(({ name }) => name.endsWith(`.${stored}`))) return [];
  for (let parent = stored; parent !== top && parent.includes('.'); ) {
    parent = parent.slice(parent.indexOf('.') + 1);
    const wild = records.filter(({ name }) => name === `\\052.${parent}`);
    if (wild.length > 0) return wild;
    if (records.some(({ name }) => name === parent)) return undefined;
  }
  return undefined;
}

function recordsOf({ type, ttl = ownTtl, values = [] }: RecordSet, name: string): DnsRecord[] {
  if (type === 'A') return values.map((data) => ({ name, type, ttl, data }));
  if (type === 'CNAME' || type === 'NS') {
    return values.map((value) => ({ name, type, ttl, data: value.toLowerCase().replace(/\.$/, '') }));
  }
  return type === 'TXT' ? values.map((value) => ({ name, type, ttl, data: stringsOf(value) })) : [];
}

/** The strings of a TXT value as Route 53 has it: in double quotes, several with spaces between them. */
const stringsOf = (value: string): string[] =>
  [...value.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) => text.replace(/\\(.)/g, '$1'));
