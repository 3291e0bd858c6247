import type * as z from 'zod';
import { nearest } from '../base/nearest.ts';
import { familiarNames } from './familiar.ts';
import { clusterInput } from './input.ts';
import { formatPath, type Path, valueAt } from './path.ts';
import type { Problem } from './problem.ts';
import { descriptionAt, fieldsAt, homesOf } from './schema/walk.ts';

type Issue = z.core.$ZodIssue;

/** A problem with the shape of a document, and what of it must be left out to look at the rest. */
export interface ShapeProblem extends Problem {
  readonly path: Path;
  /** What is in the way: the field itself, or the mapping that lacks one. */
  readonly broken: Path;
  /** The place is the field's name and not its value. */
  readonly atKey?: true;
}

interface Raw {
  readonly data: unknown;
  written(path: Path): string | undefined;
}

const types: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a whole number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

/** A value in words: `the text "three"`, `empty`, `a list`. */
export function inWords(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  const text = JSON.stringify(value);
  const short = text.length > 60 ? `${text.slice(0, 57)}..."` : text;
  return typeof value === 'string' ? `the text ${short}` : typeof value === 'number' ? `the number ${short}` : short;
}

const listed = (names: readonly unknown[]): string => names.map(String).join(', ');

function unknownField(parent: Path, key: string): ShapeProblem {
  const path = [...parent, key];
  const allowed = fieldsAt(clusterInput, parent);
  const meant = nearest(key, allowed);
  const familiar = Object.hasOwn(familiarNames, key) ? familiarNames[key] : undefined;
  const homes = homesOf(clusterInput, key).filter((home) => home !== '');
  const elsewhere = homes.length > 0 && homes.length <= 3 ? listed([...new Set(homes)]) : undefined;
  const fix =
    meant !== undefined
      ? `Did you mean ${meant}?`
      : familiar !== undefined
        ? `Here it is called ${familiar}.`
        : elsewhere !== undefined
          ? `There is a field of this name in ${elsewhere}.`
          : `Allowed here: ${listed([...allowed].sort())}.`;
  const holder = parent.length === 0 ? 'a spec' : formatPath(parent);
  return {
    code: 'spec.unknown-field',
    path,
    broken: path,
    atKey: true,
    detail: `${holder} has no field ${JSON.stringify(key)}`,
    fix,
  };
}

/** What a missing field is for, in the words of the schema. */
const toAdd = (path: Path): string =>
  ['Add it.', descriptionAt(clusterInput, path)].filter((part) => part !== undefined).join(' ');

function wrongType(path: Path, expected: readonly string[], raw: Raw): ShapeProblem {
  const value = valueAt(raw.data, path);
  const name = path.length === 0 ? 'the file' : formatPath(path);
  if (value === undefined) {
    return {
      code: 'spec.missing-field',
      path,
      broken: path.slice(0, -1),
      detail: `${name} is missing`,
      fix: toAdd(path),
    };
  }
  const written = raw.written(path);
  const wanted = [...new Set(expected.map((type) => types[type] ?? type))].join(' or ');
  const fix =
    value === null
      ? 'Give it a value or take the field out.'
      : expected.includes('string') && typeof value !== 'object'
        ? `Put it in quotes: "${written ?? String(value)}"${typeof value === 'number' && written !== String(value) ? ` (YAML reads ${written} as the number ${value})` : ''}.`
        : expected.includes('array') && !Array.isArray(value) && typeof value !== 'object'
          ? `Write it as a list: [${written ?? String(value)}].`
          : undefined;
  return {
    code: 'spec.wrong-type',
    path,
    broken: path,
    detail: `${name} is ${inWords(value)}; it must be ${wanted}`,
    ...(fix === undefined ? {} : { fix }),
  };
}

function notAllowed(path: Path, values: readonly unknown[], raw: Raw): ShapeProblem {
  const value = valueAt(raw.data, path);
  const name = formatPath(path);
  if (value === undefined)
    return {
      code: 'spec.missing-field',
      path,
      broken: path.slice(0, -1),
      detail: `${name} is missing`,
      fix: values.length === 1 ? `Add ${String(path.at(-1))}: ${values[0]}` : `Add it, one of: ${listed(values)}.`,
    };
  const isHead = path.length === 1;
  const meant = typeof value === 'string' ? nearest(value, values.map(String)) : undefined;
  const allowed = values.length === 1 ? '' : `Allowed: ${listed(values)}.`;
  const fix = [meant === undefined ? '' : `Did you mean ${meant}?`, allowed].filter((part) => part !== '').join(' ');
  return {
    code: isHead ? 'spec.wrong-kind' : 'spec.bad-value',
    path,
    broken: path,
    detail: `${name} is ${inWords(value)}; ${values.length === 1 ? `it must be ${values[0]}` : 'that is not one of those allowed'}`,
    ...(fix === '' ? {} : { fix }),
  };
}

function outOfRange(issue: Issue & { code: 'too_small' | 'too_big' }, path: Path, raw: Raw): ShapeProblem {
  const value = valueAt(raw.data, path);
  const bound = issue.code === 'too_small' ? `at least ${issue.minimum}` : `at most ${issue.maximum}`;
  const counted = Array.isArray(value)
    ? `has ${value.length} entries`
    : typeof value === 'string'
      ? `has ${value.length} characters`
      : `is ${String(value)}`;
  return {
    code: 'spec.out-of-range',
    path,
    broken: path,
    detail: `${formatPath(path)} ${counted}; it must ${Array.isArray(value) || typeof value === 'string' ? 'have' : 'be'} ${bound}`,
  };
}

const typeName = (value: unknown): string => (Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value);

/** Whether a branch of a union failed because the value is of another type altogether. */
const isOtherType = (issues: readonly Issue[], value: unknown): boolean =>
  issues.some(
    (issue) =>
      issue.path.length === 0 &&
      (issue.code === 'invalid_type' ||
        (issue.code === 'invalid_value' && typeName(issue.values[0]) !== typeName(value))),
  );

function union(issue: Issue & { code: 'invalid_union' }, path: Path, raw: Raw): ShapeProblem[] {
  const value = valueAt(raw.data, path);
  const near = issue.errors.filter((branch) => !isOtherType(branch, value)).sort((a, b) => a.length - b.length);
  const only = near.length === 1 && near[0]!.length === 1 ? near[0]![0]! : undefined;
  // A single word beside other types, as in `none` or a mapping: both must be said.
  const isOneWord = only?.code === 'invalid_value' && only.path.length === 0 && only.values.length === 1;
  if (near[0] !== undefined && !isOneWord) return near[0].flatMap((inner) => problemsOf(inner, path, raw));
  const expected = issue.errors.flat().flatMap((inner): string[] => {
    if (inner.path.length > 0) return [];
    if (inner.code === 'invalid_type') return [inner.expected];
    return inner.code === 'invalid_value' ? inner.values.map((allowed) => JSON.stringify(allowed)) : [];
  });
  return [wrongType(path, expected, raw)];
}

/** What an issue of zod means to whoever wrote the document. `at` is where the schema that found it begins. */
function problemsOf(issue: Issue, at: Path, raw: Raw): ShapeProblem[] {
  const path: Path = [...at, ...(issue.path as (string | number)[])];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownField(path, key));
    case 'invalid_type':
      return [wrongType(path, [issue.expected], raw)];
    case 'invalid_value':
      return [notAllowed(path, issue.values, raw)];
    case 'too_small':
    case 'too_big':
      return [outOfRange(issue, path, raw)];
    case 'invalid_union':
      return union(issue as Issue & { code: 'invalid_union' }, path, raw);
    default: {
      const problem = (issue.code === 'custom' ? issue.params?.problem : undefined) as Problem | undefined;
      return [{ ...(problem ?? { code: 'spec.bad-value' as const, detail: issue.message }), path, broken: path }];
    }
  }
}

/** Every problem of the document's shape. */
export const shapeProblems = (issues: readonly Issue[], raw: Raw): ShapeProblem[] =>
  issues.flatMap((issue) => problemsOf(issue, [], raw));
