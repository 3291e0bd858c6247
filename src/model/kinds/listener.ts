import { seconds } from '../../base/duration.ts';
import { fixed, mutable, observed, type Tags } from '../field.ts';
import { kind } from '../kind.ts';

/** A port of a load balancer: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-listeners.html */
export const listener = kind({
  concern: 'control plane',
  label: 'listener',
  headline: ['port'],
  found: 'parent',
  goesWith: 'loadBalancerArn',
  replace: 'delete-first',
  usually: { create: seconds(1), update: seconds(1), delete: seconds(1) },
  fields: {
    loadBalancerArn: fixed<string>()({ doc: 'the load balancer', refersTo: 'load-balancer' }),
    port: fixed<number>()({ doc: 'its port; the protocol is TCP' }),
    targetGroupArn: mutable<string>()({ doc: 'where it sends to', refersTo: 'target-group' }),
    tags: mutable<Tags>()({ doc: 'tags' }),
    arn: observed<string>()({ doc: 'ARN' }),
  },
});
