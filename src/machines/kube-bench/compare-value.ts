import type { Operator } from './controls.ts';

/** What was expected, in words, and whether it is so. */
export interface Compared {
  readonly expected: string;
  readonly holds: boolean;
}

const words: Readonly<Record<Operator, string>> = {
  eq: 'is equal to',
  noteq: 'is not equal to',
  gt: 'is greater than',
  gte: 'is greater than or equal to',
  lt: 'is lower than',
  lte: 'is lower than or equal to',
  has: 'has',
  nothave: 'does not have',
  regex: 'matches',
  valid_elements: 'has only elements of',
  bitmask: 'has no more permissions than',
};

function integer(value: string): number | undefined {
  return /^[+-]?\d+$/.test(value.trim()) ? Number(value.trim()) : undefined;
}

function octal(value: string): number | undefined {
  return /^[0-7]+$/.test(value) ? Number.parseInt(value, 8) : undefined;
}

// Booleans are the same in any case.
function same(found: string, wanted: string): boolean {
  const lower = found.toLowerCase();
  return (lower === 'true' || lower === 'false' ? lower : found) === wanted;
}

function elements(value: string): readonly string[] {
  const clean = value.trim().replace(/,+$/, '');
  return clean === '' ? [] : clean.split(',').map((each) => each.trim());
}

function onlyElementsOf(found: string, wanted: string): boolean {
  const [here, valid] = [elements(found), elements(wanted)];
  if (here.length === 0 || valid.length === 0) return here.length === valid.length;
  return here.every((each) => valid.includes(each));
}

function numbers(found: string, wanted: string, holds: (a: number, b: number) => boolean): boolean {
  const [a, b] = [integer(found), integer(wanted)];
  return a !== undefined && b !== undefined && holds(a, b);
}

function noMorePermissions(found: string, wanted: string): boolean {
  const [mode, most] = [octal(found), octal(wanted)];
  return mode !== undefined && most !== undefined && (mode & most) === mode;
}

const holdsBy: Readonly<Record<Operator, (found: string, wanted: string) => boolean>> = {
  eq: same,
  noteq: (found, wanted) => !same(found, wanted),
  gt: (found, wanted) => numbers(found, wanted, (a, b) => a > b),
  gte: (found, wanted) => numbers(found, wanted, (a, b) => a >= b),
  lt: (found, wanted) => numbers(found, wanted, (a, b) => a < b),
  lte: (found, wanted) => numbers(found, wanted, (a, b) => a <= b),
  has: (found, wanted) => found.includes(wanted),
  nothave: (found, wanted) => !found.includes(wanted),
  regex: (found, wanted) => new RegExp(wanted).test(found),
  valid_elements: onlyElementsOf,
  bitmask: noMorePermissions,
};

/** Compares as kube-bench does; what is no number where one is needed does not hold. */
export function compareValue(name: string, found: string, wanted: { op: Operator; value: string }): Compared {
  return {
    expected: `'${name}' ${words[wanted.op]} '${wanted.value}'`,
    holds: holdsBy[wanted.op](found, wanted.value),
  };
}
