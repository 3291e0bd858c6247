import { parse } from 'yaml';

/** kube-bench's names for what a machine is: https://github.com/aquasecurity/kube-bench/blob/main/docs/controls.md */
export const targetNames = ['master', 'controlplane', 'etcd', 'node'] as const;
export type Target = (typeof targetNames)[number];

export const operators = [
  'eq',
  'noteq',
  'gt',
  'gte',
  'lt',
  'lte',
  'has',
  'nothave',
  'regex',
  'valid_elements',
  'bitmask',
] as const;
export type Operator = (typeof operators)[number];

export interface TestItem {
  readonly flag: string;
  readonly path: string;
  readonly env: string;
  /** Whether it has to be there; what is compared counts only then. */
  readonly set: boolean;
  readonly compare: { readonly op: Operator; readonly value: string } | undefined;
}

export interface Check {
  readonly id: string;
  readonly text: string;
  readonly target: Target;
  /** `manual` and `skip` are not run. */
  readonly type: 'manual' | 'skip' | 'tested';
  readonly scored: boolean;
  readonly audit: string;
  readonly auditConfig: string;
  readonly auditEnv: string;
  /** Each line of the output is tested. */
  readonly eachLine: boolean;
  readonly binOp: 'and' | 'or';
  readonly items: readonly TestItem[];
  readonly remediation: string;
}

type Raw = Readonly<Record<string, unknown>>;

const isRaw = (value: unknown): value is Raw => typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function list(value: unknown, where: string): readonly Raw[] {
  if (value === undefined || value === '') return [];
  if (Array.isArray(value) && value.every(isRaw)) return value;
  throw new Error(`${where}: a list of maps is expected. Is this a file of kube-bench's checks?`);
}

function oneOf<T extends string>(value: unknown, known: readonly T[], where: string): T {
  const found = known.find((each) => each === value);
  if (found !== undefined) return found;
  throw new Error(
    `${where}: ${JSON.stringify(value)} is not known here, only ${known.join(', ')}. Add it or mend the file.`,
  );
}

function itemOf(raw: Raw, where: string): TestItem {
  const { compare } = raw;
  return {
    flag: text(raw.flag),
    path: text(raw.path),
    env: text(raw.env),
    set: raw.set === undefined || oneOf(raw.set, ['true', 'false'], `${where} set`) === 'true',
    compare: isRaw(compare)
      ? { op: oneOf(compare.op, operators, `${where} op`), value: text(compare.value) }
      : undefined,
  };
}

function checkOf(raw: Raw, target: Target, skipped: boolean): Check {
  const where = `check ${text(raw.id)} of ${target}`;
  const tests = isRaw(raw.tests) ? raw.tests : {};
  const type = text(raw.type) === '' ? 'tested' : oneOf(raw.type, ['manual', 'skip'] as const, `${where}: type`);
  return {
    id: text(raw.id),
    text: text(raw.text),
    target,
    type: skipped ? 'skip' : type,
    scored: raw.scored === 'true',
    audit: text(raw.audit),
    auditConfig: text(raw.audit_config),
    auditEnv: text(raw.audit_env),
    eachLine: raw.use_multiple_values === 'true',
    binOp: text(tests.bin_op) === '' ? 'and' : oneOf(tests.bin_op, ['and', 'or'] as const, `${where}: bin_op`),
    items: list(tests.test_items, `${where}: test_items`).map((item) => itemOf(item, where)),
    remediation: text(raw.remediation),
  };
}

// Titles in the published files go on in a next line that is indented too little, which Go's YAML reads and this one does not.
function joined(yaml: string): string {
  return yaml.replace(/^( +text: "[^"\n]*)\n +/gm, '$1 ');
}

/** The checks of one file of kube-bench's configuration. Throws where it holds what is not understood here. */
export function parseControls(yaml: string): readonly Check[] {
  // All scalars stay text: an id 1.10 is no number, and an expected `no` no boolean.
  const document: unknown = parse(joined(yaml), { schema: 'failsafe' });
  if (!isRaw(document)) throw new Error('a file of checks is empty: copy it again from where it is published');
  const target = oneOf(document.type, targetNames, 'type of the controls');
  return list(document.groups, `groups of ${target}`).flatMap((group) =>
    list(group.checks, `group ${text(group.id)} of ${target}`).map((raw) =>
      checkOf(raw, target, group.type === 'skip'),
    ),
  );
}
