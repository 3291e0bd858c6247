import { milliseconds } from '../../base/duration.ts';
import type { KindName } from '../../model/kinds/names.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import type { Plan, Step } from '../../plan/plan.ts';
import type { CallContext, Readers, Writers } from '../../ports/aws.ts';
import { diagnosticsOf } from '../../ports/failure-diagnostic.ts';
import { eventQueue } from './event-queue.ts';
import type { ApplyEvent, ApplyResult } from './events.ts';
import { type Known, knownFrom } from './known.ts';
import { type Hands, perform } from './perform.ts';

export interface ApplyInput {
  readonly plan: Plan;
  /** The world that the plan was made from. */
  readonly snapshot: Snapshot;
  readonly readers: Readers;
  readonly writers: Writers;
  /** Its signal stops the run: no new step begins, waits end, calls in flight are let finish. */
  readonly context: Omit<CallContext, 'onWait'>;
  /** How many steps run at once at most; 40 unless told. Throttling slows calls below this. */
  readonly atOnce?: number;
}

interface Run {
  readonly input: ApplyInput;
  readonly known: Known;
  readonly waiting: Set<Step>;
  readonly running: Map<string, Promise<void>>;
  readonly finished: Map<string, 'done' | 'failed'>;
  /** The caller's, or that nobody listens any more. */
  readonly signal: AbortSignal;
  emit(event: ApplyEvent): void;
}

/** Runs a plan: whatever has its needs met, bounded. It has no opinion of its own and remembers nothing. */
export async function* apply(input: ApplyInput): AsyncGenerator<ApplyEvent, ApplyResult> {
  const queue = eventQueue<ApplyEvent>();
  const unheard = new AbortController();
  const begun = input.context.clock.now();
  const run: Run = {
    input,
    known: knownFrom(input.snapshot),
    waiting: new Set(input.plan.steps),
    running: new Map(),
    finished: new Map(),
    signal: AbortSignal.any([input.context.signal, unheard.signal]),
    emit: queue.push,
  };
  const ended = drive(run).then(() => queue.close(), queue.fail);
  try {
    for await (const event of queue.events) yield event;
  } finally {
    // A listener that leaves must not leave writes behind it: whoever holds the lock gives it back next.
    unheard.abort(new Error('nobody listens any more'));
    await ended;
    await Promise.allSettled(run.running.values());
  }
  const result = resultOf(run, begun);
  yield { type: 'finished', at: input.context.clock.now(), result };
  return result;
}

async function drive(run: Run): Promise<void> {
  const { signal } = run;
  for (;;) {
    if (!signal.aborted) startReady(run);
    if (run.running.size === 0) break;
    await Promise.race(run.running.values());
  }
  const because = signal.aborted ? 'the run was stopped' : 'something that it needs failed';
  for (const step of run.waiting) run.emit({ type: 'skipped', at: run.input.context.clock.now(), step, because });
}

function startReady(run: Run): void {
  const { input, waiting, running, finished } = run;
  for (const step of waiting) {
    if (running.size >= (input.atOnce ?? 40)) return;
    if (!step.needs.every((id) => finished.get(id) === 'done')) continue;
    waiting.delete(step);
    running.set(
      step.id,
      runStep(run, step).then((outcome) => {
        finished.set(step.id, outcome);
        running.delete(step.id);
      }),
    );
  }
}

async function runStep(run: Run, step: Step): Promise<'done' | 'failed'> {
  const { input, known, emit } = run;
  const { clock } = input.context;
  const begun = clock.now();
  emit({ type: 'started', at: begun, step });
  const context: CallContext = {
    ...input.context,
    signal: run.signal,
    onWait: (lastSeen) => emit({ type: 'waiting', at: clock.now(), step, lastSeen }),
  };
  try {
    const hands = { reader: input.readers[step.kind], writer: input.writers[step.kind] } as Hands<KindName>;
    const learned = await perform(step, hands, { known, context });
    if (learned !== undefined) known.learn(step.resource, learned);
    emit({ type: 'done', at: clock.now(), step, took: milliseconds(clock.now() - begun) });
    return 'done';
  } catch (error) {
    if (run.signal.aborted && error === run.signal.reason) {
      emit({
        type: 'skipped',
        at: clock.now(),
        step,
        because: 'the run was stopped while it waited; AWS goes on with it',
      });
    } else {
      emit({
        type: 'failed',
        at: clock.now(),
        step,
        diagnostics: diagnosticsOf(error, `${step.action} ${step.resource}`),
      });
    }
    return 'failed';
  }
}

function resultOf({ input, finished, waiting }: Run, begun: number): ApplyResult {
  const count = (outcome: 'done' | 'failed'): number =>
    [...finished.values()].filter((value) => value === outcome).length;
  const outcome = input.context.signal.aborted ? 'stopped' : count('failed') > 0 ? 'failed' : 'done';
  return {
    outcome,
    done: count('done'),
    failed: count('failed'),
    skipped: waiting.size,
    took: milliseconds(input.context.clock.now() - begun),
  };
}
