import { seconds } from '../../base/duration.ts';
import { fixed, mutable, observed, type Tags } from '../field.ts';
import { kind } from '../kind.ts';

/** A network load balancer: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/introduction.html */
export const loadBalancer = kind({
  concern: 'control plane',
  label: 'load balancer',
  headline: ['scheme'],
  removing: 'whoever uses its name no longer reaches the API',
  found: 'name',
  replace: 'create-first',
  usually: { create: seconds(150), update: seconds(5), delete: seconds(20) },
  fields: {
    name: fixed<string>()({ doc: 'unique in the region, 32 characters at most' }),
    scheme: fixed<'internal' | 'internet-facing'>()({ doc: 'who can reach it' }),
    subnetIds: mutable<readonly string[]>()({
      doc: 'a subnet per zone; with a network load balancer one can be added and, with security groups, taken away',
      refersTo: 'subnet',
      compare: 'set',
    }),
    securityGroupIds: mutable<readonly string[]>()({
      doc: 'its groups; one that is made without any can never have one',
      refersTo: 'security-group',
      compare: 'set',
    }),
    crossZone: mutable<boolean>()({ doc: 'whether a node of it sends to targets of every zone' }),
    deletionProtection: mutable<boolean>()({ doc: 'whether AWS refuses to delete it' }),
    tags: mutable<Tags>()({ doc: 'tags' }),
    arn: observed<string>()({ doc: 'ARN' }),
    dnsName: observed<string>()({ doc: 'the name that it answers to' }),
    hostedZoneId: observed<string>()({ doc: 'the hosted zone of that name, for alias records' }),
  },
});
