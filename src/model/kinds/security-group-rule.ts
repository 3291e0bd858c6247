import { seconds } from '../../base/duration.ts';
import { fixed, mutable, observed, type Tags } from '../field.ts';
import { kind } from '../kind.ts';

/** The other side of a rule. */
export type RulePeer =
  | { readonly cidr: string }
  | { readonly cidrIpv6: string }
  | { readonly groupId: string }
  | { readonly prefixListId: string };

/** One rule of a security group: https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html */
export const securityGroupRule = kind({
  concern: 'security',
  label: 'security group rule',
  headline: ['direction', 'protocol', 'ports', 'description'],
  found: 'tag',
  replace: 'create-first',
  usually: { create: seconds(1), update: seconds(1), delete: seconds(1) },
  fields: {
    groupId: fixed<string>()({ doc: 'the group that it belongs to', refersTo: ['security-group', 'cluster'] }),
    direction: fixed<'ingress' | 'egress'>()({ doc: 'in or out' }),
    protocol: fixed<string>()({ doc: '`tcp`, `udp`, `icmp`, or `-1` for all' }),
    ports: fixed<{ readonly from: number; readonly to: number } | null>()({ doc: 'ports, or null for all' }),
    peer: fixed<RulePeer>()({
      doc: 'who may talk: exactly one of the four',
      refersTo: ['security-group', 'cluster', 'elastic-ip'],
    }),
    description: mutable<string>()({ doc: 'why it is there' }),
    tags: mutable<Tags>()({ doc: 'tags' }),
    securityGroupRuleId: observed<string>()({ doc: 'id, `sgr-...`' }),
  },
});
