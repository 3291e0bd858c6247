import { seconds } from '../../base/duration.ts';
import { fixed, mutable, observed } from '../field.ts';
import { kind } from '../kind.ts';

/** Holds an instance back while something is done about it: https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks.html */
export const lifecycleHook = kind({
  concern: 'nodes',
  label: 'lifecycle hook',
  headline: ['transition', 'heartbeatSeconds'],
  found: 'parent',
  goesWith: 'groupName',
  replace: 'delete-first',
  usually: { create: seconds(1), update: seconds(1), delete: seconds(1) },
  fields: {
    groupName: fixed<string>()({ doc: 'the auto scaling group', refersTo: 'auto-scaling-group' }),
    name: fixed<string>()({ doc: 'unique in the group' }),
    transition: fixed<'autoscaling:EC2_INSTANCE_LAUNCHING' | 'autoscaling:EC2_INSTANCE_TERMINATING'>()({ doc: 'when' }),
    heartbeatSeconds: mutable<number>()({ doc: 'how long it holds without an answer' }),
    defaultResult: mutable<'CONTINUE' | 'ABANDON'>()({ doc: 'what happens then' }),
    hookName: observed<string>()({ doc: 'its name' }),
  },
});
