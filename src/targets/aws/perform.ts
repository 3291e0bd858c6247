import { seconds } from '../../base/duration.ts';
import type { KindName } from '../../model/kinds/names.ts';
import type { Found } from '../../model/snapshot.ts';
import type { Observed, Settled } from '../../model/types.ts';
import { difference } from '../../plan/diff.ts';
import type { Step } from '../../plan/plan.ts';
import { type CallContext, isAwsFailure, type Reader, readContext, type Writer } from '../../ports/aws.ts';
import type { Known } from './known.ts';

type Values = Readonly<Record<string, unknown>>;

/** The port of one kind, both halves: reading is needed to find out whether a call whose answer was lost was carried out. */
export interface Hands<K extends KindName> {
  readonly reader: Reader<K>;
  readonly writer: Writer<K>;
}

/** How long AWS may take until a read shows what a write made: longer than its reads usually lag. */
const readLag = seconds(20);
const lookEvery = seconds(4);
const tries = 4;

/** Does one step and returns what is known afterwards. Fails with an AwsFailure or a Failure. */
export async function perform<K extends KindName>(
  step: Step,
  hands: Hands<K>,
  world: { known: Known; context: CallContext },
): Promise<Values | undefined> {
  const { known, context } = world;
  const found = known.object(step) as Found<K> | undefined;
  switch (step.action) {
    case 'create':
      return create(step, hands, { settled: known.settle(step) as Settled<K>, known, context });
    case 'update':
      return update(step, hands, { settled: known.settle(step) as Settled<K>, found: found!, context });
    case 'wait':
      return hands.writer.ready === undefined ? found!.observed : hands.writer.ready(found!, context);
    case 'delete':
      await again(() => hands.writer.delete(found!, context), context);
      known.forget(step);
      return undefined;
    default:
      return step.action satisfies never;
  }
}

/** Repeats what may be repeated after a lost answer. */
async function again<T>(work: () => Promise<T>, context: CallContext): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isAwsFailure(error, 'unavailable') || attempt === tries) throw error;
      context.onWait(`${error.operation}: no answer, trying again`);
      await context.clock.sleep(lookEvery, context.signal);
    }
  }
}

async function create<K extends KindName>(
  step: Step,
  hands: Hands<K>,
  input: { settled: Settled<K>; known: Known; context: CallContext },
): Promise<Observed<K>> {
  const { settled, known, context } = input;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await hands.writer.create({ id: step.resource, settled }, context);
    } catch (error) {
      const lost = isAwsFailure(error, 'unavailable') && error.uncertain;
      const mayBeOurs = lost || (isAwsFailure(error, 'exists') && attempt > 1);
      if (!mayBeOurs || attempt === tries) throw error;
      context.onWait(`${error.operation}: no answer, looking whether it was carried out`);
      const made = await lookFor(step, hands, input);
      if (made !== undefined) return finish(step, hands, { made, settled, known, context });
    }
  }
}

/** Looks for what a call with a lost answer may have made, until reads cannot lag any more. */
async function lookFor<K extends KindName>(
  step: Step,
  hands: Hands<K>,
  { settled, known, context }: { settled: Settled<K>; known: Known; context: CallContext },
): Promise<Found<K> | undefined> {
  const end = context.clock.now() + readLag.ms;
  for (;;) {
    const list = await hands.reader.list(readContext(context));
    const made = list.find(
      (object) =>
        object.id === step.resource &&
        object.state !== 'deleting' &&
        object.state !== 'failed' &&
        isNew(step, object, { settled, known }),
    );
    if (made !== undefined || context.clock.now() >= end) return made;
    await context.clock.sleep(lookEvery, context.signal);
  }
}

/** Not the object that this step replaces. */
const isNew = <K extends KindName>(
  step: Step,
  object: Found<K>,
  { settled, known }: { settled: Settled<K>; known: Known },
): boolean =>
  known.object({ ...step, name: object.name }) === undefined &&
  !difference(step.kind, { wanted: settled as Values, there: object.settled as Values }, new Set()).replaces;

/** Brings an object that a lost call made to what was wanted. */
async function finish<K extends KindName>(
  step: Step,
  hands: Hands<K>,
  input: { made: Found<K>; settled: Settled<K>; known: Known; context: CallContext },
): Promise<Observed<K>> {
  const { made, settled, context } = input;
  const { changes } = difference(step.kind, { wanted: settled as Values, there: made.settled as Values }, new Set());
  const observed =
    hands.writer.ready === undefined ? (made.observed as Observed<K>) : await hands.writer.ready(made, context);
  if (changes.length === 0) return observed;
  const changed = changes.map(({ field }) => field) as (keyof Settled<K> & string)[];
  return again(() => hands.writer.update({ found: made, settled, changed }, context), context);
}

async function update<K extends KindName>(
  step: Step,
  hands: Hands<K>,
  input: { settled: Settled<K>; found: Found<K>; context: CallContext },
): Promise<Observed<K>> {
  const { settled, found, context } = input;
  const changed = step.changes.map(({ field }) => field) as (keyof Settled<K> & string)[];
  const observed = await again(() => hands.writer.update({ found, settled, changed }, context), context);
  return { ...found.observed, ...observed };
}
