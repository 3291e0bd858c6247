import { shortHash } from '../../../base/hash.ts';
import type { Call } from '../../call.ts';
import { AwsError } from '../../call.ts';

/**
 * Runs a creation once per client token: the same request again gives the ids of the first.
 * Throws IdempotentParameterMismatch when the token comes with other parameters.
 */
export function once(
  call: Call,
  input: { readonly ClientToken?: string | undefined },
  make: () => readonly string[],
): readonly string[] {
  const { ClientToken: token, ...rest } = input;
  if (token === undefined || token === '') return make();
  const key = `${call.operation}:${token}`;
  const hash = shortHash(rest, 32);
  const before = call.state.ec2.tokens[key];
  if (before !== undefined && before.hash !== hash) {
    const why = 'Arguments on this idempotent request are inconsistent with arguments used in previous request(s).';
    throw new AwsError('IdempotentParameterMismatch', why);
  }
  if (before !== undefined) return before.ids;
  const ids = make();
  call.state.ec2.tokens[key] = { hash, ids };
  return ids;
}
