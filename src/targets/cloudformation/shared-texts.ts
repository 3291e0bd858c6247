import { shortHash } from '../../base/hash.ts';
import { isJoin, isRef, type Join, type Ref } from '../../model/value.ts';
import type { SharedText, TextParts } from './expression.ts';

/** Shorter beginnings than this are written where they stand. */
const worthIt = 1000;

function commonPrefix(a: string, b: string): string {
  const end = Math.min(a.length, b.length);
  let i = 0;
  while (i < end && a[i] === b[i]) i++;
  // Half of a character outside the first plane would be no text.
  return a.slice(0, i > 0 && /[\uD800-\uDBFF]/.test(a[i - 1]!) ? i - 1 : i);
}

/** Long beginnings that at least two of the texts have in common: neighbours in alphabetical order are those that have most of it. */
function sharedPrefixes(texts: readonly string[]): readonly string[] {
  const sorted = [...texts].sort();
  const found = new Set<string>();
  for (let i = 0; i < sorted.length - 1; ) {
    let prefix = commonPrefix(sorted[i]!, sorted[i + 1]!);
    let next = i + 1;
    while (prefix.length >= worthIt && next + 1 < sorted.length) {
      const further = commonPrefix(prefix, sorted[next + 1]!);
      if (further.length < Math.max(worthIt, prefix.length / 2)) break;
      prefix = further;
      next++;
    }
    if (prefix.length < worthIt) i++;
    else {
      found.add(prefix);
      i = next + 1;
    }
  }
  return [...found].sort((a, b) => b.length - a.length);
}

export interface SharedTexts {
  /** Texts by the key under which the mapping has them. */
  readonly texts: Readonly<Record<string, string>>;
  /** A text with shared beginnings replaced. */
  divide(text: string | Ref | Join): string | Ref | Join | TextParts;
}

const partsOf = (text: string | Ref | Join): readonly (string | Ref)[] => (isJoin(text) ? text.$join : [text]);

/**
 * Seats and workers boot from the same script, and a template may be 51,200 bytes long where it is handed over with a call: what several
 * long texts begin with is written once.
 */
export function sharedTexts(of: readonly (string | Ref | Join)[]): SharedTexts {
  const prefixes = sharedPrefixes(of.flatMap(partsOf).filter((part) => typeof part === 'string'));
  const used = new Map<string, string>();
  const replace = (part: string | Ref): readonly (string | Ref | SharedText)[] => {
    if (isRef(part)) return [part];
    const prefix = prefixes.find((one) => part.startsWith(one));
    if (prefix === undefined) return [part];
    const key = `Text${shortHash(prefix)}`;
    used.set(key, prefix);
    return [{ $text: key }, part.slice(prefix.length)];
  };
  const divided = new Map(of.map((text) => [text, partsOf(text).flatMap(replace)]));
  return {
    texts: Object.fromEntries(used),
    divide: (text) => {
      const parts = divided.get(text) ?? partsOf(text);
      return parts.every((part) => typeof part === 'string' || isRef(part)) ? text : { $parts: parts };
    },
  };
}
