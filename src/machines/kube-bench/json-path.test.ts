import { describe, expect, it } from 'vitest';
import { jsonPath } from './json-path.ts';

const data = {
  readOnlyPort: 0,
  authentication: { anonymous: { enabled: false } },
  suites: ['A', 'B', 'C'],
  gates: { On: true },
  none: null,
  empty: '',
};

const table: readonly [template: string, text: string][] = [
  ['{.readOnlyPort}', '0'],
  ['{.authentication.anonymous.enabled}', 'false'],
  ['{$.gates}', '{"On":true}'],
  ['{.missing.deep}', ''],
  ['{.readOnlyPort.deep}', ''],
  ['{.none}', ''],
  ['{.empty}', ''],
  ['{.suites[1]}', 'B'],
  ['{.suites[-1]}', 'C'],
  ['{.suites[7]}', ''],
  ['{.suites[*]}', 'A B C'],
  ['{.suites[1:]}', 'B C'],
  ["{range .suites[:]}{}{','}{end}", 'A,B,C,'],
  ["{range .missing[:]}{}{','}{end}", ''],
  ['port {.readOnlyPort}.', 'port 0.'],
];

describe('a JSONPath template', () => {
  it.each(table)('%s prints %j', (template, text) => expect(jsonPath(template, data)).toBe(text));
  it('prints nothing of nothing', () => expect(jsonPath('{.a.b}', null)).toBe(''));
  it.each([
    ['{.a', /brace/],
    ['{.a[?(@.b)]}', /not understood/],
    ['{range .suites[*]}{}', /no \{end\}/],
    ['{end}', /without its/],
  ])('%s is refused', (template, message) => expect(() => jsonPath(template, data)).toThrow(message));
});
