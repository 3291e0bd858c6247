import type { ApplyEvent, ApplyResult, Diagnostic, Plan } from '../app/index.ts';
import type { Clock } from '../base/clock.ts';
import { formatDuration } from '../base/duration.ts';
import { type ExitCode, type Invocation, isJson } from './command.ts';
import { show } from './outcome.ts';
import { plural } from './views/style.ts';

export interface Running {
  readonly plan: Plan;
  /** Undefined where there is nothing to do. */
  readonly events: AsyncGenerator<ApplyEvent, ApplyResult> | undefined;
  readonly clock: Clock;
  /** The command that goes on where this one stopped. */
  readonly again: string;
  /** What to do after it was done; undefined for nothing. */
  readonly next?: string | undefined;
}

/** Follows an apply to its end, shows it, and says how it ended. */
export async function finish(invocation: Invocation, { plan, events, clock, again, next }: Running): Promise<ExitCode> {
  const { io } = invocation;
  const failures: { step: string; diagnostics: readonly Diagnostic[] }[] = [];
  let result: ApplyResult = { outcome: 'done', done: 0, failed: 0, skipped: 0, took: { ms: 0 } };
  if (events !== undefined) {
    const { progressView } = await import('./views/human/progress.ts');
    const view = progressView(plan, clock, io);
    try {
      for await (const event of events) {
        view.show(event);
        if (event.type === 'failed') failures.push({ step: event.step.id, diagnostics: event.diagnostics });
        if (event.type === 'finished') result = event.result;
      }
    } finally {
      view.end();
    }
  }
  const seconds = Math.round(result.took.ms / 1000);
  const data = {
    outcome: result.outcome,
    done: result.done,
    failed: result.failed,
    skipped: result.skipped,
    seconds,
    summary: plan.summary,
    failures,
  };
  show(invocation, 'ApplyResult', { data, text: endText(result, { plan, again, next, style: io.outStyle }) });
  if (isJson(invocation)) return result.outcome === 'done' ? 0 : 1;
  return result.outcome === 'done' ? 0 : 1;
}

function endText(
  result: ApplyResult,
  { plan, again, next, style }: Pick<Running, 'plan' | 'again' | 'next'> & { style: Invocation['io']['outStyle'] },
): string {
  const took = formatDuration(result.took);
  switch (result.outcome) {
    case 'done':
      if (plan.steps.length === 0) return '';
      return `\n${style.green('Done:')} ${plural(result.done, 'step')} in ${took}.${next === undefined ? '' : `\nNext: ${next}`}`;
    case 'failed':
      return `\n${style.red('Not everything could be done:')} ${result.done} done, ${result.failed} failed, ${result.skipped} not begun. Mend the cause and run ${again} again; it goes on from here.`;
    case 'stopped':
      return `\n${style.yellow('Stopped:')} ${result.done} done, ${result.skipped + result.failed} not. Run ${again} again; it looks at what is there and goes on.`;
    default:
      return result.outcome satisfies never;
  }
}
