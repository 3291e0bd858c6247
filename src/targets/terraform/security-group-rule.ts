import type { Resource } from '../../model/graph.ts';
import type { TerraformKind } from './terraform-kind.ts';

type Rule = Resource<'security-group-rule'>;
type Part = Readonly<Record<string, unknown>>;

function peerOf({ desired: { peer } }: Rule): Part {
  if ('cidr' in peer) return { cidr_ipv4: peer.cidr };
  if ('cidrIpv6' in peer) return { cidr_ipv6: peer.cidrIpv6 };
  if ('prefixListId' in peer) return { prefix_list_id: peer.prefixListId };
  return { referenced_security_group_id: peer.groupId };
}

/** Every port is -1 for ICMP and 0 to 65535 for TCP and UDP; a rule for all protocols names none. */
function portsOf({ desired: { protocol, ports } }: Rule): Part {
  if (protocol === '-1') return {};
  if (ports !== null) return { from_port: ports.from, to_port: ports.to };
  return String(protocol).startsWith('icmp') ? { from_port: -1, to_port: -1 } : { from_port: 0, to_port: 65535 };
}

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/vpc_security_group_ingress_rule */
export const securityGroupRule: TerraformKind<'security-group-rule'> = {
  blocks: (rule, { tags }) => [
    {
      type: `aws_vpc_security_group_${rule.desired.direction}_rule`,
      body: {
        security_group_id: rule.desired.groupId,
        ip_protocol: rule.desired.protocol,
        ...portsOf(rule),
        ...peerOf(rule),
        description: rule.desired.description === '' ? undefined : rule.desired.description,
        tags: tags(rule.desired.tags),
      },
    },
  ],
  attributes: { securityGroupRuleId: 'security_group_rule_id' },
  importIds: ({ observed }) => [observed.securityGroupRuleId],
};
