import { AwsError, type Principal } from '../call.ts';
import type { World } from '../world.ts';
import { authenticate } from './authenticate.ts';
import { refusalError } from './refusal-errors.ts';
import type { WireRequest } from './request.ts';
import { signatureOf } from './sigv4.ts';

/** Who a presigned URL speaks for, or why it does not count. */
export type PresignedIdentity = { readonly principal: Principal } | { readonly error: AwsError };

/**
 * Checks a presigned `GetCallerIdentity` URL, which is what an EKS token holds, as STS would, without asking STS.
 * `headers` are those that the server adds (`x-k8s-aws-id`); each of
 * them must be signed. Valid for fifteen minutes of wall time.
 */
export function verifyPresignedGetCallerIdentity(
  url: string,
  headers: Readonly<Record<string, string>>,
  world: World,
): PresignedIdentity {
  const parsed = URL.parse(url);
  if (!parsed) return refused('the token holds no URL');
  if (parsed.searchParams.get('Action') !== 'GetCallerIdentity')
    return refused('the token is for another action than GetCallerIdentity');
  const given = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  const request: WireRequest = {
    method: 'GET',
    path: parsed.pathname,
    query: parsed.search.slice(1),
    headers: { ...Object.fromEntries(given), host: parsed.host },
    body: new Uint8Array(),
  };
  const signature = signatureOf(request);
  if (!signature || signature instanceof Error || signature.expires === undefined)
    return refused('the URL is not presigned');
  const unsigned = given.find(([name]) => !signature.signedHeaders.includes(name));
  if (unsigned) return refused(`the header ${unsigned[0]} is not signed`);
  if (signature.service !== 'sts') return refused(`the URL is signed for ${signature.service}, not for sts`);
  const checked = authenticate(request, world, Date.now());
  return 'refused' in checked ? { error: refusalError(checked, 'awsQuery') } : { principal: checked.principal };
}

const refused = (message: string): PresignedIdentity => ({ error: new AwsError('AccessDenied', message, 403) });
