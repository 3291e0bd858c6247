import type { Call, Turn } from '../../call.ts';
import type { IamRole } from '../iam/state.ts';
import { invalidParameter } from './errors.ts';

const accountOf = (arn: string): string | undefined => /^arn:[^:]+:iam::(\d{12}):/.exec(arn)?.[1];

/** The role of that ARN in this account. */
export const roleByArn = (turn: Turn, arn: string): IamRole | undefined =>
  Object.values(turn.world.iam.roles).find((role) => role.arn === arn);

/** Whether an access entry may name it: a role or user that exists here; those of other accounts cannot be seen. */
export function principalExists(turn: Turn, arn: string): boolean {
  const kind = /^arn:[^:]+:iam::\d{12}:(role|user)\/.+$/.exec(arn)?.[1];
  if (kind === undefined) return false;
  if (accountOf(arn) !== turn.account) return true;
  if (kind === 'role') return roleByArn(turn, arn) !== undefined;
  return Object.values(turn.world.iam.users).some((user) => user.arn === arn);
}

/** The IAM principal behind a call: the role of an assumed role's session, else the user. */
export function creatorOf(call: Call): string {
  const session = /^arn:[^:]+:sts::\d{12}:assumed-role\/([^/]+)\//.exec(call.principal.arn);
  if (session === null) return call.principal.arn;
  return call.world.iam.roles[session[1]!]?.arn ?? call.principal.arn;
}

interface Statement {
  readonly Effect?: string;
  readonly Action?: string | readonly string[];
  readonly Principal?: string | { readonly Service?: string | readonly string[] };
}

const listOf = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : ((Array.isArray(value) ? value : [value]) as readonly T[]);

function statementsOf(role: IamRole): readonly Statement[] {
  const text = role.assumeRolePolicyDocument;
  try {
    const document = JSON.parse(text.startsWith('%') ? decodeURIComponent(text) : text) as {
      Statement?: Statement | Statement[];
    };
    return listOf<Statement>(document.Statement);
  } catch {
    return [];
  }
}

const allowsService = (statement: Statement, service: string): boolean =>
  typeof statement.Principal === 'object' && listOf<string>(statement.Principal.Service).includes(service);

/** Whether the role's trust policy lets that service take every one of the actions. */
export function trusts(role: IamRole, service: string, actions: readonly string[] = ['sts:AssumeRole']): boolean {
  const granted = statementsOf(role)
    .filter((statement) => statement.Effect === 'Allow' && allowsService(statement, service))
    .flatMap((statement) => [...listOf<string>(statement.Action)]);
  return actions.every((action) => granted.some((own) => own === action || own === '*' || own === 'sts:*'));
}

/** The role, if it exists and the service may assume it; else EKS's error. */
export function assumableRole(turn: Turn, arn: string, service: string): IamRole {
  const role = roleByArn(turn, arn);
  if (role !== undefined && trusts(role, service)) return role;
  throw invalidParameter(
    `Role with arn: ${arn}, could not be assumed because it does not exist or the trusted entity is not correct`,
  );
}
