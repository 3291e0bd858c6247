import type { KindName } from './kinds/names.ts';
import type { Observed, Settled } from './types.ts';

/**
 * `ready`: usable. `pending`: AWS is still making or changing it. `failed`: it will never be usable. `deleting`: on its way out.
 */
export type State = 'ready' | 'pending' | 'failed' | 'deleting';

/** One resource of ours as AWS shows it. Fields that AWS does not tell are absent and not compared. */
export type Found<K extends KindName = KindName> = {
  readonly [N in K]: {
    readonly kind: N;
    /** The id in the graph, from our tag or from the name. */
    readonly id: string;
    /** What AWS calls it: `vpc-0abc`, a name, or an ARN. */
    readonly name: string;
    readonly state: State;
    /** What AWS says of a state that is not `ready`. */
    readonly stateReason?: string;
    readonly settled: Partial<Settled<N>>;
    readonly observed: Observed<N>;
  };
}[K];

/** The objects of one kind. */
export const ofKind = <K extends KindName>(
  { found }: { readonly found: readonly Found[] },
  kind: K,
): Extract<Found, { kind: K }>[] =>
  found.filter((object): object is Extract<Found, { kind: K }> => object.kind === kind);

/** What is ours at one moment. Two objects may carry one id while one replaces the other. */
export interface Snapshot {
  readonly cluster: string;
  readonly region: string;
  readonly account: string;
  readonly found: readonly Found[];
}
