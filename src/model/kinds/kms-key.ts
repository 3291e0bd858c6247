import { seconds } from '../../base/duration.ts';
import { mutable, observed, type Tags } from '../field.ts';
import { kind } from '../kind.ts';

/** A KMS key: https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html */
export const kmsKey = kind({
  concern: 'security',
  label: 'KMS key',
  headline: ['description'],
  found: 'tag',
  replace: 'create-first',
  usually: { create: seconds(2), update: seconds(1), delete: seconds(1) },
  fields: {
    description: mutable<string>()({ doc: 'what it is for' }),
    keyPolicy: mutable<string>()({ doc: 'who may use it, a JSON document', compare: 'json', refersTo: 'role' }),
    rotation: mutable<boolean>()({ doc: 'whether AWS renews the key material every year' }),
    tags: mutable<Tags>()({ doc: 'tags' }),
    keyId: observed<string>()({ doc: 'id' }),
    arn: observed<string>()({ doc: 'ARN' }),
  },
});
