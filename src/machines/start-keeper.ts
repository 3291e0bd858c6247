import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Duration, formatDuration, minutes } from '../base/duration.ts';
import { askKeeper, type KeeperTold } from './keeper-door.ts';
import { MachinesError } from './machines-error.ts';
import type { RunFolder } from './run-folder.ts';

const program = join(import.meta.dirname, 'keeper.ts');

/** Starts the process that holds a run, on its own from then on, and waits until it answers. Its facts have to be on disk. */
export async function startKeeper(
  folder: RunFolder,
  signal: AbortSignal,
  limit: Duration = minutes(5),
): Promise<KeeperTold> {
  mkdirSync(dirname(folder.log), { recursive: true, mode: 0o700 });
  const log = openSync(folder.log, 'a', 0o600);
  const keeper = spawn(process.execPath, [program, folder.name], { detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  let ended: string | undefined;
  keeper.once('error', (error) => {
    ended = error.message;
  });
  keeper.once('exit', (code, by) => {
    ended = `it ended with ${by ?? `exit code ${code}`}`;
  });
  keeper.unref();
  const until = Date.now() + limit.ms;
  for (;;) {
    signal.throwIfAborted();
    if (ended !== undefined) throw new MachinesError(`the run did not start: ${ended}:\n${endOf(folder.log)}`);
    const told = existsSync(folder.socket)
      ? await askKeeper(folder.socket, 'status').catch(() => undefined)
      : undefined;
    if (told !== undefined) return told;
    if (Date.now() > until)
      throw new MachinesError(`the run did not start within ${formatDuration(limit)}:\n${endOf(folder.log)}`);
    await new Promise((next) => setTimeout(next, 200));
  }
}

/** The last lines of a log, set in. */
export function endOf(log: string): string {
  const text = existsSync(log) ? readFileSync(log, 'utf8').trimEnd() : '';
  const last = text.split('\n').slice(-10);
  return text === '' ? '  (its log is empty)' : last.map((line) => `  ${line}`).join('\n');
}
