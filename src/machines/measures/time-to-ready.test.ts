import { expect, test } from 'vitest';
import { median, poweredAt } from './time-to-ready.ts';

test.each([
  [[3], 3],
  [[9, 1, 5], 5],
  [[4, 1, 2, 3], 2.5],
])('the median of %j is %d', (values, expected) => {
  expect(median(values)).toBe(expected);
});

test('nothing has no median', () => {
  expect(() => median([])).toThrow('nothing was measured');
});

test.runIf(process.platform === 'linux')('a process has its power from when it began', () => {
  expect(poweredAt(process.pid)).toBeLessThan(Date.now());
  expect(Math.abs(poweredAt(process.pid) - (Date.now() - process.uptime() * 1000))).toBeLessThan(2000);
});
