import type {
  AssumeRoleRequest,
  AssumeRoleResponse,
  Credentials,
  GetCallerIdentityRequest,
  GetCallerIdentityResponse,
  GetSessionTokenRequest,
  GetSessionTokenResponse,
} from '@aws-sdk/client-sts';
import { AwsError, type Call, type Handlers } from '../../call.ts';
import { checkIdentityPolicy } from '../iam/documents.ts';
import { conditionsMet } from '../iam/evaluate.ts';
import { holderOf } from '../iam/identity-policies.ts';
import { listOf, parsePolicy, type Statement } from '../iam/policy-document.ts';
import { newSession } from '../iam/sessions.ts';
import type { IamRole, Session } from '../iam/state.ts';

const getCallerIdentity = (_: GetCallerIdentityRequest, { principal, account }: Call): GetCallerIdentityResponse => ({
  UserId: principal.userId,
  Account: account,
  Arn: principal.arn,
});

function assumeRole(input: AssumeRoleRequest, call: Call): AssumeRoleResponse {
  const name = /^arn:aws:iam::\d{12}:role\/(?:.*\/)?([^/]+)$/.exec(input.RoleArn!)?.[1];
  const role = name === undefined ? undefined : call.world.iam.roles[name];
  // AWS does not say whether the role does not exist or does not trust the caller.
  if (!role || role.arn !== input.RoleArn || !trusts(role, input, call)) {
    throw new AwsError(
      'AccessDenied',
      `User: ${call.principal.arn} is not authorized to perform: sts:AssumeRole on resource: ${input.RoleArn}`,
      403,
    );
  }
  const seconds = checkDuration(input.DurationSeconds ?? 3600, role.maxSessionDuration);
  checkSessionName(input.RoleSessionName!);
  if (input.Policy !== undefined) checkIdentityPolicy(input.Policy);
  const session = newSession(call, seconds, {
    arn: `arn:aws:sts::${call.account}:assumed-role/${role.roleName}/${input.RoleSessionName}`,
    userId: `${role.roleId}:${input.RoleSessionName}`,
    ...(input.Policy !== undefined && { policy: input.Policy }),
  });
  return {
    Credentials: credentialsOf(session),
    AssumedRoleUser: { AssumedRoleId: session.userId, Arn: session.arn },
    PackedPolicySize: input.Policy === undefined ? undefined : Math.ceil((input.Policy.length / 2048) * 100),
  };
}

function checkSessionName(name: string): void {
  if (/^[\w+=,.@-]{2,64}$/.test(name)) return;
  throw new AwsError(
    'ValidationError',
    `1 validation error detected: Value '${name}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
  );
}

function checkDuration(seconds: number, longest: number): number {
  if (seconds < 900) {
    throw new AwsError(
      'ValidationError',
      `1 validation error detected: Value '${seconds}' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900`,
    );
  }
  if (seconds > longest)
    throw new AwsError(
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
  return seconds;
}

/** Whether a role's trust policy lets the caller in. */
function trusts(role: IamRole, input: AssumeRoleRequest, call: Call): boolean {
  const policy = parsePolicy(role.assumeRolePolicyDocument, 'trust');
  if (typeof policy === 'string') return false;
  const context = {
    'sts:ExternalId': input.ExternalId,
    'sts:RoleSessionName': input.RoleSessionName,
    'aws:PrincipalArn': call.principal.arn,
  };
  const applying = listOf(policy.Statement).filter(
    (statement) =>
      listOf(statement.Action).some((action) => action === 'sts:AssumeRole' || action === 'sts:*' || action === '*') &&
      namesCaller(statement, call) &&
      conditionsMet(statement.Condition, context),
  );
  return applying.length > 0 && applying.every(({ Effect }) => Effect === 'Allow');
}

function namesCaller({ Principal }: Statement, { principal, account, world }: Call): boolean {
  if (Principal === undefined) return false;
  if (Principal === '*') return true;
  const holder = holderOf(world.iam, principal.arn);
  const names = new Set(['*', account, `arn:aws:iam::${account}:root`, principal.arn, holder?.arn]);
  return listOf(Principal.AWS).some((name) => names.has(name));
}

/** Credentials of AWS's users last twelve hours unless asked otherwise. */
function getSessionToken(input: GetSessionTokenRequest, call: Call): GetSessionTokenResponse {
  if (call.world.iam.sessions[call.principal.accessKeyId]) {
    throw new AwsError('AccessDenied', 'Cannot call GetSessionToken with session credentials', 403);
  }
  const seconds = checkDuration(input.DurationSeconds ?? 43_200, 129_600);
  const { arn, userId } = call.principal;
  return { Credentials: credentialsOf(newSession(call, seconds, { arn, userId })) };
}

const credentialsOf = (session: Session): Credentials => ({
  AccessKeyId: session.accessKeyId,
  SecretAccessKey: session.secretAccessKey,
  SessionToken: session.sessionToken,
  Expiration: new Date(session.expiration),
});

export const handlers: Handlers = {
  GetCallerIdentity: getCallerIdentity,
  AssumeRole: assumeRole,
  GetSessionToken: getSessionToken,
};
