import type { Diagnostic } from '../../base/diagnostic.ts';
import { report } from '../codes.ts';
import type { BuildContext } from './context.ts';

/** Whether the one who makes the cluster gets rights of his own: the spec wants it and does not name him. Null where nobody does. */
export function creatorOf({ spec, facts }: BuildContext): string | null {
  if (!spec.access.creatorAdmin) return null;
  return spec.access.principals.some(({ arn }) => arn === facts.creatorArn) ? null : facts.creatorArn;
}

/** What to say where the spec wants rights for somebody who cannot have them. */
export function creatorFindings({ spec, facts }: BuildContext): readonly Diagnostic[] {
  if (!spec.access.creatorAdmin || facts.creatorArn !== null) return [];
  return [
    report('graph.creator-unknown', {
      detail: 'whoever runs this is neither an IAM user nor a role',
      fix: 'Name a user or role in access.principals.',
      at: { path: 'spec.access.creatorAdmin' },
    }),
  ];
}
