import type { Clock } from '../base/clock.ts';
import { seconds } from '../base/duration.ts';
import type { Field } from '../model/field.ts';
import { kinds } from '../model/kinds/index.ts';
import { type KindName, kindNames } from '../model/kinds/names.ts';
import type { Found } from '../model/snapshot.ts';
import { standsOn, tableOf } from '../plan/links.ts';
import { AwsFailure, type Readers, type Writers } from '../ports/aws.ts';

type Values = Record<string, unknown>;

/** One object of the fake: what it was asked to be and what it tells. */
interface FakeObject {
  kind: KindName;
  id: string;
  name: string;
  state: 'ready' | 'pending';
  settled: Values;
  observed: Values;
}

/** What happens to the nth write, counted from 1. `before`: it never reaches AWS; `after`: it is carried out and the answer is lost. */
export interface Cut {
  readonly at: number;
  readonly when: 'before' | 'after';
  /** `kill` ends the run as if the process died; `lose` answers with an uncertain failure. */
  readonly how: 'kill' | 'lose';
}

/** Thrown at the place where a process would have died. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

/**
 * AWS at the port, for every kind from its field table: no kind is known by name. It refuses what AWS would refuse by the table: unknown
 * references, removal of what something stands on, a second object of one unique name.
 */
export class FakeAws {
  readonly objects: FakeObject[] = [];
  writes = 0;
  reads = 0;
  cut: Cut | undefined;
  #made = 0;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  #found(kind: KindName): Found[] {
    return this.objects
      .filter((object) => object.kind === kind)
      .map((object) => structuredClone(object) as unknown as Found);
  }

  /** Carries a write out, or cuts it. */
  async #write(operation: string, work: () => void): Promise<void> {
    this.writes += 1;
    const cut = this.cut?.at === this.writes ? this.cut : undefined;
    if (cut?.when !== 'before') work();
    if (cut === undefined) return;
    if (cut.how === 'kill') throw new Killed(`${operation} ${cut.when}`);
    throw new AwsFailure({
      reason: 'unavailable',
      operation,
      code: 'ECONNRESET',
      message: 'socket hang up',
      uncertain: true,
    });
  }

  #observe(kind: KindName, settled: Values): Values {
    this.#made += 1;
    const fields = Object.entries<Field>(kinds[kind].fields).filter(([, field]) => field.change === 'observed');
    return Object.fromEntries(
      fields.map(([name, field]) => [
        name,
        name in settled ? settled[name] : `${kind}/${name}/${field.moves === true ? 1 : this.#made}`,
      ]),
    );
  }

  #refuse(reason: 'not-found' | 'exists' | 'conflict', operation: string, message: string): never {
    throw new AwsFailure({ reason, operation, code: reason, message });
  }

  #mustExist(kind: KindName, settled: Values, operation: string): void {
    const known = new Set(this.objects.flatMap((object) => Object.values(object.observed)));
    for (const [name, field] of Object.entries<Field>(kinds[kind].fields)) {
      if (field.refersTo === undefined) continue;
      for (const text of textsOf(settled[name])) {
        if (/^[a-z-]+\/[A-Za-z]+\/\d+$/.test(text) && !known.has(text))
          this.#refuse('not-found', operation, `${text} does not exist`);
      }
    }
  }

  #create(kind: KindName, id: string, settled: Values): Values {
    const operation = `fake:Create(${kind})`;
    this.#mustExist(kind, settled, operation);
    const name = settled.name;
    // What goes with a parent has a name that is unique there.
    const parent = tableOf(kind).goesWith ?? 'name';
    const isSame = (object: FakeObject): boolean =>
      object.kind === kind && object.settled.name === name && object.settled[parent] === settled[parent];
    if (name !== undefined && this.objects.some(isSame)) {
      this.#refuse('exists', operation, `${kind} ${name} exists`);
    }
    const observed = this.#observe(kind, settled);
    this.objects.push({
      kind,
      id,
      name: `${kind}-${this.#made}`,
      state: 'ready',
      settled: structuredClone(settled),
      observed,
    });
    return observed;
  }

  #update(found: Found, settled: Values, changed: readonly string[]): Values {
    const object =
      this.objects.find(({ name }) => name === found.name) ?? this.#refuse('not-found', 'fake:Update', found.name);
    this.#mustExist(object.kind, settled, 'fake:Update');
    for (const field of changed) object.settled[field] = structuredClone(settled[field]);
    for (const [name, field] of Object.entries<Field>(kinds[object.kind].fields)) {
      if (field.moves !== true) continue;
      this.#made += 1;
      object.observed[name] = `${object.kind}/${name}/${this.#made}`;
    }
    return object.observed;
  }

  #delete(found: Found): void {
    const index = this.objects.findIndex(({ name }) => name === found.name);
    if (index < 0) return;
    const edges = standsOn(this.objects as unknown as Found[]);
    const key = `${found.id}#${found.name}`;
    const children: FakeObject[] = [];
    for (const [dependent, targets] of edges) {
      if (!targets.includes(key)) continue;
      const object = this.objects.find(({ id, name }) => `${id}#${name}` === dependent)!;
      const field = tableOf(object.kind).goesWith;
      const goes = field !== undefined && Object.values(found.observed).includes(object.settled[field] as never);
      if (goes) children.push(object);
      else if (!leavesBehind.has(`${object.kind}>${found.kind}`))
        this.#refuse('conflict', 'fake:Delete', `${dependent} stands on ${key}`);
    }
    for (const gone of [this.objects[index]!, ...children]) this.objects.splice(this.objects.indexOf(gone), 1);
  }

  readers(): Readers {
    const reader = (kind: KindName) => ({
      list: async () => {
        this.reads += 1;
        return this.#found(kind);
      },
    });
    return Object.fromEntries(kindNames.map((kind) => [kind, reader(kind)])) as unknown as Readers;
  }

  writers(): Writers {
    const writer = (kind: KindName) => ({
      create: async ({ id, settled }: { id: string; settled: Values }) => {
        let observed: Values = {};
        await this.#write(`fake:Create(${kind})`, () => {
          observed = this.#create(kind, id, settled);
        });
        await this.#clock.sleep(seconds(1));
        return observed;
      },
      update: async ({ found, settled, changed }: { found: Found; settled: Values; changed: readonly string[] }) => {
        let observed: Values = {};
        for (const field of changed) {
          await this.#write(`fake:Update(${kind})`, () => {
            observed = this.#update(found, settled, [field]);
          });
        }
        return observed;
      },
      delete: async (found: Found) => this.#write(`fake:Delete(${kind})`, () => this.#delete(found)),
    });
    return Object.fromEntries(kindNames.map((kind) => [kind, writer(kind)])) as unknown as Writers;
  }
}

/** What AWS lets go though something refers to it: a route to a gateway that is gone is a black hole. */
const leavesBehind: ReadonlySet<string> = new Set([
  'route>nat-gateway',
  'route>internet-gateway',
  'route>egress-only-internet-gateway',
]);

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}
