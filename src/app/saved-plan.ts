import { Failure, reporter } from '../base/diagnostic.ts';
import type { SavedPlan } from '../plan/plan.ts';
import { appCodes } from './codes.ts';

const report = reporter(appCodes);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Reads what `plan --out` wrote. What it says is compared with a plan made anew before anything is done, so its shape is all that is checked. */
export function readSavedPlan(text: string, file: string): SavedPlan {
  const refuse = (why: string): never => {
    throw new Failure(
      report('app.bad-plan-file', {
        detail: why,
        at: { file },
        fix: 'Make it again: quilla plan -f FILE --out plan.json.',
      }),
    );
  };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refuse(`it is not JSON: ${error instanceof Error ? error.message : error}`);
  }
  if (!isRecord(value) || value.kind !== 'SavedPlan') return refuse('it has no `kind: SavedPlan`');
  if (value.apiVersion !== 'quilla.dev/v1alpha1')
    return refuse(`apiVersion ${value.apiVersion} is not of this version`);
  const { plan, graph } = value;
  if (
    !isRecord(plan) ||
    plan.version !== 1 ||
    !Array.isArray(plan.steps) ||
    !isRecord(graph) ||
    !Array.isArray(graph.resources)
  )
    return refuse('plan or graph is missing');
  return value as unknown as SavedPlan;
}
