import { describe, expect, it } from 'vitest';
import { milliseconds } from '../base/duration.ts';
import { levelTriggered } from './level-triggered.ts';

/** Work whose runs are let end one by one. */
function heldWork() {
  const ends: ((error?: Error) => void)[] = [];
  const errors: string[] = [];
  const loop = levelTriggered({
    work: () =>
      new Promise((resolve, reject) => {
        ends.push((error) => (error === undefined ? resolve() : reject(error)));
      }),
    retry: milliseconds(1),
    onError: ({ message }) => errors.push(message),
  });
  const next = async (): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, 5));
  };
  return { loop, ends, errors, next };
}

describe('level-triggered work', () => {
  it('runs once more for all that woke it while it ran, and never twice at once', async () => {
    const { loop, ends, next } = heldWork();
    loop.wake();
    loop.wake();
    loop.wake();
    await next();
    expect(ends).toHaveLength(1);
    loop.wake();
    ends[0]!();
    await next();
    expect(ends).toHaveLength(2);
    ends[1]!();
    await next();
    expect(ends).toHaveLength(2);
  });

  it('settles only with a run that began after the call', async () => {
    const { loop, ends, next } = heldWork();
    loop.wake();
    await next();
    let settled = false;
    const waited = loop.settled().then(() => {
      settled = true;
    });
    ends[0]!();
    await next();
    expect(settled).toBe(false);
    ends[1]!();
    await waited;
  });

  it('tells of a failure and tries again by itself', async () => {
    const { loop, ends, errors, next } = heldWork();
    const waited = loop.settled();
    await next();
    ends[0]!(new Error('no way'));
    await next();
    expect(errors).toEqual(['no way']);
    ends[1]!();
    await waited;
  });

  it('begins nothing after it was stopped, and leaves nobody waiting', async () => {
    const { loop, ends, next } = heldWork();
    loop.wake();
    await next();
    const waited = loop.settled();
    const stopped = loop.stop();
    ends[0]!();
    await Promise.all([stopped, waited]);
    loop.wake();
    await next();
    expect(ends).toHaveLength(1);
  });
});
