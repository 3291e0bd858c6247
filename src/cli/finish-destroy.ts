import type { DestroyEvent, DestroyResult, Plan } from '../app/index.ts';
import type { Clock } from '../base/clock.ts';
import { formatDuration } from '../base/duration.ts';
import type { ExitCode, Invocation } from './command.ts';
import { show } from './outcome.ts';
import { plural, type Style } from './views/style.ts';

/** Follows a destroy to its end and proves what is left. */
export async function finishDestroy(
  invocation: Invocation,
  {
    plan,
    events,
    clock,
  }: { plan: Plan; events: AsyncGenerator<DestroyEvent, DestroyResult> | undefined; clock: Clock },
): Promise<ExitCode> {
  const { io } = invocation;
  let result: DestroyResult = {
    outcome: 'done',
    done: 0,
    failed: 0,
    skipped: 0,
    took: { ms: 0 },
    remaining: [],
    kept: [],
  };
  if (events !== undefined) {
    const { progressView } = await import('./views/human/progress.ts');
    const view = progressView(plan, clock, io);
    try {
      for (;;) {
        const next = await events.next();
        if (next.done === true) {
          result = next.value;
          break;
        }
        const event = next.value;
        if (event.type === 'leftover-removed')
          io.err(`removed ${event.leftover.type} ${event.leftover.name}: ${event.leftover.because}`);
        else if (event.type === 'leftover-stays')
          io.err(`left alone ${event.leftover.type} ${event.leftover.name}: ${event.leftover.because}`);
        else view.show(event);
      }
    } finally {
      view.end();
    }
  }
  const ok = result.outcome === 'done' && result.remaining.length === 0;
  const data = {
    outcome: result.outcome,
    done: result.done,
    failed: result.failed,
    skipped: result.skipped,
    seconds: Math.round(result.took.ms / 1000),
    remaining: result.remaining,
    kept: result.kept.map(({ type, id, name }) => ({ type, id, name })),
  };
  show(invocation, 'DestroyResult', { data, text: endText(result, io.outStyle) });
  return ok ? 0 : 1;
}

function endText(result: DestroyResult, style: Style): string {
  if (result.outcome === 'stopped')
    return `\n${style.yellow('Stopped:')} ${result.done} removed. Run quilla destroy again; it goes on.`;
  if (result.outcome === 'failed')
    return `\n${style.red('Not everything could be removed:')} ${result.done} removed, ${result.failed} failed, ${result.skipped} not begun. Mend the cause and run quilla destroy again.`;
  if (result.remaining.length > 0)
    return `\n${style.red('Still there:')} ${result.remaining.join(', ')}. Run quilla destroy again.`;
  const what = result.done === 0 ? '' : `${plural(result.done, 'step')} in ${formatDuration(result.took)}. `;
  const kept = result.kept.map(({ type, id, name }) => (id === name ? `${type} ${id}` : `${type} ${id} (${name})`));
  if (kept.length > 0)
    return `\n${style.green('Gone:')} ${what}Looked again: all that carries the cluster's tags is what was to be kept: ${kept.join(', ')}.`;
  return `\n${style.green('Gone:')} ${what}Looked again: nothing that carries the cluster's tags is left.`;
}
