import type { Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import type { KmsKey } from './state.ts';

const arnOf = (turn: Turn, resource: string): string =>
  `arn:${turn.world.partition}:kms:${turn.region}:${turn.account}:${resource}`;

export const keyArn = (turn: Turn, id: string): string => arnOf(turn, `key/${id}`);
export const aliasArn = (turn: Turn, name: string): string => arnOf(turn, name);

/** The key that an id, a key ARN, an alias name or an alias ARN names in this region. */
export function keyByReference(turn: Turn, reference: string): KmsKey | undefined {
  const own = arnOf(turn, '');
  const local = reference.startsWith(own) ? reference.slice(own.length) : reference;
  if (local.startsWith('arn:')) return undefined;
  const { keys, aliases } = turn.state.kms;
  if (local.startsWith('alias/')) return keys[aliases[local]?.keyId ?? ''];
  return keys[local.startsWith('key/') ? local.slice('key/'.length) : local];
}

/** The same, or the NotFoundException that KMS answers. */
export function requiredKey(turn: Turn, reference: string | undefined): KmsKey {
  const key = keyByReference(turn, reference ?? '');
  if (key !== undefined) return key;
  const text = reference ?? '';
  if (text.startsWith('alias/')) throw new AwsError('NotFoundException', `Alias ${aliasArn(turn, text)} is not found.`);
  const arn = text.startsWith('arn:') ? text : keyArn(turn, text);
  throw new AwsError('NotFoundException', `Key '${arn}' does not exist`);
}
