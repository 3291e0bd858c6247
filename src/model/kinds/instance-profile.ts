import { seconds } from '../../base/duration.ts';
import { fixed, mutable, observed } from '../field.ts';
import { kind } from '../kind.ts';

/** What gives instances their role. */
export const instanceProfile = kind({
  concern: 'access',
  label: 'instance profile',
  headline: ['name'],
  found: 'path',
  replace: 'create-first',
  usually: { create: seconds(2), update: seconds(1), delete: seconds(1) },
  fields: {
    name: fixed<string>()({ doc: 'unique in the account' }),
    path: fixed<string>()({ doc: 'the path of the cluster, by which it is found' }),
    roleName: mutable<string>()({ doc: 'the role', refersTo: 'role' }),
    arn: observed<string>()({ doc: 'ARN' }),
  },
});
