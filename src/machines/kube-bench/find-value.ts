import { parse } from 'yaml';
import type { TestItem } from './controls.ts';
import { jsonPath } from './json-path.ts';

/** Where an item is looked for: the output of `audit`, `audit_config` or `audit_env`. */
export type Source = 'flag' | 'path' | 'env';

/** A text as a regular expression that matches it alone. */
export const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The item's value in an output; undefined where it is not there. Throws on what is neither JSON nor YAML. */
export function findValue(item: TestItem, source: Source, output: string): string | undefined {
  if (item[source] === '') return undefined;
  if (source === 'flag') return flagValue(item, output);
  return source === 'path' ? pathValue(item.path, output) : envValue(item.env, output);
}

// `--flag=value`, `name: value`, `--flag value` where a value is compared, and else the flag itself.
function flagValue({ flag, compare }: TestItem, output: string): string | undefined {
  if (!output.includes(flag)) return undefined;
  const name = literal(flag);
  const value = new RegExp(`${name}(?:=|: *)*(\\S*)`).exec(output)?.[1];
  if (value !== undefined && value !== '') return value;
  const next = compare && new RegExp(`${name}\\s+([^\\s-]\\S*)`).exec(output)?.[1];
  return next ?? (flag.startsWith('--') ? 'true' : flag);
}

function pathValue(path: string, output: string): string | undefined {
  const value = jsonPath(path, parse(output));
  return value === '' ? undefined : value;
}

function envValue(name: string, output: string): string | undefined {
  const value = new RegExp(`${literal(name)}=(.*)`).exec(output)?.[1];
  return value === '' ? undefined : value;
}
