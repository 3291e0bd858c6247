import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../base/clock.ts';
import { minutes, seconds } from '../../base/duration.ts';
import { SteppedClock } from '../../emulator/clocks/stepped.ts';
import type { HeldBy, Lock, LockOwner } from '../../ports/lock.ts';
import { adapterTrial } from '../../testing/adapter-trial.ts';
import type { Clients } from './clients.ts';
import { connect } from './connection.ts';
import { lockName, lockPermissions, parameterLocks } from './lock.ts';

const awsError = (name: string, status = 400): Error =>
  Object.assign(new Error(name), { name, $metadata: { httpStatusCode: status } });

/** What Parameter Store does with one parameter: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html */
class ParameterStore {
  readonly parameters = new Map<string, { value: string; version: number }>();
  /** Runs before the next call of a kind: somebody else is quicker, or the answer is lost. */
  readonly before = new Map<string, () => void>();
  /** Calls that AWS carries out and whose answer never comes. */
  readonly lose = new Set<string>();

  async send(command: { constructor: { name: string }; input: Record<string, unknown> }) {
    const { input } = command;
    const kind = command.constructor.name.replace('Command', '');
    const first = this.before.get(kind);
    this.before.delete(kind);
    first?.();
    const answer = this.#answer(kind, input);
    if (this.lose.delete(kind)) throw awsError('InternalServerError', 500);
    return answer;
  }

  #answer(kind: string, { Name, Value, Overwrite }: Record<string, unknown>) {
    const there = this.parameters.get(String(Name));
    if (kind === 'PutParameter') {
      if (there !== undefined && Overwrite !== true) throw awsError('ParameterAlreadyExists');
      const version = (there?.version ?? 0) + 1;
      this.parameters.set(String(Name), { value: String(Value), version });
      return { Version: version };
    }
    if (there === undefined) throw awsError('ParameterNotFound');
    if (kind === 'DeleteParameter') {
      this.parameters.delete(String(Name));
      return {};
    }
    return { Parameter: { Name, Value: there.value, Version: there.version } };
  }
}

const owner = (id: string): LockOwner => ({ user: 'ana', host: 'laptop', pid: 42, id });
const isLock = (outcome: Lock | HeldBy): outcome is Lock => outcome.held;

let clock: SteppedClock;
let store: ParameterStore;
const open: Lock[] = [];

/** Another process with a connection of its own, on a machine whose clock may be ahead. */
const locks = (ahead = minutes(0)) => {
  const clients = { ssm: store } as unknown as Clients;
  const own: Clock = {
    now: () => clock.now() + ahead.ms,
    sleep: (duration, signal) => clock.sleep(duration, signal),
    busy: (work) => clock.busy(work),
  };
  return parameterLocks(connect({ region: 'eu-west-1', clock: own, clients, random: () => 0 }), 'k8s');
};
const holder = (): string => JSON.parse(store.parameters.get(lockName('k8s'))!.value).owner.id;
const take = async (id: string, isGone?: (owner: LockOwner) => boolean) => {
  const outcome = await locks().acquire(owner(id), isGone);
  if (isLock(outcome)) open.push(outcome);
  return outcome;
};
const mustTake = async (id: string): Promise<Lock> => {
  const outcome = await take(id);
  if (!isLock(outcome)) throw new Error(`held by ${outcome.by.id}`);
  return outcome;
};

beforeEach(() => {
  clock = new SteppedClock(Date.UTC(2026, 10, 23));
  store = new ParameterStore();
});
afterEach(async () => {
  for (const lock of open.splice(0)) await lock.release();
});

/** A holder that died: its hold stands and nobody renews it. */
const leftBehind = async (id: string): Promise<void> => {
  const hold = {
    owner: owner(id),
    since: new Date(clock.now()).toISOString(),
    renewed: new Date(clock.now()).toISOString(),
    leaseSeconds: 120,
  };
  await store.send({
    constructor: { name: 'PutParameterCommand' },
    input: { Name: lockName('k8s'), Value: JSON.stringify(hold), Overwrite: true },
  });
};

describe('the lock of a cluster', () => {
  it('goes to one of two at once; the other learns who has it and since when', async () => {
    const outcomes = await Promise.all([take('a'), take('b')]);
    const [winner] = outcomes.filter(isLock);
    const losers = outcomes.filter((outcome) => !isLock(outcome));
    expect(outcomes.filter(isLock)).toHaveLength(1);
    expect(losers).toEqual([
      {
        held: false,
        by: winner!.owner,
        since: '2026-11-23T00:00:00.000Z',
        renewed: '2026-11-23T00:00:00.000Z',
        until: '2026-11-23T00:02:00.000Z',
      },
    ]);
  });

  it('is free after its release, which removes nothing of the next holder', async () => {
    const first = await mustTake('a');
    await first.release();
    expect(store.parameters.size).toBe(0);
    await mustTake('b');
    await first.release();
    expect(holder()).toBe('b');
  });

  it('holds for as long as its holder works', async () => {
    const lock = await mustTake('a');
    await clock.sleep(minutes(30));
    expect(lock.lost.aborted).toBe(false);
    expect(await take('b')).toMatchObject({ held: false, by: { id: 'a' }, since: '2026-11-23T00:00:00.000Z' });
  });

  it('that its holder left behind is free after two minutes and not before', async () => {
    await leftBehind('dead');
    await clock.sleep(seconds(119));
    expect(await take('b')).toMatchObject({ held: false, by: { id: 'dead' } });
    await clock.sleep(seconds(1));
    expect((await take('b')).held).toBe(true);
    expect(holder()).toBe('b');
  });

  it('is taken at once from a holder that is certainly gone', async () => {
    await leftBehind('dead');
    expect((await take('b', ({ id }) => id === 'dead')).held).toBe(true);
  });

  it('left behind goes to just one of several that see it at the same moment', async () => {
    await leftBehind('dead');
    await clock.sleep(minutes(3));
    const outcomes = await Promise.all(['a', 'b', 'c', 'd'].map((id) => take(id)));
    expect(outcomes.filter(isLock)).toHaveLength(1);
    const winner = outcomes.find(isLock)!;
    await clock.sleep(minutes(1));
    expect(winner.lost.aborted).toBe(false);
    expect(holder()).toBe(winner.owner.id);
  });

  it('is ours where the answer that said so was lost', async () => {
    store.lose.add('PutParameter');
    expect((await take('a')).held).toBe(true);
    await open.pop()!.release();
    await leftBehind('dead');
    await clock.sleep(minutes(3));
    store.before.set('GetParameter', () => store.lose.add('PutParameter'));
    expect((await take('b')).held).toBe(true);
  });

  it('tells its holder when somebody broke it', async () => {
    const lock = await mustTake('a');
    store.parameters.delete(lockName('k8s'));
    await clock.sleep(seconds(31));
    expect(lock.lost.aborted).toBe(true);
  });

  it('is lost when AWS cannot be reached for the length of a lease', async () => {
    const lock = await mustTake('a');
    const down = (): void => {
      store.before.set('PutParameter', down);
      throw awsError('ServiceUnavailable', 503);
    };
    store.before.set('PutParameter', down);
    await clock.sleep(minutes(4));
    expect(lock.lost.aborted).toBe(true);
    store.before.clear();
  });

  it('stays with a holder that renews, though its lease ran out by the clock of another machine', async () => {
    await mustTake('first');
    const outcome = await locks(minutes(10)).acquire(owner('second'));
    expect(outcome.held).toBe(false);
    expect(holder()).toBe('first');
  });
});

describe('the lock on the embedded AWS', () => {
  it('goes to one of two at once, then to the other, with calls that its permissions cover', async () => {
    const trial = await adapterTrial();
    try {
      const on = parameterLocks(trial.connection, 'trial');
      const [a, b] = await Promise.all([on.acquire(owner('a')), on.acquire(owner('b'))]);
      const winner = [a, b].find(isLock)!;
      expect([a, b].filter(isLock)).toHaveLength(1);
      await trial.aws.clock.sleep(minutes(5));
      expect(winner.lost.aborted).toBe(false);
      await winner.release();
      const next = await on.acquire(owner('c'));
      expect(next.held).toBe(true);
      if (isLock(next)) await next.release();
      expect(trial.aws.world.regions['us-east-1']?.ssm.parameters).toEqual({});
      const allowed = lockPermissions.map(({ action }) => action);
      expect(trial.asked.filter((operation) => !allowed.includes(operation))).toEqual([]);
    } finally {
      await trial.stop();
    }
  });
});
