import { seconds } from '../../base/duration.ts';
import { fixed, mutable, observed, type Tags } from '../field.ts';
import { kind } from '../kind.ts';

/** An IAM role: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html */
export const role = kind({
  concern: 'access',
  label: 'IAM role',
  headline: ['name'],
  found: 'path',
  replace: 'create-first',
  usually: { create: seconds(2), update: seconds(1), delete: seconds(2) },
  fields: {
    name: fixed<string>()({ doc: 'unique in the account, 64 characters at most' }),
    path: fixed<string>()({ doc: 'the path of the cluster, by which it is found' }),
    description: mutable<string>()({ doc: 'what it is for' }),
    trustPolicy: mutable<string>()({
      doc: 'who may assume it, a JSON document',
      compare: 'json',
      refersTo: ['oidc-provider', 'bucket'],
    }),
    policyArns: mutable<readonly string[]>()({ doc: 'attached policies, ARNs', compare: 'set', refersTo: 'policy' }),
    permissionsBoundary: mutable<string | null>()({ doc: 'ARN of the policy that bounds it, or null' }),
    tags: mutable<Tags>()({ doc: 'tags' }),
    arn: observed<string>()({ doc: 'ARN' }),
    roleName: observed<string>()({ doc: 'its name, for what refers to it by name' }),
  },
});
