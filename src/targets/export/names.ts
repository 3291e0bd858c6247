import { shortHash } from '../../base/hash.ts';
import type { Resource } from '../../model/graph.ts';

export interface Naming {
  /** The name that an id would get alone; several ids may have one in common. */
  readonly write: (resource: Resource) => string;
  /** The one id that such a name is for. A guess that is wrong costs a hash and nothing else. */
  readonly usual: (name: string, resource: Resource) => string;
  /** What stands before the hash. */
  readonly separator: string;
}

/**
 * A name for each resource, by id. An id that its name is for has it as it is, every other one gets a hash. So a name follows from its id
 * alone: another resource never changes it, though it come with an id that is written alike. To the program that reads the name, another one
 * would be another resource, and the one that stands would be removed.
 */
export const namesOf = (
  resources: readonly Resource[],
  { write, usual, separator }: Naming,
): ReadonlyMap<string, string> =>
  new Map(
    resources.map((resource) => {
      const name = write(resource);
      return [
        resource.id,
        usual(name, resource) === resource.id ? name : `${name}${separator}${shortHash(resource.id, 6)}`,
      ];
    }),
  );
