import { readFileSync } from 'node:fs';
import { type Duration, minutes } from '../../base/duration.ts';
import { processStart } from '../process-start.ts';
import { CommandFailed, run } from '../run.ts';

/** The kernel's unit in /proc/PID/stat: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
const ticksPerSecond = 100;

/** When a machine got its power: the start of its first process, in milliseconds since 1970, exact to 10 ms. */
export function poweredAt(pid: number): number {
  const ticks = processStart(pid);
  if (ticks === undefined) throw new Error(`the first process of the machine, ${pid}, has ended`);
  const uptime = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
  return Date.now() - Math.round((uptime - Number(ticks) / ticksPerSecond) * 1000);
}

export interface Watched {
  /** Of the machine's first process. */
  readonly pid: number;
  /** Of its API server. */
  readonly address: string;
}

/**
 * Seconds from power on until the API server of a machine answers `/readyz` with 200, asked for every 100 ms from the machine's own
 * network. Throws where it answers at the first question: it may have been ready for long.
 */
export async function timeToReady({ pid, address }: Watched, limit: Duration = minutes(10)): Promise<number> {
  const on = poweredAt(pid);
  const ask = `curl -sfk --max-time 2 -o /dev/null https://${address}:6443/readyz`;
  const script = `turns=0; until ${ask}; do turns=$((turns + 1)); sleep 0.1; done; date +%s%3N; echo $turns`;
  const answer = await run('nsenter', [`--net=/proc/${pid}/ns/net`, 'bash', '-c', script], { timeout: limit }).catch(
    (error: unknown) => {
      if (error instanceof CommandFailed && error.code === undefined)
        throw new Error(`the API server at ${address} was not ready within ${limit.ms / 1000} s`);
      throw error;
    },
  );
  const [at, turns] = answer.trim().split('\n').map(Number) as [number, number];
  if (turns === 0) throw new Error(`the API server at ${address} was ready before anybody asked: nothing is measured`);
  return (at - on) / 1000;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  if (sorted.length === 0) throw new Error('nothing was measured');
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
