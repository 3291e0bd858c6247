import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Made } from '../made.ts';
import { madeProcess } from '../process-start.ts';

/** Where children are noted while they live; the journal of a run is one. */
export interface ChildRecords {
  add(made: Made): void;
  forget(made: Made): void;
}

export interface ChildOptions {
  /** File beside this one. */
  readonly script: string;
  /** Name of `ip netns`; without it the child is where this process is. */
  readonly namespace: string | undefined;
  readonly records?: ChildRecords | undefined;
}

/** A process of ours that runs beside this one, and what it said on its standard error. */
export interface Child {
  readonly process: ChildProcess;
  /** The last lines, for messages of errors. */
  said(): string;
}

const longestSaid = 2000;

/**
 * Starts a file of ours as a process with an IPC channel, inside of a network namespace where one is named. It is recorded as
 * long as it lives, and has to end by itself when the channel closes.
 */
export function startChild({ script, namespace, records }: ChildOptions): Child {
  const node = [process.execPath, fileURLToPath(new URL(script, import.meta.url))];
  const words = namespace === undefined ? node : ['ip', 'netns', 'exec', namespace, ...node];
  const child = spawn(words[0]!, words.slice(1), {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // A run of tests gives its own options to children, which they are not meant for.
    env: { PATH: process.env.PATH },
  });
  let said = '';
  child.stderr!.on('data', (part: Buffer) => {
    said = (said + part.toString()).slice(-longestSaid);
  });
  const made = child.pid === undefined ? undefined : madeProcess(child.pid);
  if (made !== undefined) {
    records?.add(made);
    child.once('exit', () => records?.forget(made));
  }
  return { process: child, said: () => said.trim() };
}
