import { shortHash } from '../../base/hash.ts';
import type { Resource } from '../../model/graph.ts';

/** The part of an id after its kind, or the kind where there is one only. */
const tailOf = ({ id }: Resource): string => id.slice(id.indexOf('/') + 1);

export interface Naming {
  /** Among which resources a name must be one of its kind; all of the same kind unless told otherwise. */
  readonly scopeOf?: (resource: Resource) => string;
  /** What stands before the hash. */
  readonly separator?: string;
}

/**
 * A name for each resource, by id: what `write` makes of the end of its id. Two of one kind that would get the same name get a hash of
 * their ids, so that a name never depends on the order of the graph.
 */
export function namesOf(
  resources: readonly Resource[],
  write: (tail: string, resource: Resource) => string,
  { scopeOf = ({ kind }) => kind, separator = '_' }: Naming = {},
): ReadonlyMap<string, string> {
  const plain = resources.map((resource) => ({ resource, name: write(tailOf(resource), resource) }));
  const keyOf = ({ resource, name }: (typeof plain)[number]): string => `${scopeOf(resource)} ${name}`;
  const taken = Map.groupBy(plain, keyOf);
  return new Map(
    plain.map((one) => [
      one.resource.id,
      taken.get(keyOf(one))!.length === 1 ? one.name : `${one.name}${separator}${shortHash(one.resource.id, 6)}`,
    ]),
  );
}
