import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Duration } from '../../base/duration.ts';
import type { Step } from '../../plan/plan.ts';

/** What happens during apply, in order. `at` is milliseconds since 1970 on the clock of the apply. */
export type ApplyEvent =
  | { readonly type: 'started'; readonly at: number; readonly step: Step }
  | { readonly type: 'waiting'; readonly at: number; readonly step: Step; readonly lastSeen: string }
  | { readonly type: 'done'; readonly at: number; readonly step: Step; readonly took: Duration }
  | { readonly type: 'failed'; readonly at: number; readonly step: Step; readonly diagnostics: readonly Diagnostic[] }
  | { readonly type: 'skipped'; readonly at: number; readonly step: Step; readonly because: string }
  | { readonly type: 'finished'; readonly at: number; readonly result: ApplyResult };

export interface ApplyResult {
  readonly outcome: 'done' | 'failed' | 'stopped';
  readonly done: number;
  readonly failed: number;
  /** Steps that were not begun, since what they need failed or the run was stopped. */
  readonly skipped: number;
  readonly took: Duration;
}
