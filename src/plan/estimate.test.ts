import { expect, it } from 'vitest';
import { usualTime } from './estimate.ts';
import type { Step } from './plan.ts';

const step = (fields: readonly string[]): Step => ({
  id: 'node-group/workers#workers',
  action: 'update',
  kind: 'node-group',
  resource: 'node-group/workers',
  name: 'workers',
  because: '',
  effect: 'none',
  changes: fields.map((field) => ({ field, change: 'mutable' as const })),
  needs: [],
});

it('takes tags as set at once, whatever a change of the thing itself takes', () => {
  expect(usualTime(step(['tags'])).ms).toBeLessThan(5_000);
  expect(usualTime(step(['tags', 'version'])).ms).toBeGreaterThan(60_000);
  expect(usualTime(step(['version'])).ms).toBeGreaterThan(60_000);
});
