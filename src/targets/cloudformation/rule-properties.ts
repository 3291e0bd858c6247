import type { Resource } from '../../model/graph.ts';

type Rule = Resource<'security-group-rule'>;
type Part = Readonly<Record<string, unknown>>;

function peerOf({ desired: { peer, direction } }: Rule): Part {
  if ('cidr' in peer) return { CidrIp: peer.cidr };
  if ('cidrIpv6' in peer) return { CidrIpv6: peer.cidrIpv6 };
  const side = direction === 'egress' ? 'Destination' : 'Source';
  if ('prefixListId' in peer) return { [`${side}PrefixListId`]: peer.prefixListId };
  return { [`${side}SecurityGroupId`]: peer.groupId };
}

/** Every port is -1 for ICMP and 0 to 65535 for TCP and UDP; a rule for all protocols names none. */
function portsOf({ desired: { protocol, ports } }: Rule): Part {
  if (protocol === '-1') return {};
  if (ports !== null) return { FromPort: ports.from, ToPort: ports.to };
  return String(protocol).startsWith('icmp') ? { FromPort: -1, ToPort: -1 } : { FromPort: 0, ToPort: 65535 };
}

/** What a rule says, in a group or as a resource of its own. */
export const ruleProperties = (rule: Rule): Part => ({
  IpProtocol: rule.desired.protocol,
  ...portsOf(rule),
  ...peerOf(rule),
  Description: rule.desired.description === '' ? undefined : rule.desired.description,
});
