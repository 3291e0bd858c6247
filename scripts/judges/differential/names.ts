import type { Tree } from './parse-answer.ts';

const isMoment = (text: string): boolean => /^\d{4}-\d\d-\d\dT|^\d{9,13}(\.\d+)?$|^\w{3}, \d\d \w{3} \d{4}/.test(text);

/** Pieces that follow from nothing that was asked: digits in base 16, addresses, ids of IAM and Route 53, tokens, hosts, fingerprints. */
const madePiece =
  /[0-9a-f]{8,}|\b(?=[a-z]*\d)[a-z0-9]{16,}\b|([0-9a-f]{2}:){5}|\bns-\d+\.awsdns|\d+\.\d+\.\d+\.\d+|\bip-\d+-\d+-|\b[A-Z0-9]{12,}\b|[A-Za-z0-9+/_=-]{40,}|\.amazonaws\.com\b|^https?:/;

/** Whether an AWS has made a part of a text by itself. The account's number is the same everywhere. */
export const isMade = (text: string): boolean => madePiece.test(text.replaceAll('123456789012', ''));

/** Whether a text may be a name that an AWS has given and that callers use: no moment, and nothing with spaces in it. */
const maybeName = (text: string): boolean => isMade(text) && !/\s/.test(text) && !isMoment(text);

/** How many texts two answers have in common, place by place. */
function likeness(a: Tree, b: Tree): number {
  if (typeof a === 'string' || typeof b === 'string') return a === b ? 1 : 0;
  if (Array.isArray(a) && Array.isArray(b))
    return a.reduce((sum, item: Tree) => sum + Math.max(0, ...b.map((other: Tree) => likeness(item, other))), 0);
  if (Array.isArray(a) || Array.isArray(b)) return 0;
  const [left, right] = [a as Record<string, Tree>, b as Record<string, Tree>];
  return Object.entries(left).reduce((sum, [name, one]) => sum + (name in right ? likeness(one, right[name]!) : 0), 0);
}

/** Items of two lists that are about the same thing: most alike first; what is equally alike goes by its place. */
export function pairItems<T>(a: readonly T[], b: readonly T[], alike: (x: T, y: T) => number): [T, T][] {
  const candidates = a.flatMap((x, i) => b.map((y, j) => ({ i, j, score: alike(x, y) })));
  candidates.sort((x, y) => y.score - x.score || Math.abs(x.i - x.j) - Math.abs(y.i - y.j) || x.i - y.i);
  const [left, right] = [new Set<number>(), new Set<number>()];
  const pairs: [number, number][] = [];
  for (const { i, j } of candidates) {
    if (left.has(i) || right.has(j)) continue;
    left.add(i);
    right.add(j);
    pairs.push([i, j]);
  }
  return pairs.sort(([x], [y]) => x - y).map(([i, j]) => [a[i]!, b[j]!]);
}

/** The names that one AWS gave, and what another gave in their place. */
export class Names {
  readonly #given = new Dictionary();
  readonly #back = new Dictionary();

  /** Learns from two answers to the same question. */
  learn(recorded: Tree, played: Tree): void {
    if (typeof recorded === 'string' && typeof played === 'string') this.#note(recorded, played);
    else if (Array.isArray(recorded) && Array.isArray(played)) {
      const known = recorded.map((item: Tree) => ({ item, seen: this.#seen(item) }));
      const others = played.map((item: Tree) => ({ item, seen: item }));
      for (const [a, b] of pairItems(known, others, (x, y) => likeness(x.seen, y.seen))) this.learn(a.item, b.item);
    } else if (isRecord(recorded) && isRecord(played)) {
      for (const [name, one] of Object.entries(recorded)) if (name in played) this.learn(one, played[name]!);
    }
  }

  #note(recorded: string, played: string): void {
    if (!maybeName(recorded) || !maybeName(played) || this.#given.has(recorded)) return;
    this.#given.add(recorded, played);
    this.#back.add(played, recorded);
  }

  #seen(tree: Tree): Tree {
    if (typeof tree === 'string') return this.to(tree);
    if (Array.isArray(tree)) return tree.map((item: Tree) => this.#seen(item));
    return Object.fromEntries(Object.entries(tree).map(([name, one]) => [name, this.#seen(one)]));
  }

  /** A text of the recording in the other AWS's names. */
  to(text: string): string {
    return this.#given.translate(text);
  }

  /** A text of the other AWS in the recording's names. */
  back(text: string): string {
    return this.#back.translate(text);
  }
}

const isRecord = (tree: Tree): tree is { readonly [name: string]: Tree } =>
  typeof tree === 'object' && !Array.isArray(tree);

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Names and what stands for them. Each text is gone through once: what was put in may be a name of the other side too. */
class Dictionary {
  readonly #words = new Map<string, string>();
  #pattern: RegExp | undefined;

  has(word: string): boolean {
    return this.#words.has(word);
  }

  /** A word as it is, and percent-encoded. */
  add(word: string, other: string): void {
    this.#words.set(word, other);
    this.#words.set(encodeURIComponent(word), encodeURIComponent(other));
    this.#pattern = undefined;
  }

  /** Longer ones first, since an ARN holds an id. */
  translate(text: string): string {
    if (this.#words.size === 0) return text;
    const words = [...this.#words.keys()];
    this.#pattern ??= new RegExp(
      words
        .sort((a, b) => b.length - a.length)
        .map(escaped)
        .join('|'),
      'g',
    );
    return text.replace(this.#pattern, (word) => this.#words.get(word)!);
  }
}
