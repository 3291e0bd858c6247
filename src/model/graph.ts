import type { KindName } from './kinds/names.ts';
import type { Desired, ObservedField } from './types.ts';
import type { Ref } from './value.ts';

/** One resource as the spec wants it. `id` is unique in the graph and stands in the `quilla.dev/id` tag: `subnet/private-us-east-1a`. */
export type Resource<K extends KindName = KindName> = {
  readonly [N in K]: {
    readonly kind: N;
    readonly id: string;
    readonly desired: Desired<N>;
    /** Ids that must be there first though no field refers to them. */
    readonly needs: readonly string[];
    /** The field of the spec that asks for it, for reasons: `spec.network.nat`. */
    readonly from: string;
  };
}[K];

/** Everything that a spec asks for: data, in no particular order. */
export interface ResourceGraph {
  readonly cluster: string;
  readonly region: string;
  readonly resources: readonly Resource[];
  /** Fields of resources that somebody else owns. */
  readonly ignore: readonly { readonly resource: string; readonly fields: readonly string[] }[];
  /** Ids of the resources that the spec's `patches` changed, for plans to say so. */
  readonly patched: readonly string[];
}

/** Refers to an observed field of a resource, checked against its kind. */
export const refTo = <K extends KindName>(
  resource: { readonly kind: K; readonly id: string },
  field: ObservedField<K>,
): Ref => ({
  $ref: resource.id,
  field,
});
