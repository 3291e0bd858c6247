import { seconds } from '../../base/duration.ts';
import { fixed, mutable, observed, type Tags } from '../field.ts';
import { kind } from '../kind.ts';

/** Lets service accounts of the cluster assume IAM roles: https://docs.aws.amazon.com/eks/latest/userguide/enable-iam-roles-for-service-accounts.html */
export const oidcProvider = kind({
  concern: 'access',
  label: 'OIDC provider',
  found: 'parent',
  replace: 'delete-first',
  usually: { create: seconds(1), update: seconds(1), delete: seconds(1) },
  fields: {
    url: fixed<string>()({ doc: 'issuer of the cluster', refersTo: ['cluster', 'bucket'] }),
    audiences: mutable<readonly string[]>()({ doc: 'client ids', compare: 'set' }),
    tags: mutable<Tags>()({ doc: 'tags' }),
    arn: observed<string>()({ doc: 'ARN' }),
  },
});
