import { seconds } from '../../base/duration.ts';
import { fixed, mutable, observed, type Tags } from '../field.ts';
import { kind } from '../kind.ts';

/** A route table: https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html */
export const routeTable = kind({
  concern: 'network',
  label: 'route table',
  found: 'tag',
  replace: 'create-first',
  usually: { create: seconds(2), update: seconds(1), delete: seconds(1) },
  fields: {
    vpcId: fixed<string>()({ doc: 'the VPC', refersTo: 'vpc' }),
    tags: mutable<Tags>()({ doc: 'tags' }),
    routeTableId: observed<string>()({ doc: 'id, `rtb-...`' }),
  },
});
