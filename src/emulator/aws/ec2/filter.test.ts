import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyFilters, wildcard } from './filter.ts';
import { page } from './page.ts';

const seeded = { seed: 20261101, numRuns: 200 };

describe('filter values', () => {
  test('a value with its special characters escaped matches itself and nothing else', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '*', '?', '\\', '.', '[', ' ', 'ñ'), maxLength: 8 });
    fc.assert(
      fc.property(text, text, (one, other) => {
        const pattern = wildcard(one.replace(/[\\*?]/g, '\\$&'));
        expect(pattern.test(one)).toBe(true);
        expect(pattern.test(other)).toBe(one === other);
      }),
      seeded,
    );
  });

  test.each([
    ['*', '', true],
    ['?', '', false],
    ['a*c', 'abbbc', true],
    ['a*c', 'abbbd', false],
    ['A', 'a', false],
    ['a.c', 'abc', false],
  ])('%s against %s is %s', (value, text, fits) => {
    expect(wildcard(value).test(text)).toBe(fits);
  });

  test('every filter must fit, one value of each is enough', () => {
    const items = [
      { a: 'x', b: '1' },
      { a: 'y', b: '1' },
      { a: 'y', b: '2' },
    ];
    const fields = { a: (item: { a: string }) => [item.a], b: (item: { b: string }) => [item.b] };
    const kept = applyFilters(
      items,
      [
        { Name: 'a', Values: ['x', 'y'] },
        { Name: 'b', Values: ['1'] },
      ],
      { fields, tagsOf: () => ({}) },
    );
    expect(kept).toEqual([
      { a: 'x', b: '1' },
      { a: 'y', b: '1' },
    ]);
  });
});

describe('pages', () => {
  test('together are the whole list, in order, whatever their size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 5, max: 20 }), (length, MaxResults) => {
        const items = Array.from({ length }, (_, n) => n);
        const seen: number[] = [];
        let NextToken: string | undefined;
        do {
          const cut = page(items, { MaxResults, NextToken });
          expect(cut.items.length).toBeLessThanOrEqual(MaxResults);
          seen.push(...cut.items);
          NextToken = cut.nextToken;
        } while (NextToken !== undefined);
        expect(seen).toEqual(items);
      }),
      seeded,
    );
  });
});
