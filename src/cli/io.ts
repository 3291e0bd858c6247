import { createInterface } from 'node:readline/promises';
import { type Style, styleFor } from './views/style.ts';

/** The edges of the process, so that verbs can be run by tests. */
export interface Io {
  /** Results: what a pipe carries on. */
  out(text: string): void;
  /** Progress, questions and diagnostics. */
  err(text: string): void;
  readonly outStyle: Style;
  readonly errStyle: Style;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Whether a person can be asked. */
  readonly canAsk: boolean;
  /** Whether progress may redraw lines. */
  readonly isLive: boolean;
  readonly signal: AbortSignal;
  ask(question: string): Promise<string>;
}

export function processIo(signal: AbortSignal): Io {
  const { stdin, stdout, stderr, env } = process;
  return {
    out: (text) => void stdout.write(`${text}\n`),
    err: (text) => void stderr.write(`${text}\n`),
    outStyle: styleFor(stdout, env),
    errStyle: styleFor(stderr, env),
    env,
    cwd: process.cwd(),
    canAsk: stdin.isTTY === true && stderr.isTTY === true,
    isLive: stderr.isTTY === true && env.TERM !== 'dumb' && !env.CI,
    signal,
    async ask(question) {
      const lines = createInterface({ input: stdin, output: stderr });
      try {
        return (await lines.question(question, { signal })).trim();
      } finally {
        lines.close();
      }
    },
  };
}
