import { minutes } from '../../../base/duration.ts';
import type { Call, Touched } from '../../call.ts';
import { aliasArn, keyByReference } from './lookup.ts';

type Input = Readonly<Record<string, unknown>>;

/** How long KMS may take until the tags of a new key count: https://docs.aws.amazon.com/kms/latest/developerguide/tag-authorization.html */
const tagsCountAfter = minutes(5);

function keyOf(call: Call, reference: unknown): Touched[] {
  const key = typeof reference === 'string' ? keyByReference(call, reference) : undefined;
  if (key === undefined) return [];
  return [{ resource: key.arn, tags: call.now - key.createdAt < tagsCountAfter.ms ? {} : key.tags }];
}

/** An alias is made, moved and removed by leave of itself and of its keys. Tags of a new key are not limited to a key. */
export function touched(operation: string, input: Input, call: Call): readonly Touched[] | undefined {
  if (operation === 'CreateKey') {
    const isTagged = Array.isArray(input.Tags) && input.Tags.length > 0;
    return [{ resource: '*' }, ...(isTagged ? [{ action: 'kms:TagResource', resource: '*' }] : [])];
  }
  const name = /Alias$/.test(operation) && typeof input.AliasName === 'string' ? input.AliasName : undefined;
  const alias = name === undefined ? [] : [{ resource: aliasArn(call, name) }];
  const all = [...alias, ...keyOf(call, name), ...keyOf(call, input.TargetKeyId ?? input.KeyId)];
  return all.length === 0 || (operation.startsWith('List') && name === undefined && input.KeyId === undefined)
    ? undefined
    : all;
}
