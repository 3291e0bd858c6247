import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cidr, containsCidr, overlaps } from '../../base/cidr.ts';
import { furtherRanges, subnetRanges } from './subnet-layout.ts';

test('a /16 over three zones has large private subnets and small public ones', () => {
  expect(subnetRanges('10.0.0.0/16', 3)).toEqual({
    private: ['10.0.32.0/19', '10.0.64.0/19', '10.0.96.0/19'],
    public: ['10.0.0.0/22', '10.0.4.0/22', '10.0.8.0/22'],
  });
});

test('a /25 still holds four zones', () => {
  expect(subnetRanges('10.0.0.0/25', 4)).toEqual({
    private: ['10.0.0.16/28', '10.0.0.32/28', '10.0.0.48/28', '10.0.0.64/28'],
    public: ['10.0.0.0/28', '10.0.0.112/28', '10.0.0.96/28', '10.0.0.80/28'],
  });
});

test.each([
  ['10.0.0.0/26', 3],
  ['10.0.0.0/27', 2],
  ['10.0.0.0/28', 1],
  ['10.0.0.0/16', 8],
])('%s does not hold %i zones', (range, zones) => {
  expect(subnetRanges(range, zones)).toBeUndefined();
});

test('a further range gives an eighth to each zone', () => {
  expect(furtherRanges('100.64.0.0/16', 3)).toEqual(['100.64.0.0/19', '100.64.32.0/19', '100.64.64.0/19']);
  expect(furtherRanges('100.64.0.0/26', 2)).toEqual(['100.64.0.0/28', '100.64.0.16/28']);
  expect(furtherRanges('100.64.0.0/28', 2)).toBeUndefined();
});

describe('any range that holds its zones', () => {
  const layouts = fc.record({ prefix: fc.integer({ min: 16, max: 28 }), zones: fc.integer({ min: 1, max: 6 }) });
  const all = (range: string, zones: number): readonly string[] => {
    const ranges = subnetRanges(range, zones);
    return ranges === undefined ? [] : [...ranges.private, ...ranges.public];
  };

  test('has subnets inside it that do not overlap and are no smaller than a /28', () => {
    fc.assert(
      fc.property(layouts, ({ prefix, zones }) => {
        const range = `10.0.0.0/${prefix}`;
        const subnets = all(range, zones).map(cidr);
        expect(subnets.every((one) => containsCidr(cidr(range), one) && one.prefix <= 28)).toBe(true);
        expect(subnets.some((one, i) => subnets.slice(0, i).some((other) => overlaps(one, other)))).toBe(false);
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  test('moves no subnet when a zone is added at the end', () => {
    fc.assert(
      fc.property(layouts, ({ prefix, zones }) => {
        const before = subnetRanges(`10.0.0.0/${prefix}`, zones);
        const after = subnetRanges(`10.0.0.0/${prefix}`, zones + 1);
        fc.pre(before !== undefined && after !== undefined);
        expect(after!.private.slice(0, zones)).toEqual(before!.private);
        expect(after!.public.slice(0, zones)).toEqual(before!.public);
      }),
      { seed: 3, numRuns: 200 },
    );
  });
});
