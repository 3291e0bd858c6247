import type { Field } from '../model/field.ts';
import type { KindName } from '../model/kinds/names.ts';
import type { Values } from './diff.ts';
import { tableOf } from './links.ts';

/** A value that somebody scaled: what the spec says and what is there. */
export interface Scaled {
  readonly field: string;
  readonly spec: unknown;
  readonly there: unknown;
}

/** What is wanted, once values that belong to whoever scales are left to him. */
export interface HandedOver {
  readonly wanted: Values;
  readonly scaled: readonly Scaled[];
}

/** The spec's value was applied before, as the resource's own tag says: from then on it belongs to whoever scales. */
const wasApplied = (field: Field, wanted: unknown, there: Values): boolean =>
  field.handedOver !== undefined &&
  (there.tags as Readonly<Record<string, string>> | undefined)?.[field.handedOver] === String(wanted);

/** The nearest value between the bounds that are wanted now. */
function within(value: number, field: Field, wanted: Values): number {
  const min = Number(wanted[field.between?.min ?? ''] ?? value);
  const max = Number(wanted[field.between?.max ?? ''] ?? value);
  return Math.min(max, Math.max(min, value));
}

/**
 * Takes the value that is there instead of the spec's, where the spec's was applied before. One that no longer lies between the bounds
 * moves to the nearest bound, as a change of its own that the plan shows.
 */
export function handOver(kind: KindName, wanted: Values, there: Values): HandedOver {
  const fields = Object.entries<Field>(tableOf(kind).fields).filter(
    ([name, field]) =>
      wasApplied(field, wanted[name], there) && typeof there[name] === 'number' && there[name] !== wanted[name],
  );
  const kept = fields.map(([name, field]) => [name, within(there[name] as number, field, wanted)] as const);
  return {
    wanted: { ...wanted, ...Object.fromEntries(kept) },
    scaled: fields.map(([field]) => ({ field, spec: wanted[field], there: there[field] })),
  };
}
