import type { Call, Turn } from '../../call.ts';
import { validationError } from './errors.ts';

const constraint = (value: string, member: string, rule: string) =>
  validationError(`1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${rule}`);

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: 64 characters for users and roles, 128 for the rest. */
export function checkName(name: string, member: string, longest: 64 | 128): string {
  if (name.length < 1) throw constraint(name, member, 'Member must have length greater than or equal to 1');
  if (name.length > longest) throw constraint(name, member, `Member must have length less than or equal to ${longest}`);
  if (!/^[\w+=,.@-]+$/.test(name))
    throw constraint(name, member, 'Member must satisfy regular expression pattern: [\\w+=,.@-]+');
  return name;
}

/** A path begins and ends with a slash. */
export function checkPath(path: string | undefined): string {
  if (path === undefined) return '/';
  if (!/^(\/|\/[!-~]+\/)$/.test(path) || path.length > 512) {
    throw constraint(
      path,
      'path',
      'Member must satisfy regular expression pattern: (\\u002F)|(\\u002F[\\u0021-\\u007F]+\\u002F)',
    );
  }
  return path;
}

/** `AROA` and 17 characters: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids */
export const uniqueId = (
  call: Pick<Turn, 'newToken'>,
  prefix: 'AROA' | 'AIDA' | 'ANPA' | 'AIPA' | 'AKIA' | 'ASIA',
): string => prefix + call.newToken(16).toUpperCase() + (prefix === 'AKIA' || prefix === 'ASIA' ? '' : 'Q');

export const arnOf = (
  call: Call,
  kind: string,
  { path, name }: { readonly path: string; readonly name: string },
): string => `arn:aws:iam::${call.account}:${kind}${path}${name}`;

/** IAM gives policy documents percent-encoded as RFC 3986 has it. */
export const encodeDocument = (document: string): string =>
  encodeURIComponent(document).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
