import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { specCodes } from './codes.ts';
import { loadCluster } from './load.ts';

const today = new Date('2026-11-01T00:00:00Z');
const texts = ['seed-eks', 'eks', 'seed-kops', 'development'].map((name) =>
  readFileSync(new URL(`../../examples/${name}.yaml`, import.meta.url), 'utf8'),
);

/** Loads and holds that what comes back is ok or says why, in the words of a known code. */
function answers(text: string): void {
  const result = loadCluster(text, { file: 'x.yaml', today });
  if (!result.ok) expect(result.diagnostics.some(({ severity }) => severity === 'error')).toBe(true);
  for (const { code, detail } of result.diagnostics) {
    expect(Object.hasOwn(specCodes, code)).toBe(true);
    expect(detail).not.toMatch(/undefined|\[object|NaN/);
  }
}

const odd = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    -1,
    0,
    1.5,
    1e308,
    '',
    ' ',
    '10.0.0.0/16',
    '0.0.0.0/0',
    '::/0',
    'nat',
    'eks',
    'spot',
    'us-east-1a',
    [],
    {},
    [[]],
    [null],
    { eks: null },
    'self-managed',
    { selfManaged: null },
    'cilium',
    '__proto__',
    'constructor',
  ),
  fc.string(),
  fc.jsonValue({ maxDepth: 2 }),
);

type Holder = Record<string | number, unknown>;

function holders(value: unknown): Holder[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value as Holder, ...Object.values(value).flatMap(holders)];
}

interface Mutation {
  readonly where: number;
  readonly which: number;
  readonly how: 'put' | 'drop' | 'rename' | 'add' | 'double';
  readonly key: string;
  readonly value: unknown;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  where: fc.nat(200),
  which: fc.nat(20),
  how: fc.constantFrom('put', 'drop', 'rename', 'add', 'double'),
  key: fc.oneof(
    fc.constantFrom(
      'zones',
      'vpc',
      'cidr',
      'podSubnets',
      'size',
      'capacity',
      'access',
      'ssh',
      'seats',
      'dns',
      'flags',
      'host',
      'toString',
      '__proto__',
    ),
    fc.string(),
  ),
  value: odd,
});

function mutate(root: unknown, { where, which, how, key, value }: Mutation): void {
  const all = holders(root);
  const holder = all[where % all.length]!;
  const keys = Object.keys(holder);
  const at = keys[which % Math.max(1, keys.length)] ?? key;
  if (Array.isArray(holder)) {
    if (how === 'drop') holder.splice(which % Math.max(1, holder.length), 1);
    else holder.push(how === 'double' ? structuredClone(holder[0]) : value);
    return;
  }
  const set = (name: string, item: unknown): void =>
    void Object.defineProperty(holder, name, { value: item, enumerable: true, configurable: true, writable: true });
  if (how === 'put') set(at, value);
  else if (how === 'add') set(key, value);
  else {
    const old = Object.hasOwn(holder, at) ? holder[at] : null;
    delete holder[at];
    if (how === 'rename') set(key, old);
  }
}

describe('a mutated spec is loaded or refused with diagnostics, and never throws', () => {
  test('with fields put, dropped, renamed and added', () => {
    const property = fc.property(
      fc.constantFrom(...texts),
      fc.array(mutation, { minLength: 1, maxLength: 5 }),
      (text, mutations) => {
        const data: unknown = parse(text);
        // Values are cloned: the generator hands out the same arrays again, and a run must not leave traces in them.
        for (const one of mutations) mutate(data, structuredClone(one));
        answers(stringify(data));
      },
    );
    fc.assert(property, { seed: 20261101, numRuns: 1500 });
  });

  test('with its text cut, doubled and sprinkled with what YAML minds', () => {
    const bits = fc.constantFrom(
      '\t',
      ':',
      '- ',
      '[',
      '{',
      '"',
      "'",
      '&a ',
      '*a',
      '!!x ',
      '|',
      '>',
      '#',
      '%',
      '@',
      '\u0000',
      '---\n',
      '...\n',
      '? ',
      '<<: ',
      '\uFEFF',
      '\r',
    );
    const property = fc.property(
      fc.constantFrom(...texts),
      fc.array(fc.tuple(fc.nat(1200), fc.nat(6), fc.oneof(bits, fc.string())), { minLength: 1, maxLength: 4 }),
      (text, edits) => {
        answers(
          edits.reduce(
            (all, [at, cut, put]) => `${all.slice(0, at % all.length)}${put}${all.slice((at % all.length) + cut)}`,
            text,
          ),
        );
      },
    );
    fc.assert(property, { seed: 20261102, numRuns: 1500 });
  });
});
