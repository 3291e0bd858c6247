import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hours, minutes, seconds } from '../../base/duration.ts';
import { SteppedClock } from './stepped.ts';

const start = Date.UTC(2026, 10, 1);

describe('a stepped clock', () => {
  it('passes an hour at once when nobody works', async () => {
    const clock = new SteppedClock(start);
    const wall = performance.now();
    await clock.sleep(hours(1));
    expect(clock.now()).toBe(start + 3_600_000);
    expect(performance.now() - wall).toBeLessThan(1000);
  });

  it('stands still while nobody sleeps', async () => {
    const clock = new SteppedClock(start);
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
    expect(clock.now()).toBe(start);
  });

  it('does not move while work is in flight', async () => {
    const clock = new SteppedClock(start);
    const gate = Promise.withResolvers<void>();
    const working = clock.busy(() => gate.promise);
    let woke = false;
    const sleeping = clock.sleep(seconds(1)).then(() => {
      woke = true;
    });
    for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate);
    expect([woke, clock.now()]).toEqual([false, start]);
    gate.resolve();
    await Promise.all([working, sleeping]);
    expect(clock.now()).toBe(start + 1000);
  });

  it('releases its hold when work fails', async () => {
    const clock = new SteppedClock(start);
    await expect(clock.busy(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await clock.sleep(seconds(1));
    expect(clock.now()).toBe(start + 1000);
  });

  it('does not outrun work between two awaits', async () => {
    const clock = new SteppedClock(start);
    const seen: string[] = [];
    const worker = async (): Promise<void> => {
      await clock.sleep(seconds(1));
      for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
      await readFile(import.meta.filename);
      await clock.sleep(seconds(1));
      seen.push(`worker at ${clock.now() - start}`);
    };
    const other = clock.sleep(minutes(1)).then(() => seen.push(`other at ${clock.now() - start}`));
    await Promise.all([worker(), other]);
    expect(seen).toEqual(['worker at 2000', 'other at 60000']);
  });

  it('does not outrun a request over loopback', async () => {
    const clock = new SteppedClock(start);
    const server = createServer(
      (_, response) => void clock.busy(async () => response.end(String(clock.now() - start))),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const ask = (): Promise<string> => clock.busy(async () => (await fetch(`http://127.0.0.1:${port}`)).text());
    const poller = async (): Promise<string[]> => {
      const answers: string[] = [];
      for (let turn = 0; turn < 5; turn++) {
        answers.push(await ask());
        await clock.sleep(seconds(5));
      }
      return answers;
    };
    const [answers] = await Promise.all([poller(), clock.sleep(hours(1))]);
    server.close();
    expect(answers).toEqual(['0', '5000', '10000', '15000', '20000']);
    expect(clock.now()).toBe(start + 3_600_000);
  });

  it('moves while a client waits for a request that takes time itself', async () => {
    const clock = new SteppedClock(start);
    await clock.busy(() => clock.busy(async () => clock.sleepInRequest(seconds(2)))).catch(() => undefined);
    expect(clock.now()).toBe(start + 2000);
  });

  it('rejects a sleeper with the reason of its signal, and goes on for the others', async () => {
    const clock = new SteppedClock(start);
    const aborted = new AbortController();
    const sleeping = clock.sleep(hours(2), aborted.signal);
    const other = clock.sleep(seconds(3));
    aborted.abort(new Error('enough'));
    await expect(sleeping).rejects.toThrow('enough');
    await other;
    expect(clock.now()).toBe(start + 3000);
    await expect(clock.sleep(seconds(1), aborted.signal)).rejects.toThrow('enough');
  });

  it('stops at what the agenda has, before the sleeper wakes', async () => {
    const clock = new SteppedClock(start);
    const due = [start + 1000, start + 2000, start + 9000];
    const ran: number[] = [];
    clock.follow({
      next: () => due[0],
      run: async (now) => {
        while (due[0] !== undefined && due[0] <= now) ran.push(due.shift()! - start);
      },
    });
    await clock.sleep(seconds(5));
    expect(ran).toEqual([1000, 2000]);
  });

  it('wakes sleepers in the order of their times, and of their coming at one time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 12 }), async (lengths) => {
        const clock = new SteppedClock(start);
        const woken: number[] = [];
        await Promise.all(lengths.map((length, index) => clock.sleep(seconds(length)).then(() => woken.push(index))));
        const expected = lengths
          .map((length, index) => ({ length, index }))
          .sort((a, b) => a.length - b.length || a.index - b.index);
        expect(woken).toEqual(expected.map(({ index }) => index));
      }),
      { seed: 11, numRuns: 40 },
    );
  });

  it('shows every sleeper the time that it asked for', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 5 }), { maxLength: 6 }),
        async (parties) => {
          const clock = new SteppedClock(start);
          const party = async (naps: readonly number[]): Promise<void> => {
            let expected = start;
            for (const nap of naps) {
              await clock.sleep(seconds(nap));
              await new Promise(setImmediate);
              expected += nap * 1000;
              expect(clock.now()).toBe(expected);
            }
          };
          await Promise.all(parties.map(party));
        },
      ),
      { seed: 12, numRuns: 30 },
    );
  });
});
