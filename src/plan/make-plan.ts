import { type Diagnostic, reporter } from '../base/diagnostic.ts';
import { inOrder } from '../base/order.ts';
import type { ResourceGraph } from '../model/graph.ts';
import type { Found, Snapshot } from '../model/snapshot.ts';
import { type Choice, chooser } from './choose.ts';
import { planCodes } from './codes.ts';
import { causesOf } from './diff.ts';
import { keyOf, needsOf, tableOf } from './links.ts';
import type { Effect, FieldChange, Plan, PlanSummary, Step } from './plan.ts';
import { removals } from './removals.ts';

const report = reporter(planCodes);

/** The plan that makes the world what the graph says. Pure: the same graph and snapshot give the same plan. */
export function makePlan(graph: ResourceGraph, snapshot: Snapshot): Plan {
  const needs = needsOf(graph);
  const ordered = inOrder(
    graph.resources.map((resource) => ({ id: resource.id, needs: needs.get(resource.id) ?? [], resource })),
  );
  const ignored = new Map(graph.ignore.map(({ resource, fields }) => [resource, new Set(fields)]));
  const decide = chooser(snapshot.found, ignored);
  const choices = ordered.map(({ resource }) => decide.choose(resource));
  const kept = decide.kept();
  const gone = snapshot.found.filter((object) => !kept.has(keyOf(object)));
  const removed = removals({
    gone,
    found: snapshot.found,
    choices: decide.choices,
    graphNeeds: needs,
    purpose: 'apply',
  });
  const made = choices.flatMap((choice) => stepsOf(choice, needs.get(choice.resource.id) ?? [], removed.stepOf));
  const steps = tidy([...made, ...removed.steps]);
  return {
    version: 1,
    purpose: 'apply',
    cluster: snapshot.cluster,
    region: snapshot.region,
    account: snapshot.account,
    steps,
    notes: choices.flatMap(notesOf),
    summary: summarise(choices, removed.steps, steps),
  };
}

/** The plan that removes everything of ours. The graph, where it is known, adds the order that no field shows. */
export function makeDestroyPlan(graph: ResourceGraph | undefined, snapshot: Snapshot): Plan {
  const graphNeeds = graph === undefined ? new Map<string, readonly string[]>() : needsOf(graph);
  const { steps } = removals({
    gone: snapshot.found,
    found: snapshot.found,
    choices: new Map(),
    graphNeeds,
    purpose: 'destroy',
  });
  const { cluster, region, account } = snapshot;
  const summary = { create: 0, update: 0, replace: 0, delete: snapshot.found.length, wait: 0, unchanged: 0 };
  return { version: 1, purpose: 'destroy', cluster, region, account, steps: tidy(steps), notes: [], summary };
}

/** Drops needs of steps that are not in the plan and puts steps into an order in which they can run. */
function tidy(steps: readonly Step[]): Step[] {
  const ids = new Set(steps.map(({ id }) => id));
  return inOrder(
    steps.map((step) => ({
      ...step,
      needs: [...new Set(step.needs)].filter((id) => ids.has(id) && id !== step.id).sort(),
    })),
  );
}

function effectOf(changes: readonly FieldChange[]): Effect {
  if (changes.some(({ change }) => change === 'rolled')) return 'rolls';
  return changes.some(({ interrupts }) => interrupts !== undefined) ? 'interrupts' : 'none';
}

const list = (changes: readonly FieldChange[]): string => changes.map(({ field }) => field).join(', ');

function reasonFor({ resource, verdict, difference, current, old }: Choice): string {
  if (verdict === 'update')
    return `${list(difference.changes)} ${difference.changes.length === 1 ? 'differs' : 'differ'} (${resource.from})`;
  if (verdict === 'replace') {
    return `${list(causesOf(difference))} of ${current!.name} cannot be changed in place (${resource.from})`;
  }
  const broken = old.find(({ state }) => state === 'failed');
  if (broken !== undefined) return `${broken.name} failed: ${broken.stateReason ?? 'AWS gives no reason'}`;
  return `asked for by ${resource.from}, not in AWS yet`;
}

function stepsOf(choice: Choice, needs: readonly string[], removalOf: (found: Found) => string | undefined): Step[] {
  const { resource, verdict, current, difference, wanted } = choice;
  const base = { kind: resource.kind, resource: resource.id };
  const waits: Step[] =
    current?.state === 'pending' && verdict !== 'replace'
      ? [
          {
            ...base,
            id: `${resource.id}#wait`,
            action: 'wait',
            name: current.name,
            because: `AWS is still making ${current.name}`,
            effect: 'none',
            changes: [],
            needs: [],
          },
        ]
      : [];
  if (verdict === 'keep') return waits;
  const before = needs.flatMap((id) => [id, `${id}#wait`]);
  const because = reasonFor(choice);
  if (verdict === 'update') {
    const { changes } = difference;
    const update: Step = {
      ...base,
      id: resource.id,
      action: 'update',
      name: current!.name,
      because,
      effect: effectOf(changes),
      changes,
      after: wanted,
      needs: [...before, ...waits.map(({ id }) => id)],
    };
    return [...waits, update];
  }
  const first = choice.deleteFirst ? choice.old.flatMap((object) => removalOf(object) ?? []) : [];
  const effect = verdict === 'replace' ? 'replaces' : 'none';
  return [
    {
      ...base,
      id: resource.id,
      action: 'create',
      because,
      effect,
      changes: difference.changes,
      after: wanted,
      needs: [...before, ...first],
    },
  ];
}

function notesOf({ resource, difference, old, scaled, wanted }: Choice): Diagnostic[] {
  const label = tableOf(resource.kind).label;
  return [
    ...scaled
      .filter(({ field, there }) => wanted[field] === there)
      .map(({ spec, there }) =>
        report('plan.size-changed-outside', {
          detail: `${label} ${resource.id} has ${there} nodes, the spec says ${spec}; it is left alone`,
          at: { path: resource.from },
        }),
      ),
    ...difference.ignored.map(({ field }) =>
      report('plan.ignored', {
        detail: `${field} of ${resource.id} differs from the spec and is ignored`,
        at: { path: 'spec.ignore' },
      }),
    ),
    ...old
      .filter(({ state }) => state === 'failed')
      .map((object) =>
        report('plan.failed-resource', {
          detail: `${label} ${object.name}: ${object.stateReason ?? 'AWS gives no reason'}`,
          at: { path: resource.from },
        }),
      ),
  ];
}

function summarise(choices: readonly Choice[], removed: readonly Step[], steps: readonly Step[]): PlanSummary {
  const count = (verdict: Choice['verdict']): number => choices.filter((choice) => choice.verdict === verdict).length;
  const replaced = new Set(choices.filter(({ verdict }) => verdict === 'replace').map(({ resource }) => resource.id));
  return {
    create: count('create'),
    update: count('update'),
    replace: replaced.size,
    delete: removed.filter(({ resource }) => !replaced.has(resource)).length,
    wait: steps.filter(({ action }) => action === 'wait').length,
    unchanged: count('keep'),
  };
}
