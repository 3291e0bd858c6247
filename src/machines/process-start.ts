import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Made } from './made.ts';

/** State and start time lie so far behind the program's name in /proc/PID/stat (proc(5): fields 3 and 22). */
const [stateField, startField] = [0, 19];

/**
 * When a process began: field 22 of /proc/PID/stat, clock ticks since boot. Undefined where it ended, also where only its exit
 * code waits for its parent.
 */
export function processStart(pid: number, proc = '/proc'): string | undefined {
  let stat: string;
  try {
    stat = readFileSync(join(proc, String(pid), 'stat'), 'utf8');
  } catch {
    return undefined;
  }
  // The name is in parentheses and may hold spaces and parentheses itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const state = fields[stateField];
  return state === 'Z' || state === 'X' || state === undefined ? undefined : fields[startField];
}

/** A process as records have it; undefined where it has ended already. */
export function madeProcess(pid: number): Extract<Made, { kind: 'process' }> | undefined {
  const start = processStart(pid);
  return start === undefined ? undefined : { kind: 'process', pid, start };
}
