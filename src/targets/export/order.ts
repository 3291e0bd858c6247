import type { Resource } from '../../model/graph.ts';
import type { KindTable } from '../../model/kind.ts';
import { kinds } from '../../model/kinds/index.ts';

/** Ids that a resource must come after though no field of it refers to them, among those that are written. */
export function furtherNeeds(resource: Resource, among: readonly Resource[]): readonly string[] {
  const table: KindTable = kinds[resource.kind];
  const ids = new Set(among.map(({ id }) => id));
  const after = among.filter(({ kind }) => table.after?.includes(kind) === true).map(({ id }) => id);
  return [...new Set([...resource.needs, ...after])].filter((id) => ids.has(id)).sort();
}
