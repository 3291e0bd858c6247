import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkVerdict, type Ended, type Judged, type Verdict } from './check-verdict.ts';
import { type Check, parseControls, type Target, targetNames } from './controls.ts';
import { type Exec, resolveVariables, runAudit, substitute } from './variables.ts';

export interface CheckResult extends Judged {
  readonly id: string;
  readonly text: string;
  readonly target: Target;
  readonly scored: boolean;
  /** What the benchmark advises, with the machine's own paths. */
  readonly remediation: string;
}

/** The checks of a folder of kube-bench's configuration (`cfg/cis-…`), in the order of the targets. */
export async function loadBenchmark(folder: string): Promise<readonly Check[]> {
  const texts = await Promise.all(targetNames.map((name) => readFile(join(folder, `${name}.yaml`), 'utf8')));
  return texts.flatMap(parseControls);
}

export interface Evaluation {
  readonly checks: readonly Check[];
  /** What the machine is: a seat is all four, a worker a `node`. */
  readonly targets: readonly Target[];
  readonly exec: Exec;
}

/**
 * Runs the checks of some targets on one machine, one after the other, and judges each. Commands that several checks share
 * run once. Throws where a target's programs do not run.
 */
export async function evaluate({ checks, targets, exec }: Evaluation): Promise<readonly CheckResult[]> {
  const ran = new Map<string, Promise<Ended>>();
  const results: CheckResult[] = [];
  for (const target of targets) {
    const values = await resolveVariables(target, exec);
    const once = (command: string): Promise<Ended> | undefined => {
      if (command.trim() === '') return undefined;
      const text = substitute(command, values);
      if (!ran.has(text)) ran.set(text, runAudit(exec, text));
      return ran.get(text);
    };
    for (const check of checks.filter((each) => each.target === target)) {
      results.push(resultOf(check, await judge(check, once), substitute(check.remediation, values)));
    }
  }
  return results;
}

type Once = (command: string) => Promise<Ended> | undefined;

async function judge(check: Check, once: Once): Promise<Judged> {
  const tested = check.type === 'tested' && check.items.length > 0;
  const command = (text: string): string => (tested ? text : '');
  const env = await once(command(environmentOf(check)));
  const audit = await once(command(check.audit));
  return checkVerdict(check, { env, audit, config: await once(command(check.auditConfig)) });
}

// kube-bench makes this command by itself where a check names a variable and no command for it.
function environmentOf({ auditEnv, audit, items }: Check): string {
  if (auditEnv !== '' || items.every((item) => item.env === '')) return auditEnv;
  const program = /\$[a-z]+bin\b/.exec(audit)?.[0];
  if (program === undefined) return '';
  return `for p in $(ps -C ${program} -o pid=); do tr '\\0' '\\n' < "/proc/$p/environ"; done`;
}

function resultOf({ id, text, target, scored }: Check, judged: Judged, remediation: string): CheckResult {
  return { id, text, target, scored, remediation, ...judged };
}

const rank: Readonly<Record<Verdict, number>> = { info: 0, pass: 1, warn: 2, fail: 3 };

/** One result per check of several machines: the worst, as one machine that fails is enough. */
export function worst(machines: readonly (readonly CheckResult[])[]): readonly CheckResult[] {
  const found = new Map<string, CheckResult>();
  for (const result of machines.flat()) {
    const before = found.get(result.id);
    if (before === undefined || rank[result.verdict] > rank[before.verdict]) found.set(result.id, result);
  }
  return [...found.values()];
}
