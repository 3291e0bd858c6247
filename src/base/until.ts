import type { Clock } from './clock.ts';
import { type CodeTable, Failure, reporter } from './diagnostic.ts';
import { type Duration, formatDuration } from './duration.ts';

export const waitCodes = {
  'wait.deadline': {
    severity: 'error',
    summary: 'Waited too long',
    explanation:
      'Something that AWS or Kubernetes was asked for did not become ready in its usual time. Nothing is lost: run the same command again, it observes what is there and goes on. If it hangs at the same place twice, look at what was last seen in the detail.',
  },
} as const satisfies CodeTable;

const report = reporter(waitCodes);

/** What one look at the world showed. */
export type Seen<T> = { readonly done: T } | { readonly waiting: string };

export interface Wait {
  /** What is waited for, to follow "waiting for": `cluster k8s to be ACTIVE`. */
  readonly what: string;
  readonly deadline: Duration;
  readonly every: Duration;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  /** Told after each look that was not yet it. */
  readonly onLook?: ((lastSeen: string) => void) | undefined;
}

/** Looks until a look says done. Fails with `wait.deadline`, or with the signal's reason. */
export async function until<T>(wait: Wait, look: () => Promise<Seen<T>>): Promise<T> {
  const { what, deadline, every, clock, signal, onLook } = wait;
  const end = clock.now() + deadline.ms;
  for (;;) {
    signal?.throwIfAborted();
    const seen = await look();
    if ('done' in seen) return seen.done;
    onLook?.(seen.waiting);
    const left = end - clock.now();
    if (left <= 0) {
      throw new Failure(
        report('wait.deadline', {
          detail: `waited ${formatDuration(deadline)} for ${what}; last seen: ${seen.waiting}`,
          fix: 'Run the same command again: it looks at what is there and goes on.',
        }),
      );
    }
    await clock.sleep({ ms: Math.min(every.ms, left) }, signal);
  }
}
