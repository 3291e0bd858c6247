import { seconds } from '../../base/duration.ts';
import { fixed, mutable, observed } from '../field.ts';
import { kind } from '../kind.ts';

/** Which route table a subnet of ours uses. Its id is `route-table-association/SUBNET`, SUBNET being what follows `subnet/` in the subnet's id. */
export const routeTableAssociation = kind({
  concern: 'network',
  label: 'route table association',
  found: 'parent',
  replace: 'delete-first',
  goesWith: 'subnetId',
  usually: { create: seconds(1), update: seconds(1), delete: seconds(1) },
  fields: {
    subnetId: fixed<string>()({ doc: 'the subnet', refersTo: 'subnet' }),
    routeTableId: mutable<string>()({
      doc: 'the table',
      refersTo: 'route-table',
      interrupts: 'connections of this subnet',
    }),
    associationId: observed<string>()({ doc: 'id, `rtbassoc-...`' }),
  },
});
