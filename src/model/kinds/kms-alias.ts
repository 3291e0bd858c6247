import { seconds } from '../../base/duration.ts';
import { fixed, mutable, observed } from '../field.ts';
import { kind } from '../kind.ts';

/** A name for a KMS key, `alias/quilla/REGION/CLUSTER/...`. */
export const kmsAlias = kind({
  concern: 'security',
  label: 'KMS alias',
  headline: ['name'],
  found: 'name',
  replace: 'delete-first',
  usually: { create: seconds(1), update: seconds(1), delete: seconds(1) },
  fields: {
    name: fixed<string>()({ doc: 'name, beginning with `alias/`' }),
    keyId: mutable<string>()({ doc: 'the key', refersTo: 'kms-key' }),
    arn: observed<string>()({ doc: 'ARN' }),
  },
});
