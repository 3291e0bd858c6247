import { seconds } from '../../base/duration.ts';
import { fixed, mutable, observed, type Tags } from '../field.ts';
import { kind } from '../kind.ts';

/** A NAT gateway, in one zone: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html */
export const natGateway = kind({
  concern: 'network',
  label: 'NAT gateway',
  found: 'tag',
  replace: 'delete-first',
  after: ['internet-gateway'],
  usually: { create: seconds(95), update: seconds(1), delete: seconds(50) },
  fields: {
    subnetId: fixed<string>()({ doc: 'the public subnet that it stands in', refersTo: 'subnet' }),
    allocationId: fixed<string>()({ doc: 'its elastic IP address', refersTo: 'elastic-ip' }),
    tags: mutable<Tags>()({ doc: 'tags' }),
    natGatewayId: observed<string>()({ doc: 'id, `nat-...`' }),
  },
});
