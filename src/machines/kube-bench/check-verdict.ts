import { compareValue } from './compare-value.ts';
import type { Check, TestItem } from './controls.ts';
import { findValue, literal, type Source } from './find-value.ts';

/** `warn`: only a person can tell, or a check that is not scored does not hold. `info`: skipped. */
export type Verdict = 'pass' | 'fail' | 'warn' | 'info';

export interface Ended {
  readonly code: number;
  /** Both outputs of the command, as kube-bench reads them. */
  readonly output: string;
}

/** What the commands of a check printed; undefined for those that it has not. */
export interface Outputs {
  readonly audit: Ended | undefined;
  readonly config: Ended | undefined;
  readonly env: Ended | undefined;
}

export interface Judged {
  readonly verdict: Verdict;
  readonly actual: string;
  readonly expected: string;
  /** Why it was not tested or could not be; empty otherwise. */
  readonly reason: string;
}

interface Tested {
  readonly holds: boolean;
  readonly found: boolean;
  readonly expected: string;
}

function testLine(item: TestItem, source: Source, line: string): Tested {
  const name = item[source];
  const value = findValue(item, source, line);
  const found = value !== undefined;
  if (!item.set) return { holds: !found, found, expected: `'${name}' is not set` };
  if (value === undefined || item.compare === undefined) return { holds: found, found, expected: `'${name}' is set` };
  return { ...compareValue(name, value, item.compare), found };
}

function testOutput(item: TestItem, source: Source, output: string, eachLine: boolean): Tested {
  const clean = output.replace(/[ \n]+$/, '');
  let last: Tested = { holds: false, found: false, expected: '' };
  for (const line of eachLine ? clean.split('\n') : [clean]) {
    last = testLine(item, source, line);
    if (!last.holds) break;
  }
  return last;
}

// The command line wins over the file, and both over the environment.
function testItem(check: Check, item: TestItem, outputs: Outputs): Tested {
  const test = (source: Source, ended: Ended | undefined): Tested =>
    testOutput(item, source, ended?.output ?? '', check.eachLine);
  let tested = test('flag', outputs.audit);
  if (!tested.found && check.auditConfig !== '' && outputs.config?.output) tested = test('path', outputs.config);
  if (!tested.found && item.env !== '') tested = test('env', outputs.env);
  return tested;
}

function untested(check: Check): Judged | undefined {
  const told = (verdict: Verdict, reason: string): Judged => ({ verdict, reason, actual: '', expected: '' });
  if (check.type === 'skip') return told('info', 'skipped by the benchmark');
  if (check.type === 'manual') return told('warn', 'for a person to judge');
  if (check.items.length === 0) return told('warn', 'the benchmark has no test for it');
  return undefined;
}

const isMissingFile = (ended: Ended): boolean =>
  ended.code === 127 || ended.output.includes('No such file or directory');

/** A command that failed says nothing of the machine, but a missing file does where the command line was read. */
function failed(outputs: Outputs): Ended | undefined {
  const { audit, config, env } = outputs;
  if (env !== undefined && env.code !== 0) return env;
  if (audit !== undefined && audit.code !== 0) return audit;
  if (config === undefined || config.code === 0) return undefined;
  return isMissingFile(config) && (audit?.output || env?.output) ? undefined : config;
}

/** Judges one check by what its commands printed. Pure; the meaning is that of kube-bench. */
export function checkVerdict(check: Check, outputs: Outputs): Judged {
  const early = untested(check);
  if (early !== undefined) return early;
  const bad: Verdict = check.scored ? 'fail' : 'warn';
  const broken = failed(outputs);
  if (broken !== undefined) {
    const actual = broken.output.trim();
    return { verdict: bad, actual, expected: '', reason: `an audit command ended with exit code ${broken.code}` };
  }
  const read = outputs.config?.code === 0 ? outputs : { ...outputs, config: undefined };
  const actual = actualOf(check, read);
  try {
    const tested = check.items.map((item) => testItem(check, item, read));
    const holds = check.binOp === 'or' ? tested.some((each) => each.holds) : tested.every((each) => each.holds);
    const expected = tested.map((each) => each.expected).join(check.binOp === 'or' ? ' OR ' : ' AND ');
    return { verdict: holds ? 'pass' : bad, actual, expected, reason: '' };
  } catch (error) {
    // What is no YAML on the machine is a finding; it must not end the other checks.
    return { verdict: bad, actual, expected: '', reason: error instanceof Error ? error.message : String(error) };
  }
}

// What the items found, and not the whole list of processes.
function actualOf(check: Check, outputs: Outputs): string {
  const lines = check.items.flatMap((item) => {
    if (item.flag !== '' && outputs.audit?.output.includes(item.flag)) return findAll(item, outputs.audit.output);
    return [];
  });
  if (lines.length > 0) return [...new Set(lines)].join(', ');
  const config = check.items.flatMap((item) => fromFile(item, outputs.config?.output ?? ''));
  return config.length > 0 ? [...new Set(config)].join(', ') : 'not set';
}

function findAll(item: TestItem, output: string): readonly string[] {
  const all = output.match(new RegExp(`${literal(item.flag)}(?:[=:]\\s*\\S+)?`, 'g'));
  return all ?? [];
}

function fromFile(item: TestItem, output: string): readonly string[] {
  if (output === '' || item.path === '') return [];
  try {
    const value = findValue(item, 'path', output);
    return value === undefined ? [] : [`${item.path} = ${value}`];
  } catch {
    return [];
  }
}
