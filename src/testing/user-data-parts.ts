import { type BootConfig, bootConfigType } from '../model/bootstrap/self-managed/boot-config.ts';
import { isJoin, isRef, type Value } from '../model/value.ts';

/** A text with `<ID.FIELD>` where AWS will tell a value. */
export const withPlaces = (value: Value<string> | null): string => {
  if (isRef(value)) return `<${value.$ref}.${value.field}>`;
  return isJoin(value) ? value.$join.map(withPlaces).join('') : String(value);
};

/** The parts of MIME user data as they stand there: headers by name in lower case, and the body. */
export function partsOf(
  userData: Value<string> | null,
): readonly { readonly type: string; readonly encoding: string; readonly body: string }[] {
  const text = withPlaces(userData);
  const boundary = /boundary="([^"]+)"/.exec(text)?.[1];
  if (boundary === undefined) return [];
  const between = text.split(`\n--${boundary}`).slice(1, -1);
  return between.map((part) => {
    const end = part.indexOf('\n\n');
    const header = (name: string): string =>
      new RegExp(`^${name}: ([^;\\n]+)`, 'im').exec(part.slice(0, end))?.[1] ?? '';
    return { type: header('content-type'), encoding: header('content-transfer-encoding'), body: part.slice(end + 2) };
  });
}

/** What a machine of a self-managed cluster reads, from its user data. */
export function bootConfigIn(userData: Value<string> | null): BootConfig {
  const part = partsOf(userData).find(({ type }) => type === bootConfigType);
  if (part === undefined) throw new Error(`no part ${bootConfigType} in ${withPlaces(userData).slice(0, 200)}`);
  return JSON.parse(part.body);
}
