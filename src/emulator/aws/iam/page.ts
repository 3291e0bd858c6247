import { validationError } from './errors.ts';

export interface PageRequest {
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly IsTruncated: boolean;
  readonly Marker?: string;
}

/** One page of items that are named and sorted by name; the marker holds the last name of the page before. */
export function pageOf<T>(
  items: readonly T[],
  nameOf: (item: T) => string,
  { Marker, MaxItems }: PageRequest,
): Page<T> {
  const size = MaxItems ?? 100;
  if (size < 1 || size > 1000) {
    const rule = size < 1 ? 'greater than or equal to 1' : 'less than or equal to 1000';
    throw validationError(
      `1 validation error detected: Value '${size}' at 'maxItems' failed to satisfy constraint: Member must have value ${rule}`,
    );
  }
  const after = Marker === undefined ? undefined : markedName(Marker);
  const sorted = [...items].sort((a, b) => compare(nameOf(a), nameOf(b)));
  const rest = after === undefined ? sorted : sorted.filter((item) => compare(nameOf(item), after) > 0);
  const page = rest.slice(0, size);
  const last = page.at(-1);
  if (rest.length <= size || last === undefined) return { items: page, IsTruncated: false };
  return { items: page, IsTruncated: true, Marker: Buffer.from(`after:${nameOf(last)}`).toString('base64url') };
}

function markedName(marker: string): string {
  const text = Buffer.from(marker, 'base64url').toString('utf8');
  if (!text.startsWith('after:')) throw validationError(`Invalid Marker: ${marker}`);
  return text.slice('after:'.length);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
