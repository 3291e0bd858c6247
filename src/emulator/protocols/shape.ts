import { NormalizedSchema } from '@smithy/core/schema';

/** A shape of the SDK's runtime schemas: https://smithy.io/2.0/spec/model.html#shapes. */
export type Shape = NormalizedSchema;

export type ShapeKind = 'structure' | 'list' | 'map' | 'blob' | 'timestamp' | 'boolean' | 'number' | 'string' | 'unit';

/** One operation of a service as its protocol needs it. */
export interface Operation {
  readonly name: string;
  readonly input: Shape;
  readonly output: Shape;
  /** The route of REST services. */
  readonly http?: { readonly method: string; readonly uri: string; readonly status: number } | undefined;
}

const isOperation = (value: unknown): value is readonly unknown[] => Array.isArray(value) && value[0] === 9;

/**
 * The operation schemas that an SDK client exports (`CreateVpc$`), by operation name (`CreateVpc`): what a service gives as
 * its `schemas`.
 */
export function operationSchemas(client: object): Readonly<Record<string, unknown>> {
  const found = Object.values(client).filter(isOperation);
  return Object.fromEntries(found.map((schema) => [String(schema[2]), schema]));
}

/** Reads one operation schema: `[9, namespace, name, traits, input, output]`. */
export function operationOf(schema: unknown): Operation {
  if (!isOperation(schema)) throw new Error(`not an operation schema of the SDK: ${JSON.stringify(schema)}`);
  const traits = schema[3] as { http?: [string, string, number] } | number;
  const http = typeof traits === 'object' ? traits.http : undefined;
  return {
    name: String(schema[2]),
    input: NormalizedSchema.of(schema[4] as Parameters<typeof NormalizedSchema.of>[0]),
    output: NormalizedSchema.of(schema[5] as Parameters<typeof NormalizedSchema.of>[0]),
    ...(http && { http: { method: http[0], uri: http[1], status: http[2] } }),
  };
}

const kinds = new WeakMap<Shape, ShapeKind>();

/** Which kind of shape this is; documents and big numbers do not occur in the services here. */
export function kindOf(shape: Shape): ShapeKind {
  const known = kinds.get(shape);
  if (known) return known;
  const kind = findKind(shape);
  kinds.set(shape, kind);
  return kind;
}

function findKind(shape: Shape): ShapeKind {
  if (shape.isUnitSchema()) return 'unit';
  if (shape.isStructSchema()) return 'structure';
  if (shape.isListSchema()) return 'list';
  if (shape.isMapSchema()) return 'map';
  if (shape.isBlobSchema()) return 'blob';
  if (shape.isTimestampSchema()) return 'timestamp';
  if (shape.isBooleanSchema()) return 'boolean';
  if (shape.isNumericSchema()) return 'number';
  if (shape.isStringSchema()) return 'string';
  throw new Error(`shape ${shape.getName(true)} is of a kind that this AWS does not speak`);
}

const memberLists = new WeakMap<object, readonly (readonly [string, Shape])[]>();

/** The members of a structure with their names, in the model's order. */
export function membersOf(shape: Shape): readonly (readonly [string, Shape])[] {
  if (!shape.isStructSchema()) return [];
  const key = shape.getSchema() as object;
  const known = memberLists.get(key);
  if (known) return known;
  const members = [...shape.structIterator()];
  memberLists.set(key, members);
  return members;
}

/** The names of the members that must be given: the SDK lists those first and says how many. */
export function requiredOf(shape: Shape): readonly string[] {
  if (!shape.isStructSchema()) return [];
  const schema = shape.getSchema() as unknown as readonly unknown[];
  const names = schema[4] as readonly string[];
  const count = typeof schema[6] === 'number' ? schema[6] : 0;
  return names.slice(0, count);
}
