import { concerns } from '../model/kind.ts';
import type { KindName } from '../model/kinds/names.ts';
import type { Found } from '../model/snapshot.ts';
import type { Choice } from './choose.ts';
import { causesOf } from './diff.ts';
import { keyOf, standsOn, tableOf } from './links.ts';
import type { Step } from './plan.ts';

export interface RemovalInput {
  /** Objects that go. */
  readonly gone: readonly Found[];
  /** Everything of ours, for what stands on what goes. */
  readonly found: readonly Found[];
  readonly choices: ReadonlyMap<string, Choice>;
  /** Order that the graph knows and no field shows; mirrored. */
  readonly graphNeeds: ReadonlyMap<string, readonly string[]>;
  readonly purpose: 'apply' | 'destroy';
}

const stepId = (object: Found): string => `${object.id}#${object.name}`;

/** Steps that remove objects, what stands on something before what it stands on. Objects that go with their parent have no step of their own. */
export function removals(input: RemovalInput): { steps: Step[]; stepOf: (object: Found) => string | undefined } {
  const { gone, found, choices } = input;
  const edges = standsOn(found);
  const goneByKey = new Map(gone.map((object) => [keyOf(object), object]));
  const parents = parentsOf(gone, edges, goneByKey);
  const stepOf = (object: Found): string | undefined => {
    const key = keyOf(object);
    if (!goneByKey.has(key)) return undefined;
    const parent = parents.get(key);
    return parent === undefined ? stepId(object) : stepOf(parent);
  };
  const dependents = invert(edges);
  const implied = impliedOrder(input);
  const foundByKey = new Map(found.map((object) => [keyOf(object), object]));
  const changedFirst = (object: Found): readonly string[] => changedAbove(object, choices);
  const needsOfRemoval = (object: Found): string[] => {
    const key = keyOf(object);
    const choice = choices.get(object.id);
    const replacedLater = choice?.verdict === 'replace' && !choice.deleteFirst ? [choice.resource.id] : [];
    // What goes with its parent has no removal of its own to wait for, unless a value ties it to this object.
    const standing = (implied.get(key) ?? []).filter((dependent) => !parents.has(dependent));
    const before = [...(dependents.get(key) ?? []), ...standing].flatMap((dependent) => {
      const other = foundByKey.get(dependent)!;
      const removal = stepOf(other);
      if (removal !== undefined) return [removal];
      const moved = choices.get(other.id);
      return moved?.verdict === 'update' && choice?.deleteFirst !== true ? [moved.resource.id] : [];
    });
    return [...before, ...replacedLater, ...(choice === undefined ? changedFirst(object) : [])].filter(
      (id) => id !== stepOf(object),
    );
  };
  const childrenOf = (object: Found): Found[] => gone.filter((other) => parents.get(keyOf(other)) === object);
  const family = (object: Found): Found[] => [object, ...childrenOf(object).flatMap(family)];
  const steps = gone
    .filter((object) => !parents.has(keyOf(object)))
    .map((object): Step => {
      const members = family(object);
      const takes = members.slice(1).map(({ id }) => id);
      const replaced = choices.get(object.id)?.verdict === 'replace';
      return {
        id: stepId(object),
        action: 'delete',
        kind: object.kind,
        resource: object.id,
        name: object.name,
        because: reasonFor(object, input),
        effect: replaced
          ? 'replaces'
          : input.purpose === 'apply' && tableOf(object.kind).removing !== undefined
            ? 'interrupts'
            : 'none',
        changes: [],
        needs: members.flatMap(needsOfRemoval).filter((id) => id !== stepId(object)),
        ...(takes.length === 0 ? {} : { takes }),
      };
    });
  return { steps, stepOf };
}

/**
 * What no longer is in the spec leaves the world after everything that is made or changed beside it or above it: nodes move before their
 * old group, their routes and their roles go, and a control plane stops writing logs before its log group goes.
 */
function changedAbove(object: Found, choices: ReadonlyMap<string, Choice>): string[] {
  const rank = (kind: KindName): number => concerns.indexOf(tableOf(kind).concern);
  return [...choices.values()].flatMap(({ resource, verdict }) =>
    verdict !== 'keep' && rank(resource.kind) >= rank(object.kind) ? [resource.id] : [],
  );
}

function reasonFor(object: Found, { purpose, choices }: RemovalInput): string {
  if (purpose === 'destroy') return 'the cluster is destroyed';
  const choice = choices.get(object.id);
  if (object.state === 'failed') return `it failed: ${object.stateReason ?? 'AWS gives no reason'}`;
  if (object.state === 'deleting') return 'AWS is still removing it';
  if (choice?.verdict === 'replace')
    return `replaced: ${causesOf(choice.difference)
      .map(({ field }) => field)
      .join(', ')} cannot be changed in place`;
  if (choice !== undefined) return 'left over from a replacement';
  return 'no longer in the spec';
}

/** Which object's removal takes an object with it. */
function parentsOf(
  gone: readonly Found[],
  edges: ReadonlyMap<string, readonly string[]>,
  goneByKey: ReadonlyMap<string, Found>,
): Map<string, Found> {
  const parents = new Map<string, Found>();
  for (const object of gone) {
    const field = tableOf(object.kind).goesWith;
    if (field === undefined) continue;
    const value = (object.settled as Readonly<Record<string, unknown>>)[field];
    const parent = (edges.get(keyOf(object)) ?? [])
      .map((key) => goneByKey.get(key))
      .find((candidate) => candidate !== undefined && Object.values(candidate.observed).includes(value as never));
    if (parent !== undefined) parents.set(keyOf(object), parent);
  }
  return parents;
}

function invert(edges: ReadonlyMap<string, readonly string[]>): Map<string, string[]> {
  const out = new Map<string, string[]>();
  for (const [from, targets] of edges)
    for (const target of targets) out.set(target, [...(out.get(target) ?? []), from]);
  return out;
}

/** Order that no value shows: kinds that come after others, and needs of the graph, mirrored for removal. */
function impliedOrder({ found, graphNeeds }: RemovalInput): Map<string, string[]> {
  const out = new Map<string, string[]>();
  const add = (on: Found, dependent: Found): void => {
    if (on !== dependent) out.set(keyOf(on), [...(out.get(keyOf(on)) ?? []), keyOf(dependent)]);
  };
  const byKind = Map.groupBy(found, (object) => object.kind);
  const byId = Map.groupBy(found, (object) => object.id);
  for (const object of found) {
    for (const kind of tableOf(object.kind).after ?? []) for (const on of byKind.get(kind) ?? []) add(on, object);
    for (const need of graphNeeds.get(object.id) ?? []) for (const on of byId.get(need) ?? []) add(on, object);
  }
  return out;
}
