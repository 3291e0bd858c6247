import { describe, expect, it } from 'vitest';
import { compareValue } from './compare-value.ts';
import type { Operator } from './controls.ts';

const table: readonly [Operator, found: string, wanted: string, holds: boolean][] = [
  ['eq', 'False', 'false', true],
  ['eq', 'Root', 'root', false],
  ['eq', '127.0.0.1', '127.0.0.1', true],
  ['noteq', 'TRUE', 'false', true],
  ['noteq', '0', '0', false],
  ['gt', '2', '1', true],
  ['gt', '1', '1', false],
  ['gte', '30', '30', true],
  ['gte', '29', '30', false],
  ['gte', '30s', '30', false],
  ['gte', '', '0', false],
  ['lt', '1', '2', true],
  ['lt', '2', '2', false],
  ['lte', ' 2 ', '2', true],
  ['lte', '3', '2', false],
  ['has', 'Node,RBAC', 'RBAC', true],
  ['has', 'Node', 'RBAC', false],
  ['nothave', 'Node,RBAC', 'AlwaysAllow', true],
  ['nothave', 'AlwaysAllow', 'AlwaysAllow', false],
  ['regex', 'TLSv1.3', '^TLSv1\\.[23]$', true],
  ['regex', 'TLSv1.1', '^TLSv1\\.[23]$', false],
  ['valid_elements', 'a, b,', 'a,b,c', true],
  ['valid_elements', 'a,d', 'a,b,c', false],
  ['valid_elements', '', 'a', false],
  ['valid_elements', '', '', true],
  ['bitmask', '600', '600', true],
  ['bitmask', '400', '600', true],
  ['bitmask', '644', '600', false],
  ['bitmask', '700', '600', false],
  ['bitmask', '0', '600', true],
  ['bitmask', 'permissions', '600', false],
  ['bitmask', '689', '600', false],
];

describe('comparing a value', () => {
  it.each(table)('%s: %j against %j is %j', (op, value, wanted, holds) => {
    expect(compareValue('--flag', value, { op, value: wanted }).holds).toBe(holds);
  });

  it('says what was expected', () => {
    expect(compareValue('--profiling', 'true', { op: 'eq', value: 'false' }).expected).toBe(
      "'--profiling' is equal to 'false'",
    );
  });
});
