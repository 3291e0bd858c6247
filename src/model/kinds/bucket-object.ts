import { seconds } from '../../base/duration.ts';
import { fixed, mutable, observed } from '../field.ts';
import { kind } from '../kind.ts';

/** A document in a bucket of ours. Nothing secret: keys are made by `cluster-keys`. */
export const bucketObject = kind({
  concern: 'control plane',
  label: 'document',
  headline: ['key'],
  lacking: 'documents may follow from keys, which stand in no template',
  found: 'parent',
  goesWith: 'bucket',
  replace: 'create-first',
  usually: { create: seconds(1), update: seconds(1), delete: seconds(1) },
  fields: {
    bucket: fixed<string>()({ doc: 'the bucket', refersTo: 'bucket' }),
    key: fixed<string>()({ doc: 'its key' }),
    contentType: mutable<string>()({ doc: 'MIME type' }),
    // What stands in a document is of no use to it: nothing must wait for it to go.
    content: mutable<string>()({ doc: 'text', compare: 'json' }),
    location: observed<string>()({ doc: 'bucket and key, `BUCKET/KEY`' }),
  },
});
