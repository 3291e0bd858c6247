import { listOf, type OneOrMore, type PolicyDocument, type Statement } from './policy-document.ts';
import { expandVariables, withoutMarks } from './policy-variables.ts';

/** What is asked: may this be done with that? */
export interface Question {
  readonly action: string;
  /** An ARN; undefined where this AWS does not know which resource is meant. */
  readonly resource: string | undefined;
  /** Condition keys with their values; keys do not care for case. */
  readonly context: ConditionContext;
}

export type ConditionContext = Readonly<Record<string, OneOrMore<string> | undefined>>;

export type Verdict = 'deny' | 'allow' | 'none';

/** What policies of one kind say together: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html */
export function evaluate(documents: readonly PolicyDocument[], question: Question): Verdict {
  let verdict: Verdict = 'none';
  for (const document of documents) {
    for (const statement of listOf(document.Statement)) {
      if (!applies(statement, question)) continue;
      if (statement.Effect === 'Deny') return 'deny';
      verdict = 'allow';
    }
  }
  return verdict;
}

function applies(statement: Statement, question: Question): boolean {
  return (
    actionMatches(statement, question.action) &&
    resourceMatches(statement, question) &&
    conditionsMet(statement.Condition, question.context)
  );
}

function actionMatches({ Action, NotAction }: Statement, action: string): boolean {
  if (Action !== undefined) return listOf(Action).some((pattern) => like(pattern, action, true));
  return NotAction !== undefined && !listOf(NotAction).some((pattern) => like(pattern, action, true));
}

/** Where the resource is not known, what is allowed for some resource counts, and what is denied for some does not. */
function resourceMatches({ Resource, NotResource, Effect }: Statement, { resource, context }: Question): boolean {
  if (Resource === undefined && NotResource === undefined) return true;
  if (resource === undefined) return Effect === 'Allow' || listOf(Resource).includes('*');
  const isMeant = (pattern: string): boolean => {
    const filled = expandVariables(pattern, (key) => single(valuesOf(context, key)));
    return filled !== undefined && like(filled, resource);
  };
  return Resource === undefined ? !listOf(NotResource).some(isMeant) : listOf(Resource).some(isMeant);
}

/** `*` is any text, `?` any one character. */
export function like(pattern: string, text: string, ignoreCase = false): boolean {
  if (pattern === '*') return true;
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.')
    .replaceAll('\uE000', '\\*')
    .replaceAll('\uE001', '\\?');
  return new RegExp(`^${source}$`, ignoreCase ? 'is' : 's').test(text);
}

const single = (values: readonly string[] | undefined): string | undefined =>
  values?.length === 1 ? values[0] : undefined;

/** Every operator of a statement's Condition, and every key of each, must hold. */
export function conditionsMet(condition: Statement['Condition'], context: ConditionContext): boolean {
  return Object.entries(condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) =>
      conditionMet(operator, filledIn(listOf(wanted).map(String), context), valuesOf(context, key)),
    ),
  );
}

/** Values of a condition with their variables; one whose variable has no value matches nothing. */
const filledIn = (wanted: readonly string[], context: ConditionContext): string[] =>
  wanted.flatMap((value) => expandVariables(value, (key) => single(valuesOf(context, key))) ?? []);

function valuesOf(context: ConditionContext, key: string): readonly string[] | undefined {
  // Of `aws:RequestTag/Team` only the part before the slash does not care for case; no two keys here differ by case alone.
  const found = Object.keys(context).find((known) => known.toLowerCase() === key.toLowerCase());
  const value = found === undefined ? undefined : context[found];
  return value === undefined ? undefined : listOf(value);
}

type Test = (given: string, wanted: string) => boolean;

const tests: Readonly<Record<string, Test>> = {
  StringEquals: (given, wanted) => given === withoutMarks(wanted),
  StringEqualsIgnoreCase: (given, wanted) => given.toLowerCase() === withoutMarks(wanted).toLowerCase(),
  StringLike: (given, wanted) => like(wanted, given),
  ArnEquals: (given, wanted) => like(wanted, given),
  ArnLike: (given, wanted) => like(wanted, given),
  Bool: (given, wanted) => given.toLowerCase() === wanted.toLowerCase(),
  NumericEquals: (given, wanted) => Number(given) === Number(wanted),
  NumericLessThan: (given, wanted) => Number(given) < Number(wanted),
  NumericLessThanEquals: (given, wanted) => Number(given) <= Number(wanted),
  NumericGreaterThan: (given, wanted) => Number(given) > Number(wanted),
  NumericGreaterThanEquals: (given, wanted) => Number(given) >= Number(wanted),
  DateLessThan: (given, wanted) => Date.parse(given) < Date.parse(wanted),
  DateLessThanEquals: (given, wanted) => Date.parse(given) <= Date.parse(wanted),
  DateGreaterThan: (given, wanted) => Date.parse(given) > Date.parse(wanted),
  DateGreaterThanEquals: (given, wanted) => Date.parse(given) >= Date.parse(wanted),
};

/** Tests that are another's opposite: `StringNotEquals` of `StringEquals`. They hold where the key is absent. */
const opposites: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NumericNotEquals: 'NumericEquals',
};

function conditionMet(operator: string, wanted: readonly string[], given: readonly string[] | undefined): boolean {
  const [, quantifier, bare = operator, ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  if (bare === 'Null') return wanted[0]?.toLowerCase() === String(given === undefined);
  if (given === undefined) return ifExists !== undefined || quantifier === 'ForAllValues' || bare in opposites;
  const opposite = opposites[bare];
  const test = tests[opposite ?? bare];
  // A condition that is not understood must not open anything: as in AWS, it does not hold.
  if (!test) return false;
  const holds = (value: string): boolean => wanted.some((each) => test(value, each)) !== (opposite !== undefined);
  return quantifier === 'ForAnyValue' || (quantifier === undefined && opposite === undefined)
    ? given.some(holds)
    : given.every(holds);
}
