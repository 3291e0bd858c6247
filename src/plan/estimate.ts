import { type Duration, milliseconds, seconds } from '../base/duration.ts';
import { longestChain } from '../base/order.ts';
import { tableOf } from './links.ts';
import type { Plan, Step } from './plan.ts';

/** Tags are set at once, whatever a change of the thing itself takes. */
const onlyTags = ({ action, changes }: Step): boolean =>
  action === 'update' && changes.length > 0 && changes.every(({ field }) => field === 'tags');

/** How long a step usually takes, from its kind's table. */
export function usualTime(step: Step): Duration {
  if (onlyTags(step)) return seconds(1);
  const { usually } = tableOf(step.kind);
  switch (step.action) {
    case 'create':
    case 'wait':
      return usually.create;
    case 'update':
      return usually.update;
    case 'delete':
      return usually.delete;
    default:
      return step.action satisfies never;
  }
}

/** How long the steps usually take: the longest chain of those that wait for one another. */
export const estimate = (steps: readonly Step[]): Duration =>
  milliseconds(longestChain(steps, (step) => usualTime(step).ms).total);

/** Steps that are done, and since when others run (milliseconds on the clock of the apply), by id. */
export interface Progress {
  readonly done: ReadonlySet<string>;
  readonly runningSince: ReadonlyMap<string, number>;
}

/** What is left of a plan when some steps are done and others run since a while. */
export function estimateLeft(plan: Plan, progress: Progress, now: number): Duration {
  const { done, runningSince } = progress;
  const left = plan.steps.filter(({ id }) => !done.has(id));
  const weight = (step: Step): number => {
    const since = runningSince.get(step.id);
    return since === undefined ? usualTime(step).ms : Math.max(1000, usualTime(step).ms - (now - since));
  };
  return milliseconds(longestChain(left, weight).total);
}
