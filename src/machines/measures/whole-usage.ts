import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { minutes, seconds } from '../../base/duration.ts';
import { eventually, type Trial } from '../testing/trial.ts';

/** What machines use, and what runs them. */
export interface Used {
  readonly memoryBytes: number;
  /** Processors in use: 1 is all of one. */
  readonly processors: number;
}

export interface WholeUsage {
  readonly machines: Used;
  /** The embedded AWS, the mirror and the driver with their processes beside the machines. */
  readonly keeper: Used;
  readonly count: number;
}

const span = seconds(30);
const ticksPerSecond = 100;
const pageBytes = 4096;

/** Memory of a cluster whose pods all run, and the processors that it takes over half a minute then. */
export async function idleUsage(trial: Trial): Promise<WholeUsage> {
  await eventually(
    'all pods run',
    async () => {
      const text = await trial.kubectl('get', 'pods', '-A', '--no-headers');
      const waiting = text
        .trim()
        .split('\n')
        .filter((line) => !/\s(\d+)\/\1\s+Running\s/.test(line));
      if (waiting.length > 0) throw new Error(waiting.join('\n'));
      return true;
    },
    minutes(6),
  );
  const before = sample(trial);
  const began = performance.now();
  await delay(span.ms);
  const after = sample(trial);
  const passed = (performance.now() - began) / 1000;
  const used = (name: 'machines' | 'keeper'): Used => ({
    memoryBytes: after[name].memoryBytes,
    processors: (after[name].cpuSeconds - before[name].cpuSeconds) / passed,
  });
  return { machines: used('machines'), keeper: used('keeper'), count: after.count };
}

interface Sample {
  readonly memoryBytes: number;
  readonly cpuSeconds: number;
}

function sample(trial: Trial): { machines: Sample; keeper: Sample; count: number } {
  const used = trial.running.driver.status().flatMap(({ usage }) => usage ?? []);
  const processes = ownProcesses().map(processUsage);
  return { machines: sum(used), keeper: sum(processes), count: used.length };
}

const sum = (all: readonly Sample[]): Sample => ({
  memoryBytes: all.reduce((total, { memoryBytes }) => total + memoryBytes, 0),
  cpuSeconds: all.reduce((total, { cpuSeconds }) => total + cpuSeconds, 0),
});

/** This process and what it started, without the machines, which are in process namespaces of their own. */
function ownProcesses(): readonly number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
    const parent = statOf(Number(name))?.[1];
    if (parent !== undefined) children.set(Number(parent), [...(children.get(Number(parent)) ?? []), Number(name)]);
  }
  const own = namespaceOf(process.pid);
  const found: number[] = [];
  const add = (pid: number): void => {
    if (namespaceOf(pid) !== own) return;
    found.push(pid);
    for (const child of children.get(pid) ?? []) add(child);
  };
  add(process.pid);
  return found;
}

function namespaceOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return undefined;
  }
}

/** The fields of /proc/PID/stat from the third on. */
function statOf(pid: number): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

/** Fields 14, 15 and 24: user time, system time, resident pages. */
function processUsage(pid: number): Sample {
  const fields = statOf(pid);
  const field = (number: number): number => Number(fields?.[number - 3] ?? 0);
  return { memoryBytes: field(24) * pageBytes, cpuSeconds: (field(14) + field(15)) / ticksPerSecond };
}
