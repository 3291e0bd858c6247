import * as z from 'zod';
import type { Path } from '../path.ts';

type Schema = z.core.$ZodType;

/** The schemas that a value may meet: unions taken apart, optional ones unwrapped. */
function choices(schema: Schema): Schema[] {
  if (schema instanceof z.ZodOptional) return choices(schema.unwrap());
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(choices);
  return [schema];
}

function inside(schema: Schema, part: string | number): Schema[] {
  return choices(schema).flatMap((choice): Schema[] => {
    if (choice instanceof z.ZodObject) return Object.hasOwn(choice.shape, part) ? [choice.shape[part]] : [];
    if (choice instanceof z.ZodArray) return [choice.element];
    return choice instanceof z.ZodRecord ? [choice.valueType] : [];
  });
}

const at = (root: Schema, path: Path): Schema[] =>
  path.reduce<Schema[]>((schemas, part) => schemas.flatMap((schema) => inside(schema, part)), [root]);

/** What the schema says of the field at a path. */
export const descriptionAt = (root: Schema, path: Path): string | undefined =>
  at(root, path)
    .map((schema) => z.globalRegistry.get(schema)?.description)
    .find((text) => text !== undefined);

/** The names of the fields that may stand in the mapping at a path. */
export function fieldsAt(root: Schema, path: Path): string[] {
  const names = at(root, path)
    .flatMap(choices)
    .flatMap((choice) => (choice instanceof z.ZodObject ? Object.keys(choice.shape) : []));
  return [...new Set(names)];
}

/** Where in the schema fields of a name stand: `spec.network`, `spec.nodeGroups[]`. */
export function homesOf(root: Schema, name: string, from = ''): string[] {
  return choices(root).flatMap((choice): string[] => {
    if (choice instanceof z.ZodArray) return homesOf(choice.element, name, `${from}[]`);
    if (!(choice instanceof z.ZodObject)) return [];
    const here = Object.hasOwn(choice.shape, name) ? [from] : [];
    const below = Object.entries(choice.shape).flatMap(([key, schema]) =>
      homesOf(schema as Schema, name, from === '' ? key : `${from}.${key}`),
    );
    return [...here, ...below];
  });
}
