import type { Change } from './field.ts';
import type { kinds } from './kinds/index.ts';
import type { KindName } from './kinds/names.ts';
import type { Value } from './value.ts';

type Fields<K extends KindName> = (typeof kinds)[K]['fields'];
type TypeOf<F> = F extends { readonly type?: infer T } ? Exclude<T, undefined> : never;
type ChangeOf<F> = F extends { readonly change: infer C } ? C : never;
type NamesWhere<K extends KindName, C extends Change, O extends boolean> = {
  [N in keyof Fields<K>]: ChangeOf<Fields<K>[N]> extends C
    ? Fields<K>[N] extends { readonly isOptional: O }
      ? N
      : never
    : never;
}[keyof Fields<K>];
type Given = 'fixed' | 'mutable' | 'rolled';

/** Names of the fields that a spec decides. */
export type GivenField<K extends KindName> = NamesWhere<K, Given, boolean> & string;
/** Names of the fields that AWS tells. */
export type ObservedField<K extends KindName> = NamesWhere<K, 'observed', boolean> & string;

/** What a graph says of a resource: values, references and joins. */
export type Desired<K extends KindName> = {
  readonly [N in NamesWhere<K, Given, false>]: Value<TypeOf<Fields<K>[N]>>;
} & { readonly [N in NamesWhere<K, Given, true>]?: Value<TypeOf<Fields<K>[N]>> };

/** The same with every reference filled in: what AWS is asked for. */
export type Settled<K extends KindName> = {
  readonly [N in NamesWhere<K, Given, false>]: TypeOf<Fields<K>[N]>;
} & { readonly [N in NamesWhere<K, Given, true>]?: TypeOf<Fields<K>[N]> };

/** What AWS tells of a resource beside the fields of the spec. */
export type Observed<K extends KindName> = {
  readonly [N in NamesWhere<K, 'observed', false>]: TypeOf<Fields<K>[N]>;
} & { readonly [N in NamesWhere<K, 'observed', true>]?: TypeOf<Fields<K>[N]> };
