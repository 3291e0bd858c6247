import { AwsError } from '../call.ts';
import { kindOf, type Shape } from './shape.ts';

/** Where a timestamp is written; each place has a format of its own unless the model names one. */
export type TimestampPlace = 'body-json' | 'body-xml' | 'header' | 'query';

const placeFormats = { 'body-json': 7, 'body-xml': 5, header: 6, query: 5 } as const;

/** Writes a moment: date-time (5), http-date (6) or seconds since 1970 (7), as https://smithy.io/2.0/spec/protocol-traits.html says. */
export function timestampText(shape: Shape, value: unknown, place: TimestampPlace): string | number {
  const date = asDate(value);
  const declared = shape.getSchema() as unknown as number;
  const format = declared >= 5 && declared <= 7 ? declared : placeFormats[place];
  if (format === 7) return date.getTime() / 1000;
  if (format === 6) return date.toUTCString();
  return date.toISOString().replace('.000Z', 'Z');
}

/** Handlers give Dates, as the SDK's types say; milliseconds or ISO text do too. */
function asDate(value: unknown): Date {
  if (value instanceof Date) return value;
  if (typeof value === 'number' || typeof value === 'string') return new Date(value);
  throw new Error(`not a moment: ${JSON.stringify(value)}`);
}

/** The text of a string, number or boolean as the query and XML protocols write it. */
export function scalarText(shape: Shape, value: unknown, place: TimestampPlace): string {
  const kind = kindOf(shape);
  if (kind === 'timestamp') return String(timestampText(shape, value, place));
  if (kind === 'blob') return Buffer.from(value as Uint8Array | string).toString('base64');
  return String(value);
}

/** A value of the wrong type, told apart by where it stands. */
export class WrongType extends AwsError {
  readonly path: string;
  readonly given: string;
  readonly expected: string;

  constructor(path: string, given: string, expected: string) {
    super('SerializationException', `${path}: ${JSON.stringify(given)} is not a ${expected}`, 400);
    this.path = path;
    this.given = given;
    this.expected = expected;
  }
}

/** Reads a text as a scalar of that shape. Throws {@link WrongType}. */
export function scalarFromText(shape: Shape, text: string, path: string): unknown {
  switch (kindOf(shape)) {
    case 'boolean':
      return booleanFromText(text, path);
    case 'number': {
      const value = Number(text);
      if (text.trim() === '' || Number.isNaN(value)) throw new WrongType(path, text, 'number');
      return value;
    }
    case 'timestamp':
      return dateFromText(text, path);
    case 'blob':
      return new Uint8Array(Buffer.from(text, 'base64'));
    default:
      return text;
  }
}

function booleanFromText(text: string, path: string): boolean {
  if (/^(true|1)$/i.test(text)) return true;
  if (/^(false|0)$/i.test(text)) return false;
  throw new WrongType(path, text, 'boolean');
}

function dateFromText(text: string, path: string): Date {
  const date = /^\d+(\.\d+)?$/.test(text) ? new Date(Number(text) * 1000) : new Date(text);
  if (Number.isNaN(date.getTime())) throw new WrongType(path, text, 'timestamp');
  return date;
}
