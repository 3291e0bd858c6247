import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MachinesError } from './machines-error.ts';
import { processStart } from './process-start.ts';

/** All runs of this host. Not below /tmp: what cleans that up would take disks from machines that run. */
export const runsFolder = '/var/tmp/quilla-machines';

/** Where a run keeps what. */
export interface RunFolder {
  readonly name: string;
  readonly path: string;
  /** What the run is: RunFacts. */
  readonly facts: string;
  /** Who keeps it running: a process id and its start. */
  readonly keeper: string;
  /** Unix socket on which the keeper is asked. */
  readonly socket: string;
  readonly spec: string;
  readonly kubeconfig: string;
  /** `kubectl` of the cluster's own version. */
  readonly programs: string;
  readonly log: string;
  readonly keys: string;
}

/** Four hexadecimal digits tell a run's namespaces from all others. */
export interface RunFacts {
  readonly runId: string;
  readonly name: string;
  /** Times as fast as wall time. */
  readonly speed: number;
  /** Of Kubernetes, what the machines can run. */
  readonly versions: readonly string[];
}

/** The folder of a run by its name. Fails on a name that is none. */
export function runFolder(name: string, runs = runsFolder): RunFolder {
  // The path of a socket has an end (unix(7): 108 bytes), and a name must not lead elsewhere.
  if (!/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/.test(name))
    throw new MachinesError(`--name ${JSON.stringify(name)} is no name of a run`, {
      fix: 'Use up to 32 small letters, digits and hyphens: trial-2.',
      exit: 2,
    });
  const path = join(runs, name);
  const at = (file: string): string => join(path, file);
  return {
    name,
    path,
    facts: at('run.json'),
    keeper: at('keeper.json'),
    socket: at('keeper.sock'),
    spec: at('spec.yaml'),
    kubeconfig: at('kubeconfig'),
    programs: at('bin'),
    log: at('logs/keeper.log'),
    keys: at('keys'),
  };
}

/** How it is with a run: `lives` has a keeper; `killed` has lost it and left things behind. */
export type RunState = 'none' | 'lives' | 'killed';

export function runState(folder: RunFolder): RunState {
  if (keeperPid(folder) !== undefined) return 'lives';
  return existsSync(folder.path) && readdirSync(folder.path).length > 0 ? 'killed' : 'none';
}

/** Says that this process keeps the run: commands of others see it live until it ends. */
export function becomeKeeper(folder: RunFolder): void {
  writeWhole(folder.keeper, JSON.stringify({ pid: process.pid, start: processStart(process.pid) }));
}

/** The process that keeps a run; undefined where it ended. */
export function keeperPid(folder: RunFolder): number | undefined {
  const kept = jsonIn(folder.keeper) as { pid?: unknown; start?: unknown } | undefined;
  if (typeof kept?.pid !== 'number' || typeof kept.start !== 'string') return undefined;
  return processStart(kept.pid) === kept.start ? kept.pid : undefined;
}

/** Runs of this host that are there, by name. */
export function runNames(runs = runsFolder): readonly string[] {
  if (!existsSync(runs)) return [];
  return readdirSync(runs, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

/** What the run is; undefined where its file is not there or is torn. */
export function readFacts(folder: RunFolder): RunFacts | undefined {
  const facts = jsonIn(folder.facts) as RunFacts | undefined;
  return typeof facts?.runId === 'string' && /^[0-9a-f]{4}$/.test(facts.runId) ? facts : undefined;
}

/** An id that no other run has: `taken` are names of namespaces and ids of runs. */
export function freeRunId(
  taken: readonly string[],
  random: () => string = () => randomBytes(2).toString('hex'),
): string {
  for (let tries = 0; tries < 1000; tries++) {
    const id = random();
    if (!taken.some((name) => name === id || name.startsWith(`q-${id}-`))) return id;
  }
  throw new MachinesError(`no id of a run is free among ${taken.length} that are taken`, {
    fix: 'End runs that nobody needs: `npm run machines -- down --name NAME`; `ip netns` shows their namespaces.',
  });
}

/** Writes a file whole or not at all, for root alone. */
export function writeWhole(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}.draft`;
  writeFileSync(draft, text, { mode: 0o600 });
  renameSync(draft, path);
}

function jsonIn(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    // A torn file is none: it was written before anything was made.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
