import { chain, ifAny, setOf } from './nft.ts';
import type { GroupRule, SecurityGroup } from './topology.ts';

const membersOf = (group: string): string => `members_${group}`;

function protocolMatch({ protocol, from, to }: GroupRule): string {
  if (protocol === 'all') return '';
  if (protocol === 'icmp') {
    if (from === -1) return 'meta l4proto icmp ';
    return `icmp type ${from} ${to === -1 ? '' : `icmp code ${to} `}`;
  }
  if (protocol !== 'tcp' && protocol !== 'udp') return `meta l4proto ${protocol} `;
  return from === 0 && to === 65535 ? `meta l4proto ${protocol} ` : `${protocol} dport ${from}-${to} `;
}

function peerMatch({ group, ranges }: GroupRule, field: 'saddr' | 'daddr'): string {
  if (group !== undefined) return `ip ${field} @${membersOf(group)} `;
  return ranges.includes('0.0.0.0/0') ? '' : `ip ${field} ${setOf(ranges)} `;
}

/** The rules of a security group as two chains: `out_ID` goes on to the chain `arriving`, `in_ID` accepts. */
export const groupChains = ({ id, egress, ingress }: SecurityGroup): string[] => [
  chain(
    `out_${id}`,
    egress.map((rule) => `${peerMatch(rule, 'daddr')}${protocolMatch(rule)}goto arriving`),
  ),
  chain(
    `in_${id}`,
    ingress.map((rule) => `${peerMatch(rule, 'saddr')}${protocolMatch(rule)}accept`),
  ),
];

/** Addresses of what has a group, for rules that name it. */
export const memberSet = ({ id, members }: SecurityGroup): string =>
  [
    `  set ${membersOf(id)} {`,
    '    type ipv4_addr',
    '    flags interval',
    '    auto-merge',
    ...ifAny(members, (set) => `    elements = ${set}`),
    '  }',
  ].join('\n');
