import { canonicalJson, sameJson } from '../base/canonical-json.ts';
import type { Field } from '../model/field.ts';
import { kinds } from '../model/kinds/index.ts';
import type { KindName } from '../model/kinds/names.ts';
import { isSettled } from '../model/value.ts';
import type { FieldChange } from './plan.ts';

export type Values = Readonly<Record<string, unknown>>;

const fieldsOf = (kind: KindName): readonly [string, Field][] => Object.entries<Field>(kinds[kind].fields);

function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** A value in the form in which it is compared. */
function normal(field: Field, value: unknown): unknown {
  if (field.compare === 'json') return parsed(value);
  if (field.compare === 'set' && Array.isArray(value)) return value.map((item) => canonicalJson(item)).sort();
  return value;
}

export const sameValue = (field: Field, a: unknown, b: unknown): boolean =>
  sameJson(normal(field, a), normal(field, b));

/** Whether a change of this field, in this direction, interrupts what runs. */
function interrupts(field: Field, before: unknown, after: unknown): boolean {
  if (field.interrupts === undefined) return false;
  if (field.interruptsWhen === 'turns-off') return before === true && after === false;
  if (field.interruptsWhen !== 'shrinks' || !Array.isArray(before) || !Array.isArray(after)) return true;
  const kept = new Set(after.map((item) => canonicalJson(item)));
  return before.some((item) => !kept.has(canonicalJson(item)));
}

/** Whether a change of this field makes a new resource necessary. */
const replaces = (field: Field, before: unknown): boolean =>
  field.change === 'fixed' || (field.setOnce === true && before !== null && before !== undefined);

export interface Difference {
  readonly changes: readonly FieldChange[];
  readonly replaces: boolean;
  readonly ignored: readonly FieldChange[];
}

/**
 * Compares what is wanted with what is there, by the field table. A field that the wanted side leaves out is not ours;
 * one that AWS does not tell is not compared; one that still holds references differs.
 */
export function difference(
  kind: KindName,
  sides: { wanted: Values; there: Values },
  ignore: ReadonlySet<string>,
): Difference {
  const { wanted, there } = sides;
  const out = { changes: [] as FieldChange[], ignored: [] as FieldChange[] };
  let mustReplace = false;
  for (const [name, field] of fieldsOf(kind)) {
    if (field.change === 'observed' || wanted[name] === undefined || there[name] === undefined) continue;
    if (isSettled(wanted[name]) && sameValue(field, wanted[name], there[name])) continue;
    const change: FieldChange = {
      field: name,
      change: field.change,
      before: there[name],
      after: wanted[name],
      ...(interrupts(field, there[name], wanted[name]) ? { interrupts: field.interrupts! } : {}),
    };
    if (ignore.has(name)) out.ignored.push(change);
    else {
      out.changes.push(change);
      mustReplace ||= replaces(field, there[name]);
    }
  }
  return { ...out, replaces: mustReplace };
}

/** The fields that make a replacement necessary; a name that follows its content always differs too and says nothing. */
export const causesOf = ({ changes }: Difference): readonly FieldChange[] => {
  const causes = changes.filter(({ change, field }) => change === 'fixed' && field !== 'name');
  return causes.length > 0 ? causes : changes;
};
