import { seconds } from '../../base/duration.ts';
import { fixed, observed } from '../field.ts';
import { kind } from '../kind.ts';

/** A further IPv4 range of a VPC: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html */
export const vpcCidrBlock = kind({
  concern: 'network',
  label: 'VPC address range',
  headline: ['cidr'],
  found: 'parent',
  replace: 'create-first',
  usually: { create: seconds(5), update: seconds(1), delete: seconds(5) },
  fields: {
    vpcId: fixed<string>()({ doc: 'the VPC', refersTo: 'vpc' }),
    cidr: fixed<string>()({ doc: 'IPv4 range' }),
    associationId: observed<string>()({ doc: 'id, `vpc-cidr-assoc-...`' }),
  },
});
