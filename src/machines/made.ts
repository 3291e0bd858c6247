/** One thing that a run made on this host, by what tells it from all others. */
export type Made =
  | { readonly kind: 'namespace'; readonly name: string }
  /** `start`: field 22 of /proc/PID/stat, clock ticks since boot: a later process of the same id has another. */
  | { readonly kind: 'process'; readonly pid: number; readonly start: string }
  /** `device` is empty where it is not known yet; `file` is what lies behind it. */
  | { readonly kind: 'loop'; readonly device: string; readonly file: string }
  | { readonly kind: 'cgroup'; readonly path: string }
  | { readonly kind: 'mount'; readonly path: string }
  | { readonly kind: 'folder'; readonly path: string }
  /** A setting of the host's kernel, by its path below /proc/sys: what it said before, and what the run or its machines made it say. */
  | { readonly kind: 'setting'; readonly path: string; readonly before: string; readonly during: string };

export type MadeKind = Made['kind'];

/** What a run made on this host and has not taken away, on disk. */
export interface Records {
  /** The run's folder: nothing outside of it is ever deleted as a folder. */
  readonly folder: string;
  /** Lines of the journal that cannot be read, in words. What they named is not known any more. */
  readonly damage: readonly string[];
  /** On disk when it returns. Call it BEFORE the thing is made: a record of what never came to be costs nothing. */
  add(made: Made): void;
  /** Call it after the thing is gone. */
  forget(made: Made): void;
  /** What is left, oldest first. */
  all(): readonly Made[];
}
