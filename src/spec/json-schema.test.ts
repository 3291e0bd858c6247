import { expect, test } from 'vitest';
import { specCodes } from './codes.ts';
import { specJsonSchema } from './json-schema.ts';

type Node = Readonly<Record<string, unknown>>;

/** Every property of every object in the schema, with its path. */
function properties(node: unknown, path = ''): [string, Node][] {
  if (typeof node !== 'object' || node === null) return [];
  if (Array.isArray(node)) return node.flatMap((item) => properties(item, path));
  const own = Object.entries((node as Node).properties ?? {}).map(([name, child]): [string, Node] => [
    `${path}.${name}`,
    child as Node,
  ]);
  const below = own.flatMap(([name, child]) => properties(child, name));
  const others = ['items', 'anyOf', 'additionalProperties'].flatMap((key) => properties((node as Node)[key], path));
  return [...own, ...below, ...others];
}

test('the JSON Schema is of draft 2020-12 and refuses unknown fields', () => {
  expect(specJsonSchema()).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    additionalProperties: false,
    required: ['apiVersion', 'kind', 'metadata', 'spec'],
  });
});

test('every field says what it is', () => {
  const all = properties(specJsonSchema());
  expect(all.length).toBeGreaterThan(100);
  expect(all.filter(([, { description }]) => typeof description !== 'string').map(([path]) => path)).toEqual([]);
});

test('every code is explained in sentences', () => {
  for (const [code, { summary, explanation }] of Object.entries(specCodes)) {
    expect(code).toMatch(/^spec\.[a-z-]+$/);
    expect(summary).toMatch(/^[A-Z].*[^.]$/);
    expect(explanation).toMatch(/[.:/)a-z]$/);
    expect(explanation.length).toBeGreaterThan(40);
  }
});
