import { describe, expect, it } from 'vitest';
import { hours, minutes, seconds } from '../../base/duration.ts';
import { ScaledClock } from './scaled.ts';

describe('a scaled clock', () => {
  it('passes its speed times the time on the wall', async () => {
    const clock = new ScaledClock(1000, 600);
    const wall = performance.now();
    await clock.sleep(seconds(60));
    const passed = performance.now() - wall;
    expect(passed).toBeGreaterThanOrEqual(95);
    expect(passed).toBeLessThan(2000);
    expect(clock.now()).toBeGreaterThanOrEqual(1000 + 60_000);
  });

  it('begins at its start', () => {
    const now = new ScaledClock(5_000_000, 1).now();
    expect(now).toBeGreaterThanOrEqual(5_000_000);
    expect(now).toBeLessThan(5_001_000);
  });

  it('ends a sleep with the reason of its signal', async () => {
    const clock = new ScaledClock(0, 1);
    const aborted = new AbortController();
    const sleeping = clock.sleep(hours(1), aborted.signal);
    aborted.abort(new Error('enough'));
    await expect(sleeping).rejects.toThrow('enough');
    await expect(clock.sleep(minutes(1), aborted.signal)).rejects.toThrow('enough');
  });

  it('refuses a speed that is none', () => {
    for (const speed of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => new ScaledClock(0, speed)).toThrow('positive number');
    }
  });
});
