import { spawn } from 'node:child_process';
import { type Duration, formatDuration, milliseconds, minutes } from '../base/duration.ts';
import { mustFit } from './commands/must-fit.ts';
import type { Say } from './commands/say.ts';
import { MachinesError } from './machines-error.ts';
import { cacheFolder } from './stock/cache-folder.ts';
import { builtKubernetes } from './stock/go-builds.ts';
import { takeSupplies } from './supplies.ts';

/**
 * `npm run test:machines [-- FILES]`: what machines need is built, and the tests run on them. On a host that cannot run machines it says
 * why in a line and ends well, unless QUILLA_MACHINES=required: then that is a failure.
 */

const say: Say = {
  out: (text) => void process.stdout.write(`${text}\n`),
  err: (text) => void process.stderr.write(`${text}\n`),
};

/** With nothing in the cache; and of the tests themselves. Together less than what a run of all checks has. */
const limits = { build: minutes(30), tests: minutes(45) };

/** The most that a test has at once: three seats and three workers. */
const machines = 6;

/** Its end, or a failure that says which limit was hit. */
function within<T>(what: string, limit: Duration, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(
      () => reject(new MachinesError(`${what} took more than ${formatDuration(limit)}, its limit`)),
      limit.ms,
    );
    work.then(resolve, reject).finally(() => clearTimeout(late));
  });
}

function vitest(files: readonly string[]): Promise<number> {
  const child = spawn('vitest', ['run', '--project', 'machines', '--reporter=verbose', ...files], { stdio: 'inherit' });
  const late = setTimeout(() => {
    say.err(`error: the tests on machines took more than ${formatDuration(limits.tests)}, their limit: they are ended`);
    child.kill('SIGTERM');
  }, limits.tests.ms);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(late);
      resolve(code ?? 1);
    });
  });
}

async function main(files: readonly string[]): Promise<number> {
  try {
    await mustFit({ machines }, say);
  } catch (error) {
    if (!(error instanceof MachinesError)) throw error;
    say.err(`not run: tests on real machines: ${error.message}\n-> ${error.fix ?? ''}`);
    return process.env.QUILLA_MACHINES === 'required' ? 1 : 0;
  }
  const began = performance.now();
  const wanted = { versions: [builtKubernetes[0]] as const, cache: cacheFolder(process.env), progress: say.err };
  await within('building what machines are made of', limits.build, takeSupplies(wanted));
  say.err(`What machines are made of is there after ${formatDuration(milliseconds(performance.now() - began))}.`);
  return vitest(files);
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: Error) => {
    say.err(`error: ${error.message}${error instanceof MachinesError && error.fix ? `\n-> ${error.fix}` : ''}`);
    process.exit(1);
  },
);
