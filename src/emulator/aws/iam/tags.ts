import type { Tag } from '@aws-sdk/client-iam';
import { AwsError } from '../../call.ts';
import { limitExceeded } from './errors.ts';
import { type PageRequest, pageOf } from './page.ts';

/** Tags of a request as a record. Throws InvalidInput for a key given twice or reserved, LimitExceeded beyond fifty. */
export function tagsOf(
  tags: readonly Tag[] | undefined,
  existing: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const given = (tags ?? []).map(({ Key, Value }): [string, string] => [Key!, Value!]);
  const keys = given.map(([key]) => key);
  if (new Set(keys.map((key) => key.toLowerCase())).size < keys.length) {
    throw new AwsError(
      'InvalidInput',
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
      400,
    );
  }
  if (keys.some((key) => key.toLowerCase().startsWith('aws:'))) {
    throw new AwsError('InvalidInput', 'Tag keys that start with aws: are reserved for AWS use.', 400);
  }
  const all = { ...existing, ...Object.fromEntries(given) };
  if (Object.keys(all).length > 50) throw limitExceeded('The number of tags has reached the maximum limit.');
  return all;
}

export const tagList = (tags: Readonly<Record<string, string>>): Tag[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** Tags in an answer that leaves them out when there are none. */
export const tagsIfAny = (tags: Readonly<Record<string, string>>): { Tags?: Tag[] } =>
  Object.keys(tags).length === 0 ? {} : { Tags: tagList(tags) };

export function removeTags(tags: Record<string, string>, keys: readonly string[] | undefined): void {
  for (const key of keys ?? []) delete tags[key];
}

/** An answer of the List...Tags operations. */
export function tagPage(tags: Readonly<Record<string, string>>, request: PageRequest): object {
  const { items, ...rest } = pageOf(tagList(tags), ({ Key }) => Key!, request);
  return { Tags: items, ...rest };
}
