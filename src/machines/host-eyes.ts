import { existsSync, readFileSync, statfsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { seconds } from '../base/duration.ts';
import { run } from './run.ts';

/** How the host is looked at: given by tests. */
export interface Eyes {
  readonly platform: string;
  readonly architecture: string;
  /** Undefined where the system has no users by number. */
  readonly uid: number | undefined;
  has(path: string): boolean;
  /** Undefined where it cannot be read. */
  read(path: string): string | undefined;
  /** Whether a program of this name is on the path. */
  finds(program: string): boolean;
  /** What a program printed; why it could not, where it failed. */
  attempt(
    command: readonly string[],
    input?: string,
  ): Promise<{ readonly printed: string } | { readonly failed: string }>;
  /** Bytes that may be written below a path, which need not be there yet. */
  freeDisk(path: string): number;
}

export const ofThisHost: Eyes = {
  platform: process.platform,
  architecture: process.arch,
  uid: process.getuid?.(),
  has: existsSync,
  read: (path) => {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return undefined;
    }
  },
  finds: (program) =>
    (process.env.PATH ?? '').split(delimiter).some((folder) => folder !== '' && existsSync(join(folder, program))),
  attempt: ([command = '', ...args], input) =>
    run(command, args, { timeout: seconds(60), ...(input !== undefined && { input }) }).then(
      (printed) => ({ printed }),
      (error: Error) => ({ failed: error.message }),
    ),
  freeDisk: (path) => {
    let there = path;
    while (!existsSync(there) && dirname(there) !== there) there = dirname(there);
    const { bavail, bsize } = statfsSync(there);
    return bavail * bsize;
  },
};
