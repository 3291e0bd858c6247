import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** What a program took from start to end. */
export interface Measured {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Milliseconds of wall time. */
  readonly took: number;
  /** Largest peak of resident memory among its processes, MB; 0 where there is no /proc. */
  readonly peak: number;
}

/** How often memory is looked at, milliseconds. A peak is kept by the kernel: only a process that ends in between is missed. */
const every = 10;

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}

const tasksOf = (pid: number): string[] => {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
};

/** A process and all that it started. Any thread may have started a program: those of Go do. */
const familyOf = (pid: number): number[] => [
  pid,
  ...tasksOf(pid)
    .flatMap((task) => readOr(`/proc/${pid}/task/${task}/children`, '').split(' '))
    .filter((text) => text !== '')
    .flatMap((child) => familyOf(Number(child))),
];

const peakOf = (pid: number): number => Number(/VmHWM:\s+(\d+)/.exec(readOr(`/proc/${pid}/status`, ''))?.[1] ?? 0);

/** Runs a program to its end and watches its time and memory. */
export function measured(
  program: string,
  args: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<Measured> {
  const begun = process.hrtime.bigint();
  return new Promise((done, fail) => {
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, err, peak] = ['', '', 0];
    const timer = setInterval(() => {
      for (const pid of familyOf(child.pid!)) peak = Math.max(peak, peakOf(pid));
    }, every);
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    child.on('error', fail);
    child.on('close', (code) => {
      clearInterval(timer);
      const took = Number(process.hrtime.bigint() - begun) / 1e6;
      done({ code: code ?? 1, out, err, took, peak: (peak * 1024) / 1e6 });
    });
  });
}
