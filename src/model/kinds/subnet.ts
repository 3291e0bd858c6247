import { seconds } from '../../base/duration.ts';
import { fixed, mutable, observed, type Tags } from '../field.ts';
import { kind } from '../kind.ts';

/** A subnet, in one zone: https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html */
export const subnet = kind({
  concern: 'network',
  label: 'subnet',
  headline: ['cidr', 'zone'],
  found: 'tag',
  replace: 'delete-first',
  after: ['vpc-cidr-block'],
  usually: { create: seconds(2), update: seconds(1), delete: seconds(1) },
  fields: {
    vpcId: fixed<string>()({ doc: 'the VPC', refersTo: 'vpc' }),
    zone: fixed<string>()({ doc: 'availability zone, `us-east-1a`' }),
    cidr: fixed<string>()({ doc: 'IPv4 range, /16 to /28, inside one range of the VPC' }),
    ipv6Index: mutable<number | null>()({
      doc: "which /64 of the VPC's IPv6 range, counted from 0; null without IPv6",
    }),
    publicIpOnLaunch: mutable<boolean>()({ doc: 'whether interfaces get a public IPv4 address' }),
    ipv6OnCreation: mutable<boolean>()({ doc: 'whether interfaces get an IPv6 address' }),
    tags: mutable<Tags>()({ doc: 'tags' }),
    subnetId: observed<string>()({ doc: 'id, `subnet-...`' }),
    ipv6Cidr: observed<string>()({ doc: 'the /64, where there is one', optional: true }),
  },
});
