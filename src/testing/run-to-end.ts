import { applyPlan } from '../app/apply.ts';
import { type DestroyEvent, destroy, planDestroy } from '../app/destroy.ts';
import { planCluster } from '../app/plan.ts';
import type { Ports } from '../cli/ports.ts';
import type { ApplyEvent, ApplyResult } from '../targets/aws/events.ts';
import type { Scenario } from './scenarios.ts';

export type Verb = 'apply' | 'destroy';

/** How a run ended, and what failed in it. */
export interface Ran {
  readonly outcome: string;
  readonly failures: readonly string[];
  readonly steps: number;
}

/** Listens to a run until it ends. */
export async function follow(
  events: AsyncGenerator<ApplyEvent | DestroyEvent, ApplyResult>,
  steps: number,
): Promise<Ran> {
  const failures: string[] = [];
  for (;;) {
    const next = await events.next();
    if (next.done === true) return { outcome: next.value.outcome, failures, steps };
    const event = next.value;
    if (event.type === 'failed') failures.push(...event.diagnostics.map(({ code, detail }) => `${code}: ${detail}`));
  }
}

/** One run of a verb by one process. */
export async function run(verb: Verb, { loaded, graph }: Scenario, { toWrite }: Ports): Promise<Ran> {
  if (verb === 'apply') {
    const planned = await planCluster(loaded, toWrite);
    return follow(applyPlan(planned, toWrite), planned.plan.steps.length);
  }
  const { plan } = await planDestroy(loaded.cluster.metadata.name, graph, toWrite);
  return follow(destroy({ plan, graph }, toWrite), plan.steps.length);
}
