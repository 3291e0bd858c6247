import type { KindName } from './kinds/names.ts';

/**
 * What changing a field costs.
 * `fixed`: set at creation, a change replaces the resource. `mutable`: changed in place.
 * `rolled`: changed in place, and instances made before it are stale. `observed`: AWS tells us.
 */
export type Change = 'fixed' | 'mutable' | 'rolled' | 'observed';

export interface FieldOptions {
  /** One line for the reference page: what it is, its unit, which AWS field. */
  readonly doc: string;
  /** Kinds that the value, or texts inside it, refer to: an edge of the order. */
  readonly refersTo?: KindName | readonly KindName[];
  /** The text only names what it refers to and does not stand on it: that may be removed while this stays. */
  readonly mentions?: true;
  /** Left out of a resource: AWS's own default stands and is not compared. */
  readonly optional?: true;
  /** How two values are compared: as they are, as a set (order does not matter), or as JSON documents in text. */
  readonly compare?: 'set' | 'json';
  /**
   * The value belongs to whoever scales once the resource runs: it is applied only when the spec's value differs from
   * the one applied last, which the named tag of the resource keeps.
   */
  readonly handedOver?: string;
  /** Fields of the same kind between which a handed over value must lie. */
  readonly between?: { readonly min: string; readonly max: string };
  /** May be set later but never changed or taken away again: that replaces the resource. */
  readonly setOnce?: true;
  /** Changing it interrupts what runs, for the plan to say: `connections over this route`. */
  readonly interrupts?: string;
  /** Only changes in this direction interrupt: items that leave a list, or a switch that is turned off. Any change where it is left out. */
  readonly interruptsWhen?: 'shrinks' | 'turns-off';
  /** An observed field that an update may change (a template's latest version): what refers to it follows the update. */
  readonly moves?: true;
  /** Sensitive or long: plans show that it changed, with a hash, never the text. */
  readonly opaque?: true;
}

/** One row of the field table. `type` exists for the compiler only. */
export interface Field<T = unknown, C extends Change = Change, O extends boolean = boolean> extends FieldOptions {
  readonly change: C;
  readonly isOptional: O;
  readonly type?: T;
}

type Declared<T, C extends Change, Options extends FieldOptions> = Field<
  T,
  C,
  Options extends { optional: true } ? true : false
>;

const declare =
  <C extends Change>(change: C) =>
  <T>() =>
  <const Options extends FieldOptions>(options: Options): Declared<T, C, Options> =>
    ({ ...options, change, isOptional: options.optional === true }) as unknown as Declared<T, C, Options>;

/** Curried so that the type is given and the options inferred: `fixed<string>()({ doc: '...' })`. */
export const fixed = declare('fixed');
export const mutable = declare('mutable');
export const rolled = declare('rolled');
export const observed = declare('observed');

/** AWS tags as a map. */
export type Tags = Readonly<Record<string, string>>;
