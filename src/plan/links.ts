import type { Field } from '../model/field.ts';
import type { ResourceGraph } from '../model/graph.ts';
import type { KindTable } from '../model/kind.ts';
import { kinds } from '../model/kinds/index.ts';
import type { KindName } from '../model/kinds/names.ts';
import type { Found } from '../model/snapshot.ts';
import { refsIn } from '../model/value.ts';

export const tableOf = (kind: KindName): KindTable => kinds[kind];

/** One row of a kind's table; undefined where it has no such field. */
export const fieldOf = (kind: KindName, name: string): Field | undefined => tableOf(kind).fields[name];

/** Ids that a resource of the graph comes after: what it refers to, what it says it needs, and what its kind comes after. */
export function needsOf(graph: ResourceGraph): ReadonlyMap<string, readonly string[]> {
  const idsOfKind = Map.groupBy(graph.resources, (resource) => resource.kind);
  return new Map(
    graph.resources.map((resource) => {
      const after = (tableOf(resource.kind).after ?? []).flatMap((kind) =>
        (idsOfKind.get(kind) ?? []).map(({ id }) => id),
      );
      return [
        resource.id,
        [...new Set([...refsIn(resource.desired).map((ref) => ref.$ref), ...resource.needs, ...after])],
      ];
    }),
  );
}

function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(texts);
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(texts);
  return [];
}

/** A unique key of an object of the world: its id may be shared while one replaces the other. */
export const keyOf = (found: Found): string => `${found.id}#${found.name}`;

/**
 * Which objects of the world stand on which: key to the keys of the objects that it refers to. An edge is there where a field's text
 * holds an observed text of an object of a kind that the field refers to, and does not only mention it.
 */
export function standsOn(found: readonly Found[]): ReadonlyMap<string, readonly string[]> {
  const holders = new Map<string, { kind: KindName; key: string }[]>();
  for (const object of found) {
    for (const text of new Set(texts(fixedObservations(object)))) {
      holders.set(text, [...(holders.get(text) ?? []), { kind: object.kind, key: keyOf(object) }]);
    }
  }
  return new Map(found.map((object) => [keyOf(object), [...edgesOf(object, holders)]]));
}

/** What AWS tells of an object and does not change by itself: a version number says nothing about whose it is. */
const fixedObservations = ({ kind, observed }: Found): unknown[] =>
  Object.entries(observed)
    .filter(([name]) => fieldOf(kind, name)?.moves !== true)
    .map(([, value]) => value);

/** A text and the ids and addresses inside it: a subnet in the JSON of an add-on, an address in a range. Short pieces tell nothing apart. */
const withParts = (text: string): readonly string[] => [
  ...new Set([
    text,
    ...text
      .split(/[^\w.:-]+/)
      .filter((part) => part !== text && part.length >= 7 && /\d/.test(part) && /[-.]/.test(part)),
  ]),
];

function edgesOf(object: Found, holders: ReadonlyMap<string, readonly { kind: KindName; key: string }[]>): Set<string> {
  const edges = new Set<string>();
  const settled = object.settled as Readonly<Record<string, unknown>>;
  for (const [name, field] of Object.entries<Field>(tableOf(object.kind).fields)) {
    if (field.refersTo === undefined || field.mentions === true) continue;
    const targets: readonly KindName[] = typeof field.refersTo === 'string' ? [field.refersTo] : field.refersTo;
    for (const text of texts(settled[name]).flatMap(withParts)) {
      for (const holder of holders.get(text) ?? []) {
        if (targets.includes(holder.kind) && holder.key !== keyOf(object)) edges.add(holder.key);
      }
    }
  }
  return edges;
}
