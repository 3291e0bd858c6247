import type { Duration } from './duration.ts';

/**
 * Time as a port. Whoever waits sleeps on a Clock and whoever calls another program says so with `busy`,
 * so that a stepped clock (the embedded AWS in this process) knows when it may move on.
 */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z on this clock. */
  now(): number;
  /** Resolves when the time has passed; rejects with the signal's reason when it aborts first. */
  sleep(duration: Duration, signal?: AbortSignal): Promise<void>;
  /** Runs work during which time must not be stepped (a request in flight). */
  busy<T>(work: () => Promise<T>): Promise<T>;
}
