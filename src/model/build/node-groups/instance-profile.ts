import { type Resource, refTo } from '../../graph.ts';
import { type BuildContext, resource, type Text } from '../context.ts';
import { iamName, pathOf } from '../iam.ts';

export interface ProfileInit {
  /** The last part of its id. */
  readonly what: string;
  /** What its name says after the cluster's; left out: `what`. */
  readonly named?: string;
  readonly from: string;
  /** The role: ours, or the name (with path or as an ARN) of one's own. */
  readonly role: Resource<'role'> | string;
}

/** What gives instances their role. */
export function instanceProfile(
  context: BuildContext,
  { what, named = what, from, role }: ProfileInit,
): Resource<'instance-profile'> {
  const id = `instance-profile/${what}`;
  const roleName: Text = typeof role === 'string' ? role.slice(role.lastIndexOf('/') + 1) : refTo(role, 'roleName');
  return resource('instance-profile', {
    id,
    from,
    desired: { name: iamName(context, named), path: pathOf(context, id), roleName },
  });
}
