import { scalarFromText, timestampText, WrongType } from './scalar.ts';
import { kindOf, membersOf, type Shape } from './shape.ts';

/** Reads parsed JSON by a shape; members that the model does not know are left out, as AWS does. Throws {@link WrongType}. */
export function readJson(shape: Shape, value: unknown, path = ''): unknown {
  switch (kindOf(shape)) {
    case 'structure':
      return readStructure(shape, value, path);
    case 'list':
      if (!Array.isArray(value)) throw wrong(path, value, 'list');
      return value.map((item, index) => readJson(shape.getValueSchema(), item, `${path}[${index}]`));
    case 'map':
      return readMap(shape, value, path);
    default:
      return readScalar(shape, value, path);
  }
}

const wrong = (path: string, value: unknown, expected: string): WrongType =>
  new WrongType(path || 'body', JSON.stringify(value) ?? 'null', expected);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function readStructure(shape: Shape, value: unknown, path: string): Record<string, unknown> {
  if (!isRecord(value)) throw wrong(path, value, 'structure');
  const read: Record<string, unknown> = {};
  for (const [name, member] of membersOf(shape)) {
    const key = jsonName(name, member);
    const given = value[key];
    if (given !== undefined && given !== null) read[name] = readJson(member, given, path ? `${path}.${key}` : key);
  }
  return read;
}

const jsonName = (name: string, member: Shape): string => {
  const traits = member.getMergedTraits() as { jsonName?: string };
  return traits.jsonName ?? name;
};

function readMap(shape: Shape, value: unknown, path: string): Record<string, unknown> {
  if (!isRecord(value)) throw wrong(path, value, 'map');
  const entries = Object.entries(value).filter(([, given]) => given !== null);
  return Object.fromEntries(
    entries.map(([key, given]) => [key, readJson(shape.getValueSchema(), given, `${path}.${key}`)]),
  );
}

function readScalar(shape: Shape, value: unknown, path: string): unknown {
  const kind = kindOf(shape);
  if (kind === 'timestamp') {
    if (typeof value === 'number') return new Date(value * 1000);
    if (typeof value === 'string') return scalarFromText(shape, value, path);
    throw wrong(path, value, 'timestamp');
  }
  if (kind === 'blob') {
    if (typeof value !== 'string') throw wrong(path, value, 'string');
    return new Uint8Array(Buffer.from(value, 'base64'));
  }
  if (typeof value !== kind) throw wrong(path, value, kind);
  return value;
}

/** Makes the JSON value of an answer. */
export function writeJson(shape: Shape, value: unknown): unknown {
  switch (kindOf(shape)) {
    case 'unit':
      return {};
    case 'structure':
      return writeStructure(shape, value as Readonly<Record<string, unknown>>);
    case 'list':
      return (value as readonly unknown[]).map((item) => writeJson(shape.getValueSchema(), item));
    case 'map': {
      const entries = Object.entries(value as Readonly<Record<string, unknown>>).filter(
        ([, item]) => item !== undefined,
      );
      return Object.fromEntries(entries.map(([key, item]) => [key, writeJson(shape.getValueSchema(), item)]));
    }
    case 'timestamp':
      return timestampText(shape, value, 'body-json');
    case 'blob':
      return Buffer.from(value as Uint8Array | string).toString('base64');
    default:
      return value;
  }
}

/** Only what the model knows is written: a record of the state may be given as it is. */
export function writeStructure(shape: Shape, value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const written: Record<string, unknown> = {};
  for (const [name, member] of membersOf(shape)) {
    const given = value[name];
    if (given !== undefined && given !== null) written[jsonName(name, member)] = writeJson(member, given);
  }
  return written;
}
