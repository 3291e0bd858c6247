import { expect } from 'vitest';
import type { Adapter } from '../adapters/aws/adapter.ts';
import { makeClients } from '../adapters/aws/clients.ts';
import { type Connection, connect } from '../adapters/aws/connection.ts';
import { sameJson } from '../base/canonical-json.ts';
import type { Duration } from '../base/duration.ts';
import { type EmbeddedAws, startEmbeddedAws } from '../emulator/embedded-aws.ts';
import type { FaultPlan } from '../emulator/faults.ts';
import type { KindName } from '../model/kinds/names.ts';
import type { Found } from '../model/snapshot.ts';
import { clusterTag, idTag } from '../model/tags.ts';
import type { Observed, Settled } from '../model/types.ts';
import type { CallContext, ReadContext } from '../ports/aws.ts';
import type { Permission } from '../ports/permissions.ts';

/** The tags that the model puts on a resource of cluster `trial`. */
export const tagsFor = (id: string, further: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  Name: `trial/${id}`,
  ...further,
  [clusterTag]: 'trial',
  [idTag]: id,
});

type Phase = 'read' | 'create' | 'update' | 'delete';

/** Every operation that was called is one that the adapter says it needs; every verb may read. */
async function covered<T>(
  trial: { readonly asked: string[] },
  declared: readonly Permission[],
  work: () => Promise<T>,
): Promise<T> {
  const from = trial.asked.length;
  const result = await work();
  const called = [...new Set(trial.asked.slice(from))];
  expect(called.filter((operation) => !declared.some(({ action }) => action === operation))).toEqual([]);
  return result;
}

/** One kind's adapter on the embedded AWS, each method checked against the permissions that it declares. */
export class KindTrial<K extends KindName> {
  readonly #trial: AdapterTrial;
  readonly #adapter: Adapter<K>;

  /** How long AWS keeps what is made from its lists. */
  readonly #lag: Duration | undefined;

  constructor(trial: AdapterTrial, adapter: Adapter<K>, lag?: Duration) {
    this.#trial = trial;
    this.#adapter = adapter;
    this.#lag = lag;
  }

  #in<T>(phase: Phase, work: () => Promise<T>): Promise<T> {
    const { read, [phase]: own } = this.#adapter.permissions;
    return covered(this.#trial, phase === 'read' ? read : [...read, ...own], work);
  }

  list(): Promise<readonly Found<K>[]> {
    return this.#in('read', () => this.#adapter.reader(this.#trial.connection).list(this.#trial.reading()));
  }

  /** How many calls a list of this kind alone makes. */
  async callsPerList(): Promise<number> {
    const before = this.#trial.asked.length;
    await this.list();
    return this.#trial.asked.length - before;
  }

  async find(id: string): Promise<Found<K>> {
    const found = (await this.list()).filter((one) => one.id === id);
    expect(found.map((one) => one.id)).toEqual([id]);
    return found[0]!;
  }

  create(id: string, settled: Settled<K>): Promise<Observed<K>> {
    return this.#in('create', () => {
      const writer = this.#adapter.writer(this.#trial.connection);
      return writer.create({ id, settled }, this.#trial.context);
    });
  }

  /** Brings what is there to `settled`, as apply would: with the names of the fields that differ. */
  async update(id: string, settled: Settled<K>): Promise<Observed<K>> {
    const found = await this.find(id);
    const there = found.settled as Readonly<Record<string, unknown>>;
    const changed = (Object.keys(settled) as (keyof Settled<K> & string)[]).filter(
      (field) => !sameJson(there[field], settled[field]),
    );
    return this.#in('update', () =>
      this.#adapter.writer(this.#trial.connection).update({ found, settled, changed }, this.#trial.context),
    );
  }

  async delete(id: string): Promise<void> {
    const found = await this.find(id);
    const writer = this.#adapter.writer(this.#trial.connection);
    await this.#in('delete', () => writer.delete(found, this.#trial.context));
  }

  /** Deletes what a look before saw: it may be gone meanwhile. */
  deleteFound(found: Found<K>): Promise<void> {
    return this.#in('delete', () => this.#adapter.writer(this.#trial.connection).delete(found, this.#trial.context));
  }

  /**
   * The life that every kind must stand: made, it reads as what was asked; changed, as the change; deleted, it is not listed,
   * and deleting it again is no error.
   */
  async life(id: string, settled: Settled<K>, changes: readonly Partial<Settled<K>>[] = []): Promise<void> {
    const made = await this.create(id, settled);
    if (this.#lag !== undefined) await this.#trial.aws.clock.sleep(this.#lag);
    let now = settled;
    const first = await this.find(id);
    expect(first).toMatchObject({ state: 'ready', settled, observed: made });
    expect(first.settled).toEqual(settled);
    for (const change of changes) {
      now = { ...now, ...change };
      const observed = await this.update(id, now);
      const found = await this.find(id);
      expect(found.settled).toEqual(now);
      expect(found.observed).toEqual(observed);
      expect(found.state).toBe('ready');
    }
    const last = await this.find(id);
    await this.deleteFound(last);
    expect(await this.list()).toEqual([]);
    await this.deleteFound(last);
  }
}

/** An embedded AWS of its own and a connection to it, for a cluster called `trial`. */
export class AdapterTrial {
  readonly aws: EmbeddedAws;
  readonly connection: Connection;
  readonly context: CallContext;
  /** Operations called so far, in order: `ec2:CreateVpc`. */
  readonly asked: string[];
  /** What waits last saw, in order. */
  readonly seen: string[] = [];

  constructor(aws: EmbeddedAws, connection: Connection, asked: string[]) {
    this.aws = aws;
    this.connection = connection;
    this.asked = asked;
    this.context = {
      scope: { cluster: 'trial', region: 'us-east-1', account: aws.world.account, partition: 'aws' },
      clock: aws.clock,
      signal: new AbortController().signal,
      onWait: (lastSeen) => this.seen.push(lastSeen),
    };
  }

  /** The context of one observation. */
  reading(): ReadContext {
    const answers = new Map<string, Promise<unknown>>();
    return {
      ...this.context,
      once: <T>(question: string, ask: () => Promise<T>): Promise<T> => {
        const known = answers.get(question) as Promise<T> | undefined;
        if (known !== undefined) return known;
        const answer = ask();
        answers.set(question, answer);
        return answer;
      },
    };
  }

  of<K extends KindName>(adapter: Adapter<K>, lag?: Duration): KindTrial<K> {
    return new KindTrial(this, adapter, lag);
  }

  stop(): Promise<void> {
    return this.aws.stop();
  }
}

export async function adapterTrial(faults?: FaultPlan): Promise<AdapterTrial> {
  const aws = await startEmbeddedAws({ clock: { kind: 'stepped' }, ...(faults === undefined ? {} : { faults }) });
  const [key] = Object.values(aws.world.iam.accessKeys);
  if (key === undefined) throw new Error('the new world has no access key');
  const clients = makeClients({
    region: 'us-east-1',
    url: aws.endpoint,
    credentials: { accessKeyId: key.accessKeyId, secretAccessKey: key.secretAccessKey },
  });
  const asked: string[] = [];
  const connection = connect({
    region: 'us-east-1',
    clock: aws.clock,
    clients,
    onCall: (operation) => asked.push(operation),
    random: () => 0,
  });
  return new AdapterTrial(aws, connection, asked);
}
