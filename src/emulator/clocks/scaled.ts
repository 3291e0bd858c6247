import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../../base/clock.ts';
import type { Duration } from '../../base/duration.ts';

/** Node's timers take no more than this many milliseconds. */
const longestTimer = 2 ** 31 - 1;

/** Wall time times a speed, from a start: for a server that other programs use. */
export class ScaledClock implements Clock {
  readonly speed: number;
  readonly #startAt: number;
  readonly #wallStart: number;

  constructor(startAt: number, speed: number) {
    if (!(speed > 0) || !Number.isFinite(speed))
      throw new RangeError(`the speed of a clock is a positive number, not ${speed}`);
    this.speed = speed;
    this.#startAt = startAt;
    this.#wallStart = performance.now();
  }

  now(): number {
    return this.#startAt + Math.round((performance.now() - this.#wallStart) * this.speed);
  }

  async sleep(duration: Duration, signal?: AbortSignal): Promise<void> {
    const end = this.now() + duration.ms;
    signal?.throwIfAborted();
    for (;;) {
      const left = (end - this.now()) / this.speed;
      if (left <= 0) return;
      await wait(Math.min(Math.ceil(left), longestTimer), undefined, signal && { signal }).catch((error: unknown) => {
        throw signal?.aborted ? signal.reason : error;
      });
    }
  }

  busy<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }
}
