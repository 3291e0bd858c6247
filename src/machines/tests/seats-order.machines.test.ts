import { describe, expect, it } from 'vitest';
import { minutes } from '../../base/duration.ts';
import { consoleOf } from '../testing/console-of.ts';
import { etcdAt } from '../testing/etcd-at.ts';
import { inLanes } from '../testing/in-lanes.ts';
import { lastWords } from '../testing/last-words.ts';
import { healthy, readOn, release, seatNames, threeSeats, write } from '../testing/three-seats.ts';
import { eventually, startTrial, type Trial } from '../testing/trial.ts';

/** What a cluster was like at each moment of its coming up. */
interface Seen {
  /** Members of etcd that served when two seats were there, and what `kubectl` wrote and read back then. */
  readonly ofTwo?: { readonly started: readonly string[]; readonly read: string; readonly on: readonly string[] };
  /** Ids by seat when all had come, by the word of each. */
  readonly ids: readonly string[];
  /** What the API of the seat that came last reads of what was written before it. */
  readonly readByLast: string;
}

const says = (trial: Trial, seat: string, what: string): Promise<true> =>
  eventually(
    `seat ${seat} says "${what}"`,
    () => (consoleOf(trial, trial.seat(seat).id).includes(what) ? true : undefined),
    minutes(6),
  );

async function allHere(trial: Trial, last: string): Promise<Pick<Seen, 'ids' | 'readByLast'>> {
  await healthy(trial, seatNames);
  const readByLast = await readOn(trial, last, 'written');
  const answers = await Promise.all(seatNames.map((seat) => etcdAt(trial, trial.seat(seat).id)));
  return { ids: answers.map(({ id }) => id), readByLast };
}

async function oneAfterTheOther(trial: Trial, order: readonly string[]): Promise<Seen> {
  const [first, second, third] = order as [string, string, string];
  await release(trial, first);
  await says(trial, first, 'etcd starts as new');
  await release(trial, second);
  const started = await healthy(trial, [first, second]);
  await write(trial, 'written', 'two');
  const ofTwo = {
    started: started.filter(({ hasStarted }) => hasStarted).map(({ name }) => name),
    read: await readOn(trial, first, 'written'),
    on: seatNames.filter((seat) => consoleOf(trial, trial.seat(seat).id) !== ''),
  };
  await release(trial, third);
  return { ofTwo, ...(await allHere(trial, third)) };
}

async function atOnce(trial: Trial): Promise<Seen> {
  await healthy(trial, seatNames);
  await write(trial, 'written', 'two');
  return allHere(trial, 'c');
}

/** A cluster of its own from nothing to three seats. */
async function comeUp(name: string, held: readonly string[], course: (trial: Trial) => Promise<Seen>): Promise<Seen> {
  const trial = await startTrial({ name: `test-seats-${name}`, spec: threeSeats(name), held, speed: 30 });
  try {
    return await course(trial);
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${await lastWords(trial)}`, { cause: error });
  } finally {
    await trial.stop();
  }
}

const orders = ['abc', 'cba', 'bac', 'bca', 'acb', 'cab'];
// Two clusters at a time fit into two processors: a seat spends much of its boot waiting.
const lanes = inLanes(2);

const expectThree = ({ ids, readByLast }: Seen): void => {
  expect(new Set(ids).size).toBe(3);
  expect(readByLast).toBe('two');
};

describe.concurrent('the seats of a new cluster', () => {
  it('become one etcd of three where all start at once', async () =>
    expectThree(await lanes(() => comeUp('at-once', [], atOnce))));

  it.each(orders)('come one long after the other in the order %s, and two of three already work', async (order) => {
    const course = (trial: Trial): Promise<Seen> => oneAfterTheOther(trial, [...order]);
    const seen = await lanes(() => comeUp(`order-${order}`, seatNames, course));
    expect(seen.ofTwo).toEqual({
      started: expect.toSatisfy(
        (names: string[]) => [...names].sort().join('') === [...order.slice(0, 2)].sort().join(''),
      ),
      read: 'two',
      on: seatNames.filter((seat) => seat !== order[2]),
    });
    expectThree(seen);
  });
});
