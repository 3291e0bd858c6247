import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Resource } from '../../model/graph.ts';
import { kindNames } from '../../model/kinds/names.ts';
import { scenario, scenarioNames } from '../../testing/scenarios.ts';
import { logicalIds } from '../cloudformation/logical-ids.ts';
import { addressNames } from '../terraform/addresses.ts';

const of = (id: string) => ({ kind: id.split('/')[0], id }) as Resource;

/** Ends of ids that are easily written alike. */
const tail = fc
  .array(fc.constantFrom('a', 'b', 'B', 's3', '1', '1a', '10', '0', 'x', 'pod', '-', '-', '.', ':', '/', '_'), {
    minLength: 1,
    maxLength: 7,
  })
  .map((parts) => parts.join(''));
const some = fc.constantFrom('route', 'route-table', 'role', 'security-group', 'security-group-rule', 'node-group');
const ids = fc.uniqueArray(
  fc.oneof(
    fc.tuple(some, tail).map((parts) => parts.join('/')),
    some,
  ),
  { maxLength: 30 },
);

const cases = [
  ['Terraform', addressNames, ({ kind }: Resource) => kind],
  ['CloudFormation', logicalIds, () => 'template'],
] as const;

describe.each(cases)('names in %s', (_, namesOf, scopeOf) => {
  it('follow from the own id alone: another resource changes none', () => {
    fc.assert(
      fc.property(ids, (all) => {
        const together = namesOf(all.map(of));
        for (const id of all) expect(namesOf([of(id)]).get(id)).toBe(together.get(id));
      }),
      { seed: 34, numRuns: 500 },
    );
  });

  it('are different where they stand side by side', () => {
    fc.assert(
      fc.property(ids, (all) => {
        const resources = all.map(of);
        const names = namesOf(resources);
        const full = resources.map((one) => `${scopeOf(one)} ${names.get(one.id)}`);
        expect(new Set(full).size).toBe(all.length);
      }),
      { seed: 35, numRuns: 500 },
    );
  });

  it.each(scenarioNames())('of %s are readable: no hash', (name) => {
    const { resources } = scenario(name).graph;
    // Kinds in which there are hashes by themselves.
    const hashed = [...namesOf(resources)].filter(
      ([id, own]) => /_?[0-9a-f]{6}$/.test(own) && !/[0-9a-f]{6}$/.test(id),
    );
    expect(hashed).toEqual([]);
  });
});

it('knows every kind by its name', () => {
  for (const kind of kindNames)
    expect([addressNames, logicalIds].map((names) => names([of(kind)]).size)).toEqual([1, 1]);
});
