import type { Cluster } from '../cluster.ts';
import type { ClusterInput } from '../input.ts';
import type { Finding } from '../problem.ts';

/** What a check looks at: what was written, the same with defaults, and the day. Paths are those of what was written. */
export interface CheckContext {
  readonly input: ClusterInput;
  readonly cluster: Cluster;
  readonly today: Date;
}

/** One rule over a whole spec: pure, and silent where it has nothing to say. */
export type Check = (context: CheckContext) => readonly Finding[];

export const listed = (names: readonly string[]): string => names.join(', ');

/** Items of a list that have the key of one before them. */
export function repeated<T>(
  items: readonly T[],
  key: (item: T) => string,
): { index: number; first: number; key: string }[] {
  const seen = new Map<string, number>();
  return items.flatMap((item, index) => {
    const name = key(item);
    const first = seen.get(name);
    if (first === undefined) seen.set(name, index);
    return first === undefined ? [] : [{ index, first, key: name }];
  });
}
