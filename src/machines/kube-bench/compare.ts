import type { Verdict } from './check-verdict.ts';
import type { CheckResult } from './evaluate.ts';

/** Counts and the ids of each verdict, in the order of the checks. */
export type Summary = Readonly<Record<Verdict, readonly string[]>>;

export function summary(results: readonly CheckResult[]): Summary {
  const ids = (verdict: Verdict): readonly string[] =>
    results.filter((result) => result.verdict === verdict).map(({ id }) => id);
  return { pass: ids('pass'), fail: ids('fail'), warn: ids('warn'), info: ids('info') };
}

export interface Difference {
  readonly id: string;
  readonly text: string;
  readonly ours: CheckResult;
  readonly theirs: CheckResult;
}

export interface Sides {
  /** Ours does not hold and that of the default does. */
  readonly onlyOurs: readonly Difference[];
  readonly both: readonly Difference[];
  readonly onlyDefault: readonly Difference[];
}

export interface Comparison {
  /** Checks that fail. */
  readonly failures: Sides;
  /** Checks that are not scored: those that a machine can test and that do not hold, and those for a person (in `both`). */
  readonly warnings: Sides;
}

/**
 * Compares two clusters by the same checks. Throws where one was not asked what the other was, since that would hide a
 * failure.
 */
export function compare(ours: readonly CheckResult[], kubeadmDefault: readonly CheckResult[]): Comparison {
  const theirs = new Map(kubeadmDefault.map((result) => [result.id, result]));
  const own = new Set(ours.map(({ id }) => id));
  const missing = [...ours.filter(({ id }) => !theirs.has(id)), ...kubeadmDefault.filter(({ id }) => !own.has(id))];
  if (missing.length > 0)
    throw new Error(
      `checked on one side alone: ${missing.map(({ id }) => id).join(', ')}. Evaluate the same targets on both`,
    );
  const pairs = ours.map((result) => ({
    id: result.id,
    text: result.text,
    ours: result,
    theirs: theirs.get(result.id)!,
  }));
  return { failures: sides(pairs, 'fail'), warnings: sides(pairs, 'warn') };
}

function sides(pairs: readonly Difference[], verdict: Verdict): Sides {
  const here = (pair: Difference): boolean => pair.ours.verdict === verdict;
  const there = (pair: Difference): boolean => pair.theirs.verdict === verdict;
  return {
    onlyOurs: pairs.filter((pair) => here(pair) && !there(pair)),
    both: pairs.filter((pair) => here(pair) && there(pair)),
    onlyDefault: pairs.filter((pair) => !here(pair) && there(pair)),
  };
}
