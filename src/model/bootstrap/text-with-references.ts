import { isJoin, isRef, type Join, join, type Ref } from '../value.ts';

// Private-use characters pass through YAML and TOML strings as they are, and nobody writes them.
const [open, close] = ['\uE000', '\uE001'];
const place = new RegExp(`${open}(\\d+)${close}`);

/**
 * A document with references inside as text of some format: references keep standing where their values will. The values must
 * need no escaping between double quotes; addresses, URLs and base64 do not.
 */
export function textWithReferences(document: unknown, write: (plain: unknown) => string): string | Join {
  const references: (Ref | Join)[] = [];
  const withPlaces = (value: unknown): unknown => {
    if (isRef(value) || isJoin(value)) return `${open}${references.push(value) - 1}${close}`;
    if (Array.isArray(value)) return value.map(withPlaces);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withPlaces(item)]));
  };
  const pieces = write(withPlaces(document)).split(place);
  const literal = pieces.filter((_, i) => i % 2 === 0);
  return join(literal, ...pieces.filter((_, i) => i % 2 === 1).map((n) => references[Number(n)]!));
}
