import { spawn } from 'node:child_process';
import type { Duration } from '../base/duration.ts';
import { seconds } from '../base/duration.ts';

export interface RunOptions {
  /** Standard input; none where it is missing. */
  readonly input?: string | Buffer;
  /** After it the program is ended, and the run fails. Default: one minute. */
  readonly timeout?: Duration;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** A program that ended with another code than 0, or not in time. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;

  constructor(words: readonly string[], told: { code: number | undefined; stdout: string; stderr: string }) {
    const last = told.stderr.trim().split('\n').slice(-3).join(' / ');
    super(
      `${words.slice(0, 8).join(' ')}: ${told.code === undefined ? 'ended by a signal' : `exit code ${told.code}`}: ${last}`,
    );
    Object.assign(this, told);
    this.code = told.code;
    this.stdout = told.stdout;
    this.stderr = told.stderr;
  }
}

/** Runs a program to its end and gives what it printed. Throws CommandFailed. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { input, timeout = seconds(60), env, cwd } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
      timeout: timeout.ms,
      killSignal: 'SIGKILL',
      ...(cwd !== undefined && { cwd }),
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout!.on('data', (part: Buffer) => out.push(part));
    child.stderr!.on('data', (part: Buffer) => err.push(part));
    child.once('error', reject);
    child.once('close', (code) => {
      const [stdout, stderr] = [Buffer.concat(out).toString(), Buffer.concat(err).toString()];
      if (code === 0) resolve(stdout);
      else reject(new CommandFailed([command, ...args], { code: code ?? undefined, stdout, stderr }));
    });
    // A program that ends before it has read all closes the pipe; its own code tells more.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}
