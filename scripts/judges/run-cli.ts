import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** How a run of a program ended. */
export interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** Milliseconds of wall time. */
  readonly took: number;
}

const told = (stream: ChildProcess['stdout']): (() => string) => {
  const chunks: Buffer[] = [];
  stream!.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString();
};

/** The environment without what would lead to another AWS. */
export const plainEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(AWS|QUILLA)_/.test(name)));

/** Runs a program to its end; what it did not get to in time is ended. */
export async function runProgram(
  [program, ...args]: readonly [string, ...string[]],
  { env, limit }: { readonly env: NodeJS.ProcessEnv; readonly limit: number },
): Promise<Run> {
  const begun = performance.now();
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err] = [told(child.stdout), told(child.stderr)];
  const timer = setTimeout(() => child.kill('SIGKILL'), limit);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(timer);
  return { code, out: out(), err: err(), took: performance.now() - begun };
}

/** The CLI from source. */
export const runCli = (args: readonly string[], given: { readonly env: NodeJS.ProcessEnv; readonly limit?: number }) =>
  runProgram([process.execPath, 'bin/quilla-source.mjs', ...args], { limit: 600_000, ...given });

/** The last words of a run, for a verdict. */
export const lastWords = ({ out, err }: Run): string => {
  const lines = `${out}\n${err}`.trim().split('\n');
  const from = lines.findIndex((line) => line.startsWith('error '));
  return lines.slice(from < 0 ? -4 : from, from < 0 ? undefined : from + 12).join('\n       ');
};
