import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../main.ts';
import { type Style, styleFor } from '../views/style.ts';

/** What a command line printed and how it ended. */
export interface Outcome {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

/** A folder of its own in which command lines run in this process, as if nobody sat at a terminal. */
export interface Desk {
  readonly cwd: string;
  quilla(...argv: readonly string[]): Promise<Outcome>;
  clear(): void;
}

/** Text without colour at a width. */
export const plainStyle = (width: number): Style => ({ ...styleFor({ isTTY: false }, {}), width });

export function desk(env: Readonly<Record<string, string>> = {}, signal = new AbortController().signal): Desk {
  const cwd = mkdtempSync(join(tmpdir(), 'quilla-cli-'));
  return {
    cwd,
    clear: () => rmSync(cwd, { recursive: true, force: true }),
    async quilla(...argv) {
      const out: string[] = [];
      const err: string[] = [];
      const exit = await run(argv, {
        out: (text) => void out.push(text),
        err: (text) => void err.push(text),
        outStyle: plainStyle(100),
        errStyle: plainStyle(100),
        env: { HOME: cwd, ...env },
        cwd,
        canAsk: false,
        isLive: false,
        signal,
        ask: () => Promise.reject(new Error('nobody can be asked')),
      });
      return { exit, out: out.join('\n'), err: err.join('\n') };
    },
  };
}
