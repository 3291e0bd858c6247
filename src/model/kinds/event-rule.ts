import { seconds } from '../../base/duration.ts';
import { fixed, mutable, observed, type Tags } from '../field.ts';
import { kind } from '../kind.ts';

/** An EventBridge rule that sends what it matches to a queue: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rules.html */
export const eventRule = kind({
  concern: 'nodes',
  label: 'event rule',
  headline: ['name'],
  found: 'name',
  replace: 'create-first',
  usually: { create: seconds(2), update: seconds(2), delete: seconds(2) },
  fields: {
    name: fixed<string>()({ doc: 'unique in the region' }),
    pattern: mutable<string>()({ doc: 'which events, a JSON document', compare: 'json' }),
    queueArn: mutable<string>()({ doc: 'where they go', refersTo: 'queue' }),
    tags: mutable<Tags>()({ doc: 'tags' }),
    arn: observed<string>()({ doc: 'ARN' }),
  },
});
