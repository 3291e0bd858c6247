import { shortHash } from '../../base/hash.ts';
import type { Resource } from '../../model/graph.ts';

/** The part of an id after its kind, or the kind where there is one only. */
const tailOf = ({ id }: Resource): string => id.slice(id.indexOf('/') + 1);

/**
 * A name for each resource, by id: what `write` makes of the end of its id. Two of one kind that would get the same name get a hash of
 * their ids, so that a name never depends on the order of the graph.
 */
export function namesOf(resources: readonly Resource[], write: (tail: string) => string): ReadonlyMap<string, string> {
  const plain = resources.map((resource) => ({ resource, name: write(tailOf(resource)) }));
  const taken = Map.groupBy(plain, ({ resource, name }) => `${resource.kind} ${name}`);
  return new Map(
    plain.map(({ resource, name }) => [
      resource.id,
      taken.get(`${resource.kind} ${name}`)!.length === 1 ? name : `${name}_${shortHash(resource.id, 6)}`,
    ]),
  );
}
