import { hops, linkLocal } from './addresses.ts';
import { groupChains, memberSet } from './group-chains.ts';
import { chain, ifAny, quoted, setOf, wholeTable } from './nft.ts';
import type { Interface, InterfaceEndpoint, Vpc } from './topology.ts';

/** Name of the link to the internet namespace, in routers and in interface endpoints. */
export const uplink = 'internet';

/** Interfaces that packets come from and go to. */
const linked = (vpc: Vpc): readonly Interface[] => vpc.interfaces.filter(({ owner }) => owner !== undefined);

/** A packet leaves by the groups of its source and then passes those of its destination; what no rule takes is dropped. */
function interfaceChains(vpc: Vpc): string[] {
  const grouped = linked(vpc).filter(({ groups }) => groups.length > 0);
  const verdicts = (by: 'from' | 'to', open: string): string =>
    setOf([
      ...grouped.map(({ link }) => `${quoted(link)} : goto ${by}_${link}`),
      // A load balancer without groups sends and takes anything, and the internet has none.
      ...[...linked(vpc).filter(({ groups }) => groups.length === 0), { link: uplink }].map(
        ({ link }) => `${quoted(link)} : ${open}`,
      ),
    ]);
  return [
    chain('arriving', [`oifname vmap ${verdicts('to', 'accept')}`, 'drop']),
    ...grouped.flatMap(({ link, groups }) => [
      chain(`from_${link}`, [...groups.map((id) => `jump out_${id}`), 'drop']),
      chain(`to_${link}`, [...groups.map((id) => `jump in_${id}`), 'drop']),
    ]),
    chain('leaving', [`iifname vmap ${verdicts('from', 'goto arriving')}`, 'drop']),
  ];
}

const publicPairs = (vpc: Vpc): [string, string][] =>
  linked(vpc).flatMap(({ publicAddresses }) => Object.entries(publicAddresses));

/** A connection that was let through goes on when its rule goes: AWS tracks connections too. */
function passing(vpc: Vpc): string {
  const known = publicPairs(vpc).map(([address]) => address);
  const isUnknown = known.length === 0 ? '' : `ip saddr != ${setOf(known)} `;
  return chain('passing', [
    'type filter hook forward priority filter; policy drop;',
    'ct state vmap { established : accept, related : accept, invalid : drop }',
    `rt ip nexthop ${hops.internetGateway} ${isUnknown}drop`,
    'goto leaving',
  ]);
}

/** The check of sources: an interface sends only as itself. */
function sourceChains(vpc: Vpc): string[] {
  const checked = linked(vpc).filter(({ sourceDestinationCheck }) => sourceDestinationCheck);
  const verdicts = checked.map(({ link }) => `${quoted(link)} : goto own_${link}`);
  return [
    ...checked.map(({ link, addresses, prefixes }) =>
      chain(`own_${link}`, [`ip saddr != ${setOf([...addresses, ...prefixes])} drop`]),
    ),
    chain('sources', [
      'type filter hook prerouting priority raw; policy accept;',
      ...ifAny(verdicts, (set) => `iifname vmap ${set}`),
    ]),
  ];
}

/** What the router itself answers: metadata and names, which no group filters. */
function answering(vpc: Vpc): string[] {
  const links = linked(vpc).map(({ link }) => quoted(link));
  const off = linked(vpc).filter(({ metadata }) => metadata?.enabled === false);
  const resolvers = setOf([vpc.resolver, linkLocal.resolver]);
  const metadata = `ip daddr ${linkLocal.metadata} tcp dport 80`;
  return [
    chain('answering', [
      'type filter hook input priority filter; policy drop;',
      'iifname "lo" accept',
      'ct state established,related accept',
      ...ifAny(
        off.map(({ link }) => quoted(link)),
        (set) => `iifname ${set} ${metadata} reject with tcp reset`,
      ),
      ...ifAny(links, (set) => `iifname ${set} ${metadata} accept`),
      ...(vpc.dnsSupport
        ? ['udp', 'tcp'].flatMap((protocol) =>
            ifAny(links, (set) => `iifname ${set} ip daddr ${resolvers} ${protocol} dport 53 accept`),
          )
        : []),
    ]),
    hopLimits(vpc),
  ];
}

function hopLimits(vpc: Vpc): string {
  const byLimit = Map.groupBy(
    linked(vpc).filter(({ metadata }) => metadata !== undefined),
    ({ metadata }) => metadata!.hopLimit,
  );
  const lines = [...byLimit].sort(([a], [b]) => a - b);
  return chain('hop_limits', [
    'type filter hook output priority mangle; policy accept;',
    ...lines.map(([limit, own]) => {
      const addresses = own.flatMap(({ addresses }) => addresses);
      return `ip saddr ${linkLocal.metadata} ip daddr ${setOf(addresses)} ip ttl set ${limit}`;
    }),
  ]);
}

/** By the next hop that its route chose, a packet gets the public address of its interface, of a NAT gateway, or that of the link. */
function translation(vpc: Vpc): string[] {
  const pairs = publicPairs(vpc);
  return [
    chain('coming_in', [
      'type nat hook prerouting priority dstnat; policy accept;',
      ...ifAny(
        pairs.map(([own, outside]) => `${outside} : ${own}`),
        (map) => `iifname ${quoted(uplink)} dnat to ip daddr map ${map}`,
      ),
    ]),
    chain('going_out', [
      'type nat hook postrouting priority srcnat; policy accept;',
      ...ifAny(
        pairs.map(([own, outside]) => `${own} : ${outside}`),
        (map) => `rt ip nexthop ${hops.internetGateway} snat to ip saddr map ${map}`,
      ),
      `rt ip nexthop ${hops.gatewayEndpoint} snat to ${vpc.linkAddress}`,
      ...vpc.natGateways.map(
        ({ privateAddress, publicAddress }) => `rt ip nexthop ${privateAddress} snat to ${publicAddress}`,
      ),
    ]),
  ];
}

/** All of a router's packet filter, as `nft -f` takes it. */
export const routerFilter = (vpc: Vpc): string =>
  wholeTable('vpc', [
    ...vpc.groups.map(memberSet),
    ...vpc.groups.flatMap(groupChains),
    ...interfaceChains(vpc),
    passing(vpc),
    ...sourceChains(vpc),
    ...answering(vpc),
    ...translation(vpc),
  ]);

/**
 * An interface endpoint hands what comes to its port 443 on to the service, and nothing else. Answers leave by the node that was asked:
 * its mark chooses the route table.
 */
export const endpointFilter = (
  { target, linkAddress }: InterfaceEndpoint,
  nodes: readonly { readonly device: string; readonly mark: number }[],
): string =>
  wholeTable('endpoint', [
    chain('marks', [
      'type filter hook prerouting priority mangle; policy accept;',
      ...nodes.map(({ device, mark }) => `iifname ${quoted(device)} ct mark set ${mark}`),
      `iifname ${quoted(uplink)} meta mark set ct mark`,
    ]),
    chain('coming_in', [
      'type nat hook prerouting priority dstnat; policy accept;',
      `iifname != ${quoted(uplink)} tcp dport 443 dnat to ${target}`,
    ]),
    chain('passing', [
      'type filter hook forward priority filter; policy drop;',
      'ct state established,related accept',
      `oifname ${quoted(uplink)} ct status dnat accept`,
    ]),
    chain('going_out', [
      'type nat hook postrouting priority srcnat; policy accept;',
      `oifname ${quoted(uplink)} snat to ${linkAddress}`,
    ]),
  ]);
