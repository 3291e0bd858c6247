import { seconds } from '../../base/duration.ts';
import { fixed, mutable, observed, type Tags } from '../field.ts';
import { kind } from '../kind.ts';

/** A customer managed IAM policy. */
export const policy = kind({
  concern: 'access',
  label: 'IAM policy',
  headline: ['name'],
  found: 'path',
  replace: 'create-first',
  usually: { create: seconds(1), update: seconds(1), delete: seconds(1) },
  fields: {
    name: fixed<string>()({ doc: 'unique in the account' }),
    path: fixed<string>()({ doc: 'the path of the cluster, by which it is found' }),
    description: fixed<string>()({ doc: 'what it allows' }),
    document: mutable<string>()({
      doc: 'what it allows, a JSON document',
      compare: 'json',
      refersTo: ['vpc', 'kms-key', 'bucket', 'queue', 'volume', 'network-interface'],
    }),
    tags: mutable<Tags>()({ doc: 'tags' }),
    arn: observed<string>()({ doc: 'ARN' }),
  },
});
