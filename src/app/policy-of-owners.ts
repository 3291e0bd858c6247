import type { KindName } from '../model/kinds/names.ts';
import type { KindPermissions, Permission } from '../ports/permissions.ts';

/** Actions that set tags, and what a writer looks at around it. */
const setting =
  /:(Get|Describe|List|CreateTags$|Tag[A-Z]|AddTags$|CreateOrUpdateTags$|PutBucketTagging$|ChangeTagsForResource$)/;
/** Actions that take tags away. */
const removing = /:(Get|Describe|List|DeleteTags$|Untag[A-Z]|RemoveTags$|PutBucketTagging$|ChangeTagsForResource$)/;

/** What is exported carries no tag of an owner yet: its own says for whom it may be tagged. */
const onExported = (permission: Permission): Permission =>
  permission.condition === 'our-tag-on-resource'
    ? { ...permission, condition: 'exported-tag-on-resource' }
    : permission;

const only = (permissions: readonly Permission[], actions: RegExp): Permission[] =>
  permissions.filter(({ action }) => actions.test(action));

/** Tags of what was exported for the cluster, and notes on its security group of the seats. */
export const toAdopt = ({ update, create, own = [] }: KindPermissions): Permission[] => [
  ...only([...update, ...own], setting).map(onExported),
  ...notes(create).map(onExported),
];

export const toDisown = ({ update, own = [] }: KindPermissions): Permission[] => only([...update, ...own], removing);

/** Notes are tags of a security group, set by kinds that make no security group. */
const notes = (create: readonly Permission[]): Permission[] =>
  create.filter(
    ({ action, resource, condition }) =>
      action === 'ec2:CreateTags' && resource.endsWith(':security-group/*') && condition === 'our-tag-on-resource',
  );

const filled: ReadonlySet<KindName> = new Set(['cluster-keys', 'bucket-object']);

/** Keys and documents, in a cluster of ours or in one that was exported. */
export const toFill = (kind: KindName, { create, update, own = [] }: KindPermissions): Permission[] => {
  const looking = only(own, /:(Get|Describe|List)/);
  if (!filled.has(kind)) return looking;
  const making = kind === 'cluster-keys' ? [...create, ...update] : create;
  return [...looking, ...making, ...making.map(onExported)];
};
