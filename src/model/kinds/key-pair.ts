import { seconds } from '../../base/duration.ts';
import { fixed, mutable, observed, type Tags } from '../field.ts';
import { kind } from '../kind.ts';

/** The public half of an SSH key. */
export const keyPair = kind({
  concern: 'access',
  label: 'key pair',
  headline: ['name'],
  found: 'tag',
  replace: 'create-first',
  usually: { create: seconds(1), update: seconds(1), delete: seconds(1) },
  fields: {
    name: fixed<string>()({ doc: 'unique in the region' }),
    publicKey: fixed<string>()({ doc: 'OpenSSH form: type and key, without a comment' }),
    tags: mutable<Tags>()({ doc: 'tags' }),
    keyPairId: observed<string>()({ doc: 'id, `key-...`' }),
    keyName: observed<string>()({ doc: 'its name, for what refers to it by name' }),
  },
});
