import { closest, distance } from 'fastest-levenshtein';

/** The allowed name that a typo most likely meant, or undefined where none is near. */
export function nearest(name: string, allowed: readonly string[]): string | undefined {
  if (allowed.length === 0) return undefined;
  const candidate = closest(
    name.toLowerCase(),
    allowed.map((a) => a.toLowerCase()),
  );
  const original = allowed.find((a) => a.toLowerCase() === candidate)!;
  const limit = Math.max(1, Math.floor(Math.max(name.length, original.length) / 3));
  return distance(name.toLowerCase(), candidate) <= limit ? original : undefined;
}
