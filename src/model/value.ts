/** A reference to an observed field of another resource of the graph: known once that resource is there. */
export interface Ref {
  readonly $ref: string;
  readonly field: string;
}

/** A text in which references stand. */
export interface Join {
  readonly $join: readonly (string | Ref)[];
}

/** A field's value before it is settled: literals, and references or joins wherever a text may stand, at any depth. */
export type Value<T> =
  | T
  | (T extends string ? Ref | Join : never)
  | (T extends readonly (infer U)[]
      ? readonly Value<U>[]
      : T extends object
        ? { readonly [F in keyof T]: Value<T[F]> }
        : never);

export const isRef = (value: unknown): value is Ref => typeof value === 'object' && value !== null && '$ref' in value;
export const isJoin = (value: unknown): value is Join =>
  typeof value === 'object' && value !== null && '$join' in value;

/** A template text with references: join`arn:${ref}:suffix`. Literal where no reference stands in it. */
export function join(texts: readonly string[], ...parts: readonly (string | number | Ref | Join)[]): string | Join {
  const out: (string | Ref)[] = [];
  const push = (part: string | number | Ref | Join): void => {
    if (isJoin(part)) part.$join.forEach(push);
    else if (isRef(part)) out.push(part);
    else if (typeof out.at(-1) === 'string') out[out.length - 1] = `${out.at(-1)}${part}`;
    else if (part !== '') out.push(String(part));
  };
  texts.forEach((text, i) => {
    push(text);
    if (i < parts.length) push(parts[i]!);
  });
  return out.every((part) => typeof part === 'string') ? out.join('') : { $join: out };
}

const marker = (n: number): string => `\u0000${n}\u0000`;

/** A document with references inside, as the JSON text that AWS wants (a policy): references keep standing in the text. */
export function jsonText(document: unknown): string | Join {
  const refs: (Ref | Join)[] = [];
  const text = JSON.stringify(document, (_, value) =>
    isRef(value) || isJoin(value) ? marker(refs.push(value) - 1) : value,
  );
  const pieces = text.split(/\\u0000(\d+)\\u0000/);
  const literal = pieces.filter((_, i) => i % 2 === 0);
  return join(literal, ...pieces.filter((_, i) => i % 2 === 1).map((n) => refs[Number(n)]!));
}

/** Every reference in a value, at any depth. */
export function refsIn(value: unknown): Ref[] {
  if (isRef(value)) return [value];
  if (isJoin(value)) return value.$join.filter(isRef);
  if (Array.isArray(value)) return value.flatMap(refsIn);
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(refsIn);
  return [];
}

/** Looks a reference up; undefined where it is not known yet. */
export type Lookup = (ref: Ref) => string | undefined;

/** The value with what is known filled in; references that are not known stay. */
export function resolve(value: unknown, lookup: Lookup): unknown {
  if (isRef(value)) return lookup(value) ?? value;
  if (isJoin(value))
    return join(
      ['', ...value.$join.map(() => '')],
      ...value.$join.map((part) => (isRef(part) ? (lookup(part) ?? part) : part)),
    );
  if (Array.isArray(value)) return value.map((item) => resolve(item, lookup));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item, lookup)]));
  }
  return value;
}

export const isSettled = (value: unknown): boolean => refsIn(value).length === 0;
