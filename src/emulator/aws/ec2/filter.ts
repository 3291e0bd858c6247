import type { Filter } from '@aws-sdk/client-ec2';
import { AwsError } from '../../call.ts';

/** What each filter name reads from an item; several values where one match is enough. */
export type Fields<T> = Readonly<Record<string, (item: T) => readonly (string | number | boolean | undefined)[]>>;

const escaped = (char: string): string => char.replace(/[.+^${}()|[\]\\*?]/g, '\\$&');

/** A filter value as a pattern: `*` stands for any text, `?` for one character, `\` takes the next one literally. */
export function wildcard(value: string): RegExp {
  const parts = value.matchAll(/\\(.)|(\*)|(\?)|([\s\S])/g);
  const source = [...parts].map(([, literal, many, one, char]) => {
    if (many !== undefined) return '[\\s\\S]*';
    if (one !== undefined) return '[\\s\\S]';
    return escaped(literal ?? char ?? '\\');
  });
  return new RegExp(`^${source.join('')}$`);
}

const invalidFilter = (name: string | undefined): AwsError =>
  new AwsError('InvalidParameterValue', `The filter '${name ?? 'null'}' is invalid`);

function readOf<T>(name: string, fields: Fields<T>, tagsOf: (item: T) => Readonly<Record<string, string>>) {
  if (name === 'tag-key') return (item: T) => Object.keys(tagsOf(item));
  if (name === 'tag-value') return (item: T) => Object.values(tagsOf(item));
  if (name.startsWith('tag:')) {
    const key = name.slice('tag:'.length);
    return (item: T) => [tagsOf(item)[key]];
  }
  return fields[name];
}

/**
 * Keeps what every filter accepts; values of one filter are alternatives.
 * `tag:KEY`, `tag-key` and `tag-value` work for every resource. Throws InvalidParameterValue for a name that the operation does not know.
 */
export function applyFilters<T>(
  items: readonly T[],
  filters: readonly Filter[] | undefined,
  how: { readonly fields: Fields<T>; readonly tagsOf: (item: T) => Readonly<Record<string, string>> },
): T[] {
  return (filters ?? []).reduce<T[]>(
    (kept, { Name, Values }) => {
      const read = Name === undefined ? undefined : readOf(Name, how.fields, how.tagsOf);
      if (read === undefined) throw invalidFilter(Name);
      const patterns = (Values ?? []).map(wildcard);
      return kept.filter((item) =>
        read(item).some((value) => value !== undefined && patterns.some((pattern) => pattern.test(String(value)))),
      );
    },
    [...items],
  );
}
