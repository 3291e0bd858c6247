import type { OneOrMore } from './policy-document.ts';

/** `*` and `?` that stand for themselves, since a value brought them in and not the policy. */
const literal = { '*': '\uE000', '?': '\uE001' } as const;

const quoted = (value: string): string => value.replace(/[*?]/g, (each) => literal[each as keyof typeof literal]);

/** The text behind {@link expandVariables}' marks, for comparisons without wildcards. */
export const withoutMarks = (text: string): string => text.replaceAll('\uE000', '*').replaceAll('\uE001', '?');

export type Lookup = (key: string) => OneOrMore<string> | undefined;

/**
 * Fills in `${key}` and `${key, 'default'}` of a policy; undefined where a key has no single value, since then the statement does not apply.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export function expandVariables(text: string, lookup: Lookup): string | undefined {
  if (!text.includes('${')) return text;
  let known = true;
  const filled = text.replace(/\$\{([^}]*)\}/g, (_, inner: string) => {
    const [, key = '', otherwise] = /^\s*([^,]*?)\s*(?:,\s*'([^']*)')?\s*$/.exec(inner) ?? [];
    if (key === '*' || key === '?') return literal[key];
    if (key === '$') return '$';
    const value = lookup(key);
    if (typeof value === 'string') return quoted(value);
    if (otherwise !== undefined) return quoted(otherwise);
    known = false;
    return '';
  });
  return known ? filled : undefined;
}
