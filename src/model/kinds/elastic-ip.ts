import { seconds } from '../../base/duration.ts';
import { mutable, observed, type Tags } from '../field.ts';
import { kind } from '../kind.ts';

/** A public IPv4 address that stays: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/elastic-ip-addresses-eip.html */
export const elasticIp = kind({
  concern: 'network',
  label: 'elastic IP address',
  found: 'tag',
  replace: 'create-first',
  usually: { create: seconds(1), update: seconds(1), delete: seconds(1) },
  fields: {
    tags: mutable<Tags>()({ doc: 'tags' }),
    allocationId: observed<string>()({ doc: 'id, `eipalloc-...`' }),
    publicIp: observed<string>()({ doc: 'the address' }),
  },
});
