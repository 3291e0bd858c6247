import { access } from 'node:fs';
import type { Clock } from '../../base/clock.ts';
import type { Duration } from '../../base/duration.ts';

/** What else happens at times of this clock: the world's own events. */
export interface Agenda {
  /** When the next thing happens by itself; undefined if nothing will. */
  next(): number | undefined;
  /** Runs everything that is due at that time. */
  run(now: number): Promise<void>;
}

interface Sleeper {
  readonly at: number;
  readonly seq: number;
  wake(): void;
}

/**
 * How often the event loop turns without anything beginning before the clock moves. Work between two awaits takes one turn
 * each; a response that crosses the loopback takes a few. Too small a number lets time outrun work, a large one only costs
 * microseconds.
 */
const quietTurns = 8;

/**
 * One turn of the event loop in which the thread pool took its turn too: small file reads of others, which Node does not
 * tell about, come as far in each of these as this does. Longer work with files belongs into `busy`.
 */
const turn = (): Promise<void> => new Promise((resolve) => access('/', () => setImmediate(resolve)));

/**
 * A clock that moves only when nobody works: no `busy` work in flight and somebody sleeping. Then it goes to the next
 * moment at which a sleeper wakes or the agenda has something, wakes one sleeper, and waits again until all is quiet. So
 * an hour passes in milliseconds and the same work always happens in the same order.
 */
export class SteppedClock implements Clock {
  #now: number;
  #seq = 0;
  #busy = 0;
  /** Requests that wait on this clock while a client waits for them. */
  #waitingRequests = 0;
  #activity = 0;
  #settling = false;
  #stopped = false;
  readonly #sleepers = new Set<Sleeper>();
  #agenda: Agenda | undefined;

  constructor(startAt: number) {
    this.#now = startAt;
  }

  /** Gives the clock what happens by itself. */
  follow(agenda: Agenda): void {
    this.#agenda = agenda;
  }

  now(): number {
    return this.#now;
  }

  sleep(duration: Duration, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener('abort', abort);
        this.#touch();
      };
      const abort = (): void => {
        leave();
        reject(signal?.reason);
      };
      const wake = (): void => {
        leave();
        resolve();
      };
      const sleeper: Sleeper = { at: this.#now + Math.max(0, duration.ms), seq: this.#seq++, wake };
      signal?.addEventListener('abort', abort, { once: true });
      this.#sleepers.add(sleeper);
      this.#touch();
    });
  }

  async busy<T>(work: () => Promise<T>): Promise<T> {
    this.#busy += 1;
    this.#activity += 1;
    try {
      return await work();
    } finally {
      this.#busy -= 1;
      this.#touch();
    }
  }

  /**
   * Sleeps inside a request, within its `busy`: the server's latency. The client that waits for the answer is busy meanwhile,
   * and the clock moves nevertheless.
   */
  async sleepInRequest(duration: Duration): Promise<void> {
    // The server's own hold is given back for as long; the client's is allowed for.
    this.#busy -= 1;
    this.#waitingRequests += 1;
    try {
      await this.sleep(duration);
    } finally {
      this.#waitingRequests -= 1;
      this.#busy += 1;
    }
  }

  /** Moves no further: the server stops. Sleepers sleep on until their signal aborts. */
  stop(): void {
    this.#stopped = true;
  }

  #touch(): void {
    this.#activity += 1;
    if (!this.#settling && !this.#stopped) void this.#settle();
  }

  #idle(): boolean {
    return this.#busy <= this.#waitingRequests;
  }

  /** One loop at a time: waits for quiet, moves, and ends when nobody sleeps or somebody works. */
  async #settle(): Promise<void> {
    this.#settling = true;
    try {
      while (!this.#stopped && this.#sleepers.size > 0 && this.#idle()) {
        if (await this.#quiet()) await this.#move();
      }
    } finally {
      this.#settling = false;
    }
  }

  /** Whether nothing began for a while; false as soon as somebody works. */
  async #quiet(): Promise<boolean> {
    for (let quiet = 0; quiet < quietTurns; quiet++) {
      const before = this.#activity;
      await turn();
      if (!this.#idle()) return false;
      if (before !== this.#activity) quiet = -1;
    }
    return true;
  }

  async #move(): Promise<void> {
    const sleeper = this.#first();
    const next = this.#agenda?.next();
    if (!sleeper) return;
    if (next !== undefined && next <= sleeper.at) {
      this.#now = Math.max(this.#now, next);
      await this.#agenda?.run(this.#now);
      return;
    }
    this.#now = Math.max(this.#now, sleeper.at);
    sleeper.wake();
  }

  #first(): Sleeper | undefined {
    let first: Sleeper | undefined;
    for (const sleeper of this.#sleepers) {
      if (!first || sleeper.at < first.at || (sleeper.at === first.at && sleeper.seq < first.seq)) first = sleeper;
    }
    return first;
  }
}
