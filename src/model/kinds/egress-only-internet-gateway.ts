import { seconds } from '../../base/duration.ts';
import { fixed, mutable, observed, type Tags } from '../field.ts';
import { kind } from '../kind.ts';

/** Lets IPv6 out and nothing in: https://docs.aws.amazon.com/vpc/latest/userguide/egress-only-internet-gateway.html */
export const egressOnlyInternetGateway = kind({
  concern: 'network',
  label: 'egress-only internet gateway',
  found: 'tag',
  replace: 'create-first',
  usually: { create: seconds(2), update: seconds(1), delete: seconds(2) },
  fields: {
    vpcId: fixed<string>()({ doc: 'the VPC', refersTo: 'vpc' }),
    tags: mutable<Tags>()({ doc: 'tags' }),
    egressOnlyInternetGatewayId: observed<string>()({ doc: 'id, `eigw-...`' }),
  },
});
