import { seconds } from '../../base/duration.ts';
import { fixed, mutable, observed, type Tags } from '../field.ts';
import { kind } from '../kind.ts';

/** A virtual private cloud: https://docs.aws.amazon.com/vpc/latest/userguide/what-is-amazon-vpc.html */
export const vpc = kind({
  concern: 'network',
  label: 'VPC',
  headline: ['cidr'],
  irreplaceable:
    'An apply never replaces the network under a cluster. Set the field back and add a range with `network.furtherCidrs`; or destroy the cluster and apply anew.',
  found: 'tag',
  replace: 'create-first',
  usually: { create: seconds(3), update: seconds(1), delete: seconds(1) },
  fields: {
    cidr: fixed<string>()({ doc: 'first IPv4 range, /16 to /28' }),
    ipv6: mutable<boolean>()({ doc: 'whether an Amazon-provided /56 of IPv6 is associated' }),
    dnsSupport: mutable<boolean>()({ doc: 'whether the resolver answers inside' }),
    dnsHostnames: mutable<boolean>()({ doc: 'whether instances get DNS names; private endpoints of EKS need it' }),
    tags: mutable<Tags>()({ doc: 'tags' }),
    vpcId: observed<string>()({ doc: 'id, `vpc-...`' }),
    ipv6Cidr: observed<string>()({ doc: 'the associated /56, where there is one', optional: true }),
  },
});
