/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
export interface PolicyDocument {
  readonly Version?: string;
  readonly Id?: string;
  readonly Statement: OneOrMore<Statement>;
}

export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: '*' | Readonly<Record<string, OneOrMore<string>>>;
  readonly NotPrincipal?: '*' | Readonly<Record<string, OneOrMore<string>>>;
  readonly Action?: OneOrMore<string>;
  readonly NotAction?: OneOrMore<string>;
  readonly Resource?: OneOrMore<string>;
  readonly NotResource?: OneOrMore<string>;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMore<string | number | boolean>>>>>;
}

export type OneOrMore<T> = T | readonly T[];

export const listOf = <T>(value: OneOrMore<T> | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T];

/**
 * Identity policies are attached to users and roles, trust policies say who may assume a role, resource policies stand on buckets
 * and keys. Queues take statements without a principal as well, and ignore them: https://github.com/Netflix/security_monkey/pull/350
 */
export type PolicyKind = 'identity' | 'trust' | 'resource' | 'queue';

/** Reads a policy; a string says what is wrong with it, as IAM puts it. */
export function parsePolicy(text: string, kind: PolicyKind): PolicyDocument | string {
  const value = parseJson(text);
  if (!isRecord(value)) return value === undefined ? 'This policy contains invalid Json' : 'Syntax errors in policy.';
  const unknown = Object.keys(value).some((key) => !['Version', 'Id', 'Statement'].includes(key));
  const { Version, Statement: statements } = value;
  if (unknown || (Version !== undefined && Version !== '2012-10-17' && Version !== '2008-10-17'))
    return 'Syntax errors in policy.';
  const list = listOf(statements as OneOrMore<unknown> | undefined);
  if (list.length === 0) return 'Syntax errors in policy.';
  for (const statement of list) {
    const fault = statementFault(statement, kind);
    if (fault) return fault;
  }
  return value as unknown as PolicyDocument;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const elements = new Set([
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]);

function statementFault(statement: unknown, kind: PolicyKind): string | undefined {
  if (!isRecord(statement) || Object.keys(statement).some((key) => !elements.has(key)))
    return 'Syntax errors in policy.';
  const { Effect, Action, NotAction, Resource, NotResource } = statement;
  if (Effect !== 'Allow' && Effect !== 'Deny') return 'Syntax errors in policy.';
  if ((Action ?? NotAction) === undefined) return 'Policy statement must contain actions.';
  const actions = listOf((Action ?? NotAction) as OneOrMore<unknown>);
  if (actions.length === 0 || !actions.every((action) => typeof action === 'string')) return 'Syntax errors in policy.';
  const vendorless = (actions as readonly string[]).find(
    (action) => action !== '*' && !/^[\w-]+:[\w*?]+$/.test(action),
  );
  if (vendorless !== undefined) return 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.';
  if (kind === 'identity' && hasUnknownVariable(statement)) return 'The policy contains an invalid policy variable.';
  const principals = principalFault(statement, kind);
  if (principals) return principals;
  if (kind === 'trust') return (Resource ?? NotResource) === undefined ? undefined : 'Has prohibited field Resource';
  return resourceFault(listOf((Resource ?? NotResource) as OneOrMore<unknown> | undefined));
}

/**
 * Variables are names of condition keys, and `*`, `?` and `$`, written literally; anything else in `${}` stands for nothing.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
function hasUnknownVariable({ Resource, NotResource, Condition }: Record<string, unknown>): boolean {
  const text = JSON.stringify([Resource ?? null, NotResource ?? null, Condition ?? null]);
  return [...text.matchAll(/\$\{([^}]*)\}/g)].some(([, name = '']) => !/^([*?$]|[\w.-]+:\S+)/.test(name.trim()));
}

function principalFault({ Principal, NotPrincipal }: Record<string, unknown>, kind: PolicyKind): string | undefined {
  const given = Principal ?? NotPrincipal;
  if (kind === 'identity') return given === undefined ? undefined : 'Policy document should not specify a principal.';
  if (given === undefined) return kind === 'queue' ? undefined : 'Missing required field Principal';
  if (given === '*') return undefined;
  if (!isRecord(given)) return 'Syntax errors in policy.';
  const type = Object.keys(given).find((key) => !['AWS', 'Service', 'Federated', 'CanonicalUser'].includes(key));
  return type === undefined ? undefined : `Invalid principal in policy: "${type}"`;
}

function resourceFault(resources: readonly unknown[]): string | undefined {
  if (resources.length === 0) return 'Policy statement must contain resources.';
  const bad = resources.find(
    (resource) => resource !== '*' && !(typeof resource === 'string' && resource.startsWith('arn:')),
  );
  return bad === undefined ? undefined : `Resource ${String(bad)} must be in ARN format or "*".`;
}
