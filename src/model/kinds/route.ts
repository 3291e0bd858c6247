import { seconds } from '../../base/duration.ts';
import { fixed, mutable, observed } from '../field.ts';
import { kind } from '../kind.ts';

/** Where a route leads. */
export type RouteTarget =
  | { readonly gatewayId: string }
  | { readonly natGatewayId: string }
  | { readonly egressOnlyInternetGatewayId: string };

/** One route of a route table of ours. Its id is `route/TABLE/DESTINATION`, TABLE being what follows `route-table/` in the table's id. */
export const route = kind({
  concern: 'network',
  label: 'route',
  headline: ['target'],
  found: 'parent',
  replace: 'delete-first',
  goesWith: 'routeTableId',
  usually: { create: seconds(1), update: seconds(1), delete: seconds(1) },
  fields: {
    routeTableId: fixed<string>()({ doc: 'the table', refersTo: 'route-table' }),
    destination: fixed<string>()({ doc: 'IPv4 or IPv6 range' }),
    target: mutable<RouteTarget>()({
      doc: 'where it leads: exactly one of the three',
      refersTo: ['internet-gateway', 'nat-gateway', 'egress-only-internet-gateway'],
      interrupts: 'connections that run over this route',
    }),
    routeState: observed<'active' | 'blackhole'>()({ doc: '`blackhole` where the target is gone' }),
  },
});
