import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../base/clock.ts';

/** Wall time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep({ ms }, signal) {
    try {
      await setTimeout(ms, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      // Node wraps the reason; whoever aborted looks for it.
      throw signal?.aborted ? signal.reason : error;
    }
  },
  busy: (work) => work(),
};
