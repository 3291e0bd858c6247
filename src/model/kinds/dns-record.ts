import { seconds } from '../../base/duration.ts';
import { fixed, mutable, observed } from '../field.ts';
import { kind } from '../kind.ts';

/** An alias record for a load balancer: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html */
export const dnsRecord = kind({
  concern: 'control plane',
  label: 'DNS record',
  headline: ['name'],
  removing: 'the name no longer resolves',
  found: 'parent',
  replace: 'create-first',
  usually: { create: seconds(35), update: seconds(35), delete: seconds(35) },
  fields: {
    hostedZoneId: fixed<string>()({ doc: 'the hosted zone', refersTo: 'hosted-zone' }),
    name: fixed<string>()({ doc: 'the name, without a dot at its end; the type is A' }),
    target: mutable<string>()({ doc: 'name of the load balancer', refersTo: 'load-balancer' }),
    targetZoneId: mutable<string>()({ doc: 'hosted zone of that name', refersTo: 'load-balancer' }),
    fqdn: observed<string>()({ doc: 'the name, known once the record is everywhere' }),
  },
});
