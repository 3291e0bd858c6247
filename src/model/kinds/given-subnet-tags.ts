import { seconds } from '../../base/duration.ts';
import { fixed, mutable, observed, type Tags } from '../field.ts';
import { kind } from '../kind.ts';

/** The tags that load balancers look for, added to a subnet that is not ours because the spec says so; removed on destroy. */
export const givenSubnetTags = kind({
  concern: 'network',
  label: 'tags of a given subnet',
  headline: ['subnetId'],
  lacking: 'CloudFormation sets no tags on what it did not make',
  found: 'tag',
  replace: 'delete-first',
  usually: { create: seconds(1), update: seconds(1), delete: seconds(1) },
  fields: {
    subnetId: fixed<string>()({ doc: 'id of the given subnet' }),
    tags: mutable<Tags>()({ doc: 'the tags that are added; all others of the subnet stay as they are' }),
    tagged: observed<boolean>()({ doc: 'whether our mark is on it' }),
  },
});
