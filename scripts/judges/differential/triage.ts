import type { CallDifference } from './compare.ts';

/** What was found out about a difference. `*` in operation and path stands for any text. */
export interface TriagedDifference {
  readonly operation: string;
  readonly path: string;
  readonly kind: CallDifference['kind'] | '*';
  /** `ours` are to be mended: one that is left in the table fails the judge. */
  readonly whose: 'ours' | 'moto' | 'unspecified';
  readonly note: string;
  /** Follows from when calls came, so that not every run meets it. */
  readonly sometimes?: true;
}

/** Differences of many calls in one place. */
export interface DifferenceGroup extends CallDifference {
  readonly count: number;
}

/** One group per operation, kind and path, most frequent first. */
export function grouped(differences: readonly CallDifference[]): DifferenceGroup[] {
  const groups = Map.groupBy(differences, ({ operation, kind, path }) => `${operation} ${kind} ${path}`);
  return [...groups.values()]
    .map((members) => ({ ...members[0]!, count: members.length }))
    .sort((a, b) => a.operation.localeCompare(b.operation) || a.path.localeCompare(b.path));
}

const matches = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern
      .split('*')
      .map((part) => part.replace(/[.[\]{}()+?^$|\\]/g, '\\$&'))
      .join('.*')}$`,
  ).test(text);

/** The first row of the table that a difference falls under. */
export const verdictOn = (
  { operation, path, kind }: CallDifference,
  table: readonly TriagedDifference[],
): TriagedDifference | undefined =>
  table.find(
    (row) => (row.kind === '*' || row.kind === kind) && matches(row.operation, operation) && matches(row.path, path),
  );
