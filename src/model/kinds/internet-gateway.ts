import { seconds } from '../../base/duration.ts';
import { mutable, observed, type Tags } from '../field.ts';
import { kind } from '../kind.ts';

/** An internet gateway: https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html */
export const internetGateway = kind({
  concern: 'network',
  label: 'internet gateway',
  found: 'tag',
  replace: 'delete-first',
  usually: { create: seconds(2), update: seconds(1), delete: seconds(2) },
  fields: {
    vpcId: mutable<string>()({
      doc: 'the VPC that it is attached to',
      refersTo: 'vpc',
      interrupts: 'traffic to and from the internet',
    }),
    tags: mutable<Tags>()({ doc: 'tags' }),
    internetGatewayId: observed<string>()({ doc: 'id, `igw-...`' }),
  },
});
