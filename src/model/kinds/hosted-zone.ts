import { seconds } from '../../base/duration.ts';
import { fixed, mutable, observed, type Tags } from '../field.ts';
import { kind } from '../kind.ts';

/** A private DNS zone of the VPC: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zones-private.html */
export const hostedZone = kind({
  concern: 'network',
  label: 'private hosted zone',
  headline: ['name'],
  removing: 'its names no longer resolve in the VPC',
  found: 'name',
  replace: 'delete-first',
  usually: { create: seconds(3), update: seconds(1), delete: seconds(2) },
  fields: {
    name: fixed<string>()({ doc: 'name of the zone, without a dot at its end' }),
    vpcId: fixed<string>()({ doc: 'the VPC that resolves it', refersTo: 'vpc' }),
    comment: fixed<string>()({ doc: 'the cluster: by it the zone is found' }),
    tags: mutable<Tags>()({ doc: 'tags' }),
    hostedZoneId: observed<string>()({ doc: 'id, `Z...`' }),
  },
});
