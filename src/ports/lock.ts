import type { Duration } from '../base/duration.ts';

/** Who holds a lock: `id` is new for each run, so that a process can tell its own hold from an earlier one's. */
export interface LockOwner {
  readonly user: string;
  readonly host: string;
  readonly pid: number;
  readonly id: string;
}

/** Somebody else is at work on the cluster. Times are ISO 8601. */
export interface HeldBy {
  readonly held: false;
  readonly by: LockOwner;
  readonly since: string;
  readonly renewed: string;
  /** When it counts as left behind if it is not renewed. */
  readonly until: string;
}

export interface Lock {
  readonly held: true;
  readonly owner: LockOwner;
  /** Aborts when the lock is lost: it could not be renewed in time, or somebody broke it. Whoever writes must stop then. */
  readonly lost: AbortSignal;
  /** Ends the renewal and gives the lock back; only ever removes one's own. */
  release(): Promise<void>;
}

export interface Locks {
  /**
   * Takes the cluster's lock, or says who has it. One whose lease has run out, or of whose holder `isGone` says that it
   * is certainly gone (a process of this machine that ended), is taken over.
   */
  acquire(owner: LockOwner, isGone?: (owner: LockOwner) => boolean): Promise<Lock | HeldBy>;
  /** Whether a lock stands there, held or left behind. Writes nothing. */
  exists(): Promise<boolean>;
}

/** How long a lock holds without being renewed, and how often it is renewed. */
export interface Lease {
  readonly length: Duration;
  readonly renewEvery: Duration;
}
