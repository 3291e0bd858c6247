import { canonicalJson } from '../base/canonical-json.ts';

/** A statement of an IAM policy. */
export interface Statement {
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: StatementCondition;
}
export type StatementCondition = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}

/** Characters that a managed policy may have, white space aside: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const policySize = 6144;

const sizeOf = (value: unknown): number => JSON.stringify(value).replace(/\s/g, '').length;
const union = (...lists: readonly (readonly string[])[]): readonly string[] => [...new Set(lists.flat())].sort();

/** Reads that tell nothing which the declared ones of the same service do not tell as well, by what stands for all of them. */
const readsOf: readonly (readonly [RegExp, string])[] = [
  [/^(ec2|eks|autoscaling|elasticloadbalancing):Describe\w+$/, 'Describe*'],
  [/^(eks):List\w+$/, 'List*'],
];

/** What stands for all reads of the service of one that no condition narrows. */
function wideReadOf({ Action: [action = ''], Condition }: Statement): string | undefined {
  if (Condition !== undefined) return undefined;
  for (const [pattern, all] of readsOf) {
    const service = pattern.exec(action)?.[1];
    if (service !== undefined) return `${service}:${all}`;
  }
  return undefined;
}

/** Reads of a service written as all of its reads, where there are several: a single one stays as narrow as it is. */
function widened(statements: readonly Statement[]): Statement[] {
  const reads = Map.groupBy(statements, wideReadOf);
  const isAlone = (wide: string): boolean => new Set(reads.get(wide)?.map(({ Action }) => Action[0])).size < 2;
  return statements.map((statement) => {
    const wide = wideReadOf(statement);
    return wide === undefined || isAlone(wide) ? statement : { ...statement, Action: [wide], Resource: ['*'] };
  });
}

/** The operator, key and values of a condition that has one of each. */
function single(Condition: StatementCondition | undefined): { operator: string; key: string } | undefined {
  const operators = Object.entries(Condition ?? {});
  const [operator, keys] = operators[0] ?? [];
  const [key, ...more] = Object.keys(keys ?? {});
  return operators.length === 1 && operator !== undefined && key !== undefined && more.length === 0
    ? { operator, key }
    : undefined;
}

/**
 * A condition on the tags of what is touched fences it, whatever its type: actions and resources under it may be crossed. Not so tags
 * in a request, under which something given is touched as well.
 */
const isFence = (Condition: StatementCondition | undefined): boolean =>
  /^(aws:ResourceTag\/|ec2:CreateAction$)/.test(single(Condition)?.key ?? '');

function conditionOf(group: readonly Statement[]): { Condition?: StatementCondition } {
  const [{ Condition } = {}] = group;
  if (Condition === undefined) return {};
  const one = single(Condition);
  if (one === undefined) return { Condition };
  const values = union(...group.map((each) => each.Condition?.[one.operator]?.[one.key] ?? []));
  return { Condition: { [one.operator]: { [one.key]: values } } };
}

/** Statements with the same key as one that has all that they have. */
function joined(statements: readonly Statement[], keyOf: (statement: Statement) => unknown): Statement[] {
  return [...Map.groupBy(statements, (each) => canonicalJson(keyOf(each) as never)).values()].map((group) => ({
    Effect: 'Allow',
    Action: union(...group.map(({ Action }) => Action)),
    Resource: union(...group.map(({ Resource }) => Resource)),
    ...conditionOf(group),
  }));
}

/** Many types of EC2 under a condition on their tags are written as all types. */
function withAllTypes(statement: Statement): Statement {
  if (single(statement.Condition)?.key === 'ec2:CreateAction') return statement;
  const types = statement.Resource.filter((arn) => /^arn:[\w-]+:ec2:[\w-]+:\d+:[\w-]+\/\*$/.test(arn));
  if (types.length < 3) return statement;
  const all = types[0]!.replace(/[^:]+$/, '*/*');
  return { ...statement, Resource: [...statement.Resource.filter((arn) => !types.includes(arn)), all].sort() };
}

/** Statements of one action and resource each, grouped without allowing more than their conditions do. */
export function grouped(statements: readonly Statement[]): Statement[] {
  const wide = widened(statements);
  const everywhere = new Set(
    wide.flatMap(({ Action, Resource, Condition }) => (Condition === undefined && Resource[0] === '*' ? Action : [])),
  );
  const kept = wide.filter(
    ({ Action, Resource, Condition }) =>
      (Condition === undefined && Resource[0] === '*') || !everywhere.has(Action[0] ?? ''),
  );
  const fences = kept.filter(({ Condition }) => isFence(Condition));
  const others = kept.filter(({ Condition }) => !isFence(Condition));
  const byTag = joined(fences, (each) => {
    const isCreation = single(each.Condition)?.key === 'ec2:CreateAction';
    return isCreation ? 'ec2:CreateAction' : (each.Condition ?? null);
  }).map(withAllTypes);
  // Several values of one key: any of them will do.
  const byValue = joined(others, ({ Action, Resource, Condition }) => [
    Action,
    Resource,
    single(Condition) ?? Condition ?? null,
  ]);
  const byAction = joined(byValue, ({ Action, Condition }) => [Action, Condition ?? null]);
  const byResource = joined(byAction, ({ Resource, Condition }) => [Resource, Condition ?? null]);
  return [...byResource, ...byTag];
}

/** A statement in parts that each fit into a document. */
function split(statement: Statement): Statement[] {
  if (sizeOf(documentOf([statement])) <= policySize) return [statement];
  const field = statement.Action.length > statement.Resource.length ? 'Action' : 'Resource';
  const all = statement[field];
  if (all.length < 2) return [statement];
  const half = Math.ceil(all.length / 2);
  return [all.slice(0, half), all.slice(half)].flatMap((part) => split({ ...statement, [field]: part }));
}

const documentOf = (Statement: readonly Statement[]): PolicyDocument => ({ Version: '2012-10-17', Statement });

/** As few documents as hold the statements, each as small as a managed policy must be: the largest statement first, into the first with room. */
export function documentsOf(statements: readonly Statement[]): PolicyDocument[] {
  const documents: PolicyDocument[] = [];
  for (const statement of statements.flatMap(split).sort((a, b) => sizeOf(b) - sizeOf(a))) {
    const at = documents.findIndex((each) => sizeOf(documentOf([...each.Statement, statement])) <= policySize);
    if (at < 0) documents.push(documentOf([statement]));
    else documents[at] = documentOf([...documents[at]!.Statement, statement]);
  }
  return documents;
}
