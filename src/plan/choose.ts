import type { Resource } from '../model/graph.ts';
import type { KindName } from '../model/kinds/names.ts';
import type { Found } from '../model/snapshot.ts';
import { type Ref, refsIn, resolve } from '../model/value.ts';
import { type Difference, difference, type Values } from './diff.ts';
import { handOver, type Scaled } from './handed-over.ts';
import { keyOf, tableOf } from './links.ts';

/** What becomes of one resource of the graph. `old` are objects of its id that go. */
export interface Choice {
  readonly resource: Resource;
  readonly verdict: 'keep' | 'create' | 'update' | 'replace';
  /** The object that stays, or the one that is replaced. */
  readonly current: Found | undefined;
  readonly old: readonly Found[];
  readonly difference: Difference;
  /** Values that somebody scaled and that stay as they are, or move to a bound. */
  readonly scaled: readonly Scaled[];
  /** True where the old object has to go before the new one can be made. */
  readonly deleteFirst: boolean;
  /** What is wanted, with everything filled in that is known before apply. */
  readonly wanted: Values;
}

const nothing: Difference = { changes: [], replaces: false, ignored: [] };

/** The observed fields that an update of this kind may move. */
const moving = (kind: KindName): ReadonlySet<string> =>
  new Set(
    Object.entries(tableOf(kind).fields)
      .filter(([, field]) => field.moves === true)
      .map(([name]) => name),
  );

/** Whether what a reference says is only known once that choice's steps are done. */
function unknownUntilApplied(choice: Choice | undefined, ref: Ref): boolean {
  if (choice === undefined || choice.verdict === 'keep') return false;
  if (choice.verdict === 'update') return moving(choice.resource.kind).has(ref.field);
  return true;
}

/** An empty text of what AWS is still making is nothing yet: a cluster has no endpoint and no issuer before it is ACTIVE. */
function observedText(found: Found | undefined, field: string): string | undefined {
  const value = (found?.observed as Values | undefined)?.[field];
  if (value === undefined || value === null || (value === '' && found?.state === 'pending')) return undefined;
  return String(value);
}

/** Decides for each resource of the graph, in order, so that each sees what becomes of those that it refers to. */
export function chooser(found: readonly Found[], ignored: ReadonlyMap<string, ReadonlySet<string>>) {
  const byId = Map.groupBy(found, (object) => object.id);
  const choices = new Map<string, Choice>();

  const lookup = (ref: Ref): string | undefined => {
    const choice = choices.get(ref.$ref);
    return unknownUntilApplied(choice, ref) ? undefined : observedText(choice?.current, ref.field);
  };

  const mustGoFirst = (resource: Resource, wanted: Values, current: Found): boolean => {
    if (tableOf(resource.kind).replace === 'delete-first') return true;
    const name = wanted.name;
    if (name !== undefined && name === (current.settled as Values).name) return true;
    return refsIn(resource.desired).some(({ $ref }) => {
      const target = choices.get($ref);
      return target?.verdict === 'replace' && target.deleteFirst;
    });
  };

  const choose = (resource: Resource): Choice => {
    const wanted = resolve(resource.desired, lookup) as Values;
    const candidates = (byId.get(resource.id) ?? []).filter((object) => object.kind === resource.kind);
    const alive = candidates.filter((object) => object.state !== 'deleting' && object.state !== 'failed');
    const ignore = ignored.get(resource.id) ?? new Set();
    const compared = alive.map((object) => {
      const there = object.settled as Values;
      const handed = handOver(resource.kind, wanted, there);
      return { object, handed, difference: difference(resource.kind, { wanted: handed.wanted, there }, ignore) };
    });
    const best = compared.find((entry) => !entry.difference.replaces) ?? compared[0];
    const others = candidates.filter((object) => object !== best?.object);
    const base = {
      resource,
      wanted: best?.handed.wanted ?? wanted,
      scaled: best?.handed.scaled ?? [],
      old: others,
      current: best?.object,
    };
    if (best === undefined) {
      const inTheWay = others.some((object) => mustGoFirst(resource, wanted, object));
      return { ...base, verdict: 'create', difference: nothing, deleteFirst: inTheWay };
    }
    if (best.difference.replaces) {
      return {
        ...base,
        verdict: 'replace',
        old: candidates,
        difference: best.difference,
        deleteFirst: mustGoFirst(resource, wanted, best.object),
      };
    }
    return {
      ...base,
      verdict: best.difference.changes.length > 0 ? 'update' : 'keep',
      difference: best.difference,
      deleteFirst: false,
    };
  };

  return {
    choose(resource: Resource): Choice {
      const choice = choose(resource);
      choices.set(resource.id, choice);
      return choice;
    },
    choices: choices as ReadonlyMap<string, Choice>,
    /** Keys of the objects that stay. */
    kept: (): ReadonlySet<string> =>
      new Set(
        [...choices.values()]
          .filter(({ verdict }) => verdict === 'keep' || verdict === 'update')
          .map(({ current }) => keyOf(current!)),
      ),
  };
}
