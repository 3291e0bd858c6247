import { seconds } from '../../base/duration.ts';
import { fixed, mutable, observed, type Tags } from '../field.ts';
import { kind } from '../kind.ts';

/** An SQS queue: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/welcome.html */
export const queue = kind({
  concern: 'nodes',
  label: 'queue',
  headline: ['name'],
  found: 'name',
  replace: 'create-first',
  usually: { create: seconds(2), update: seconds(2), delete: seconds(2) },
  fields: {
    name: fixed<string>()({ doc: 'unique in the region' }),
    policy: mutable<string>()({ doc: 'who may send to it, a JSON document', compare: 'json' }),
    retentionSeconds: mutable<number>()({ doc: 'how long a message is kept' }),
    tags: mutable<Tags>()({ doc: 'tags' }),
    arn: observed<string>()({ doc: 'ARN' }),
    url: observed<string>()({ doc: 'its URL, which receivers ask' }),
  },
});
