import type { Tags } from '../model/field.ts';
import { type KindName, kindNames } from '../model/kinds/names.ts';
import type { Found, Snapshot } from '../model/snapshot.ts';
import type { Plan, Step } from '../plan/plan.ts';
import type { CallContext, Owner, Scope, Writer, Writers } from '../ports/aws.ts';
import { apply } from '../targets/aws/apply.ts';
import type { ApplyEvent, ApplyResult } from '../targets/aws/events.ts';
import type { AwsToOwn } from './ports.ts';

export const keyOf = ({ kind, id, name }: Pick<Found, 'kind' | 'id' | 'name'>): string => `${kind} ${id} ${name}`;

/**
 * That by which the rest of a cluster is found: its owner changes last, so that a run that is cut leaves what the next one finds, and what
 * a plan meanwhile sees as not ours.
 */
const isAnchor = ({ kind, resource }: Step): boolean => kind === 'cluster' || resource === 'security-group/seats';

/** Steps in an order that a cut cannot spoil: all at once, and the anchor after them. */
export function anchorLast(steps: readonly Step[]): Step[] {
  const others = steps.filter((step) => !isAnchor(step));
  const needs = others.map(({ id }) => id);
  return [...others, ...steps.filter(isAnchor).map((step) => ({ ...step, needs }))];
}

/** A plan of steps that change whose things are. */
export function owningPlan(purpose: 'adopt' | 'disown', steps: readonly Step[], snapshot: Snapshot): Plan {
  const { cluster, region, account, found } = snapshot;
  const update = steps.filter(({ action }) => action === 'update').length;
  const summary = {
    create: 0,
    update,
    replace: 0,
    delete: steps.length - update,
    wait: 0,
    unchanged: found.length - steps.length,
  };
  return { version: 1, purpose, cluster, region, account, steps: anchorLast(steps), notes: [], summary };
}

/** What a step does to one thing; `tags` are those of the step. */
export type Change = (
  owner: Owner<KindName>,
  thing: { readonly found: Found; readonly tags: Tags },
  context: CallContext,
) => Promise<void>;

/** Writers that change whose things are, and nothing else of them; what is removed goes as ever. */
function owningWriters(aws: AwsToOwn, change: Change): Writers {
  const of = (kind: KindName): Writer<KindName> => ({
    create: () => Promise.reject(new Error(`${kind}: nothing is made where only owners change`)),
    async update({ found, settled }, context) {
      const owner = aws.owners[kind] as unknown as Owner<KindName> | undefined;
      if (owner === undefined) throw new Error(`${kind} bears neither tags nor notes`);
      await change(owner, { found, tags: (settled as { readonly tags?: Tags }).tags ?? {} }, context);
      return found.observed;
    },
    delete: (found, context) => (aws.writers[kind] as unknown as Writer<KindName>).delete(found, context),
  });
  return Object.fromEntries(kindNames.map((kind) => [kind, of(kind)])) as unknown as Writers;
}

/** Runs a plan of owners. */
export const runOwning = (
  aws: AwsToOwn,
  { plan, snapshot, scope }: { readonly plan: Plan; readonly snapshot: Snapshot; readonly scope: Scope },
  change: Change,
): AsyncGenerator<ApplyEvent, ApplyResult> =>
  apply({
    plan,
    snapshot,
    readers: aws.readers,
    writers: owningWriters(aws, change),
    context: { scope, clock: aws.clock, signal: aws.signal },
  });
