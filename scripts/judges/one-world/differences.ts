import { canonicalJson, type Json } from '../../../src/base/canonical-json.ts';
import type { NamedObject } from './named-inventory.ts';

/** One attribute in which two worlds differ. */
export interface Difference {
  readonly type: string;
  readonly name: string;
  /** Path of the member: `tags.Name`; empty where the object itself is in one world only. */
  readonly member: string;
  /** Undefined where that world has no such member or object. */
  readonly left: Json | undefined;
  readonly right: Json | undefined;
}

const isMap = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Paths of leaves that differ. Lists are compared as a whole where their lengths differ. */
function leaves(
  left: Json | undefined,
  right: Json | undefined,
  path: string,
): [string, Json | undefined, Json | undefined][] {
  const inner = (key: string): string => (path === '' ? key : `${path}.${key}`);
  if (isMap(left) && isMap(right)) {
    const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])].sort();
    return keys.flatMap((key) => leaves(left[key], right[key], inner(key)));
  }
  if (Array.isArray(left) && Array.isArray(right) && left.length === right.length) {
    return left.flatMap((item, i) => leaves(item, right[i], inner(String(i))));
  }
  if (left === undefined || right === undefined) return left === right ? [] : [[path, left, right]];
  return canonicalJson(left) === canonicalJson(right) ? [] : [[path, left, right]];
}

const inOrder = (objects: readonly NamedObject[]): NamedObject[] =>
  objects
    .map((object) => ({ object, text: canonicalJson(object.members) }))
    .sort((a, b) => (a.text < b.text ? -1 : 1))
    .map(({ object }) => object);

/** Objects of one name: those that are alike in both are paired first, the rest in the order of their texts. */
function pairs(
  left: readonly NamedObject[],
  right: readonly NamedObject[],
): [NamedObject | undefined, NamedObject | undefined][] {
  const rest = [...right];
  const unlike = left.filter(({ members }) => {
    const text = canonicalJson(members);
    const i = rest.findIndex((other) => canonicalJson(other.members) === text);
    if (i >= 0) rest.splice(i, 1);
    return i < 0;
  });
  const [a, b] = [inOrder(unlike), inOrder(rest)];
  return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => [a[i], b[i]]);
}

/** Every attribute in which two worlds differ. */
export function differencesOf(left: readonly NamedObject[], right: readonly NamedObject[]): Difference[] {
  const keyOf = ({ type, name }: NamedObject): string => `${type} ${name}`;
  const [ours, theirs] = [Map.groupBy(left, keyOf), Map.groupBy(right, keyOf)];
  const keys = [...new Set([...ours.keys(), ...theirs.keys()])].sort();
  return keys.flatMap((key) =>
    pairs(ours.get(key) ?? [], theirs.get(key) ?? []).flatMap(([a, b]): Difference[] => {
      const { type, name } = (a ?? b)!;
      return leaves(a?.members, b?.members, '').map(([member, inLeft, inRight]) => ({
        ...{ type, name, member },
        left: inLeft,
        right: inRight,
      }));
    }),
  );
}
