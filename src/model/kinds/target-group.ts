import { seconds } from '../../base/duration.ts';
import { fixed, mutable, observed, type Tags } from '../field.ts';
import { kind } from '../kind.ts';

/** Where a load balancer sends to and how it sees what is healthy: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html */
export const targetGroup = kind({
  concern: 'control plane',
  label: 'target group',
  headline: ['port'],
  found: 'name',
  replace: 'create-first',
  usually: { create: seconds(2), update: seconds(2), delete: seconds(2) },
  fields: {
    name: fixed<string>()({ doc: 'unique in the region, 32 characters at most' }),
    vpcId: fixed<string>()({ doc: 'the VPC', refersTo: 'vpc' }),
    protocol: fixed<'TCP'>()({ doc: 'protocol' }),
    port: fixed<number>()({ doc: 'port of the targets, which are instances' }),
    healthPath: mutable<string>()({ doc: 'path that an HTTPS health check asks' }),
    preserveClientIp: mutable<boolean>()({
      doc: 'whether targets see the address of the client; on, an instance cannot reach itself through the load balancer',
    }),
    deregistrationSeconds: mutable<number>()({ doc: 'how long connections to a target that leaves are kept' }),
    tags: mutable<Tags>()({ doc: 'tags' }),
    arn: observed<string>()({ doc: 'ARN' }),
  },
});
