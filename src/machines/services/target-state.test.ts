import { describe, expect, it } from 'vitest';
import { matches } from './health-check.ts';
import { afterCheck, newTargetState } from './target-state.ts';

const thresholds = { healthyThreshold: 3, unhealthyThreshold: 2 };
const short = { initial: 'i', healthy: 'h', unhealthy: 'u' } as const;

describe('a target', () => {
  // Checks: + good, - bad. States after each; in capitals where it counts as answering.
  it.each([
    ['+', 'H'],
    ['-+', 'iH'],
    ['--+++', 'iuUUH'],
    ['--+-+++', 'iuUuUUH'],
    ['+-+--', 'HHHHu'],
    ['+---+', 'HHuuU'],
  ])('after checks %s is %s', (checks, expected) => {
    let state = newTargetState;
    const seen = [...checks].map((check) => {
      state = afterCheck(state, check === '+', thresholds);
      const letter = short[state.health];
      return state.answering ? letter.toUpperCase() : letter;
    });
    expect(seen.join('')).toBe(expected);
  });
});

it.each([
  ['200', 200, true],
  ['200', 201, false],
  ['200-399', 302, true],
  ['200-399', 400, false],
  ['200,301-302', 301, true],
  ['200,301-302', 300, false],
])('the matcher %s of %i is %s', (matcher, code, expected) => {
  expect(matches(matcher, code)).toBe(expected);
});
