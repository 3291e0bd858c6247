import { randomBytes } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { type Duration, formatDuration, milliseconds, minutes } from '../../base/duration.ts';
import { processStart } from '../process-start.ts';

export interface LockOptions {
  /** Told once, where another process holds it. */
  readonly onWait?: (pid: number) => void;
  /** How long another process may hold it. Default: 40 minutes. */
  readonly limit?: Duration;
  readonly every?: Duration;
}

interface Holder {
  readonly pid: number;
  /** Numbers of processes come again; number and start do not. */
  readonly start: string;
}

function holderIn(text: string): Holder | undefined {
  const [, pid, start] = /^(\d+) (\d+)\n$/.exec(text) ?? [];
  return pid === undefined || start === undefined ? undefined : { pid: Number(pid), start };
}

/** Whether nobody holds a lock with this text: its process has ended, or it tells of none. */
export function isStale(text: string, startOf: (pid: number) => string | undefined = processStart): boolean {
  const holder = holderIn(text);
  return holder === undefined || startOf(holder.pid) !== holder.start;
}

/** Takes the lock, or gives what the one who has it wrote. The file appears with its text: nobody reads an empty one. */
async function take(path: string): Promise<string | undefined> {
  const own = `${path}.${process.pid}-${randomBytes(4).toString('hex')}`;
  await writeFile(own, `${process.pid} ${processStart(process.pid) ?? '0'}\n`);
  try {
    await link(own, path);
    return undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return await readFile(path, 'utf8').catch(() => '');
  } finally {
    await rm(own, { force: true });
  }
}

/**
 * Runs a task while no other process runs one under the same file. A lock whose process has ended is broken. Two that break it at the
 * same moment may both run: what they make is renamed whole, so that the work is done twice, and not wrong.
 */
export async function withLock<T>(path: string, options: LockOptions, task: () => Promise<T>): Promise<T> {
  const { onWait, limit = minutes(40), every = milliseconds(500) } = options;
  const until = Date.now() + limit.ms;
  let isTold = false;
  for (let other = await take(path); other !== undefined; other = await take(path)) {
    if (isStale(other)) {
      await rm(path, { force: true });
      continue;
    }
    const { pid } = holderIn(other)!;
    if (!isTold) onWait?.(pid);
    isTold = true;
    if (Date.now() > until)
      throw new Error(
        `${path}: process ${pid} has held it for over ${formatDuration(limit)}: see whether it still works, and end it`,
      );
    await pause(every.ms);
  }
  try {
    return await task();
  } finally {
    await rm(path, { force: true });
  }
}
