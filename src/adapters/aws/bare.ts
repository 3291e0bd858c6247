import type { Tags } from '../../model/field.ts';
import type { KindName } from '../../model/kinds/names.ts';
import { clusterTag, exportedTag, ownTagPrefix } from '../../model/tags.ts';
import type { Scope } from '../../ports/aws.ts';
import type { Permission } from '../../ports/permissions.ts';
import { idOf } from './found.ts';

/**
 * The id of one that CloudFormation made without a tag: the graph says which one has this sign. What bears any tag of Quilla's is not
 * looked up so, whosever it is.
 */
export function bareId(
  kind: KindName,
  sign: string,
  { tags, scope }: { tags: Tags; scope: Scope },
): string | undefined {
  const isBare = !Object.keys(tags).some((key) => key.startsWith(ownTagPrefix));
  return isBare ? scope.exported?.signs[kind]?.[sign] : undefined;
}

/** The id that the tags say, else the one of its sign. */
export const idOrBareId = (kind: KindName, sign: string, of: { tags: Tags; scope: Scope }): string | undefined =>
  idOf(of.tags, of.scope) ?? bareId(kind, sign, of);

/** Lets what nobody owns yet be tagged as this cluster's: no tag says of it for whom it was exported. */
export const ofNobody = {
  StringEquals: { [`aws:RequestTag/${clusterTag}`]: '${cluster}' },
  Null: { [`aws:ResourceTag/${clusterTag}`]: 'true', [`aws:ResourceTag/${exportedTag}`]: 'true' },
} as const satisfies Permission['condition'];
