import type { Call } from '../../call.ts';
import { limitExceeded, malformedPolicy } from './errors.ts';
import { holderOf } from './identity-policies.ts';
import { listOf, type PolicyDocument, parsePolicy } from './policy-document.ts';

/** Characters that count against a policy's size limit: all but white space. */
const sizeOf = (document: string): number => document.replace(/\s/g, '').length;

/** Reads an identity policy. Throws MalformedPolicyDocument. */
export function checkIdentityPolicy(document: string): PolicyDocument {
  const parsed = parsePolicy(document, 'identity');
  if (typeof parsed === 'string') throw malformedPolicy(parsed);
  return parsed;
}

/** A managed policy may have 6,144 characters. */
export function checkManagedPolicy(document: string): void {
  checkIdentityPolicy(document);
  if (sizeOf(document) > 6144) throw limitExceeded('Cannot exceed quota for PolicySize: 6144');
}

/** The inline policies of a role may have 10,240 characters together, those of a user 2,048. */
export function checkInlineSize(
  policies: Readonly<Record<string, string>>,
  owner: { readonly kind: string; readonly name: string },
): void {
  const limit = owner.kind === 'role' ? 10_240 : 2048;
  const size = Object.values(policies).reduce((sum, document) => sum + sizeOf(document), 0);
  if (size > limit)
    throw limitExceeded(`Maximum policy size of ${limit} bytes exceeded for ${owner.kind} ${owner.name}`);
}

/** Reads a trust policy; users and roles of this account that it names must exist, as IAM turns them into ids. */
export function checkTrustPolicy(document: string, call: Call): void {
  const parsed = parsePolicy(document, 'trust');
  if (typeof parsed === 'string') throw malformedPolicy(parsed);
  if (sizeOf(document) > 2048) throw limitExceeded('Cannot exceed quota for ACLSizePerRole: 2048');
  for (const { Principal } of listOf(parsed.Statement)) {
    if (Principal === undefined || Principal === '*') continue;
    const missing = listOf(Principal.AWS).find((arn) => !principalExists(arn, call));
    if (missing !== undefined) throw malformedPolicy(`Invalid principal in policy: "AWS":"${missing}"`);
  }
}

function principalExists(arn: string, call: Call): boolean {
  if (arn === '*' || /^\d{12}$/.test(arn)) return true;
  const parts = /^arn:aws:(iam|sts)::(\d{12}):(.+)$/.exec(arn);
  if (!parts) return false;
  const [, , account, name] = parts;
  if (account !== call.account || name === 'root') return true;
  const role = /^role\/(?:.*\/)?([^/]+)$/.exec(name!);
  return role ? call.world.iam.roles[role[1]!]?.arn === arn : holderOf(call.world.iam, arn) !== undefined;
}
