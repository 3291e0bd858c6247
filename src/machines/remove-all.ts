import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { type Duration, formatDuration, seconds } from '../base/duration.ts';
import type { Made, MadeKind, Records } from './made.ts';
import { processStart } from './process-start.ts';
import { run } from './run.ts';

/** Where the kernel shows what there is, and how programs are run: given by tests that have no root. */
export interface Hands {
  run(command: string, args: readonly string[]): Promise<string>;
  kill(pid: number): void;
  readonly proc: string;
  readonly cgroups: string;
  /** Where `ip netns` keeps names. */
  readonly namespaces: string;
  readonly blocks: string;
  /** How long a killed process may take to end. */
  readonly patience: Duration;
}

const ofThisHost: Hands = {
  run: (command, args) => run(command, args, { timeout: seconds(30) }),
  kill: (pid) => {
    process.kill(pid, 'SIGKILL');
  },
  proc: '/proc',
  cgroups: '/sys/fs/cgroup',
  namespaces: '/run/netns',
  blocks: '/sys/block',
  patience: seconds(10),
};

/** Takes one thing away if it is there and ours. Gives why it could not; undefined where it is gone. */
type Remove<M> = (made: M, at: { readonly hands: Hands; readonly folder: string }) => Promise<string | undefined>;

const removers: { readonly [K in MadeKind]: Remove<Extract<Made, { kind: K }>> } = {
  process: async ({ pid, start }, { hands }) => {
    if (processStart(pid, hands.proc) === start) await end([pid], hands);
    return processStart(pid, hands.proc) === start
      ? `it did not end within ${formatDuration(hands.patience)}`
      : undefined;
  },
  namespace: async ({ name }, { hands }) => {
    const path = join(hands.namespaces, name);
    if (!existsSync(path)) return undefined;
    // Whatever runs in it is ours too, and would keep it and its interfaces alive without its name.
    await end(numbers(await hands.run('ip', ['netns', 'pids', name]).catch(() => '')), hands);
    await hands.run('ip', ['netns', 'delete', name]);
    return existsSync(path) ? `${path} is still there` : undefined;
  },
  loop: async ({ file }, { hands }) => {
    for (const device of devicesOf(file, hands)) await hands.run('losetup', ['--detach', device]);
    const left = devicesOf(file, hands);
    return left.length === 0 ? undefined : `${left.join(', ')} still has it: something holds it open or mounted`;
  },
  cgroup: async ({ path }, { hands }) => {
    if (!isBelow(path, hands.cgroups)) return `it is not below ${hands.cgroups}, so it is left alone`;
    await removeCgroup(path, hands);
    return existsSync(path) ? 'something in it does not end' : undefined;
  },
  mount: async ({ path }, { hands }) => {
    await unmountAll((mounted) => mounted === path, hands);
    return mountsOf(hands).includes(path) ? 'it is still mounted' : undefined;
  },
  setting: async ({ path, before, during }, { hands }) => {
    const file = join(hands.proc, 'sys', path);
    // What somebody else has set since is his.
    if (readFileSync(file, 'utf8').trim() === during) writeFileSync(file, before);
    return undefined;
  },
  folder: async ({ path }, { hands, folder }) => {
    if (!isThere(path)) return undefined;
    if (!isBelow(path, folder)) return `it is not below ${folder}, so it is left alone`;
    // Or what is mounted there would be deleted, and not what we made.
    const inside = (mounted: string): boolean => mounted === path || mounted.startsWith(path + sep);
    await unmountAll(inside, hands);
    const mounted = mountsOf(hands).filter(inside);
    if (mounted.length > 0) return `${mounted.join(', ')} cannot be unmounted`;
    rmSync(path, { recursive: true, force: true, maxRetries: 3 });
    return undefined;
  },
};

/**
 * Takes away all that the records name, newest first, each only if it is really what was recorded. Gives in words what could not
 * be taken away: that stays recorded, so a later call tries again. With nothing left it does nothing.
 */
export async function removeAll(records: Records, given: Partial<Hands> = {}): Promise<readonly string[]> {
  const at = { hands: { ...ofThisHost, ...given }, folder: records.folder };
  // What held a thing may itself have gone only later: while a round gets somewhere, another one follows.
  for (;;) {
    const before = records.all().length;
    const failed = await round(records, at);
    if (failed.length === 0 || records.all().length === before) return [...records.damage, ...failed];
  }
}

async function round(records: Records, at: { hands: Hands; folder: string }): Promise<string[]> {
  const failed: string[] = [];
  for (const made of [...records.all()].reverse()) {
    const remove = removers[made.kind] as Remove<Made>;
    const why = await remove(made, at).catch((error: Error) => error.message);
    if (why === undefined) records.forget(made);
    else failed.push(`${inWords(made)}: ${why}`);
  }
  return failed;
}

/** `namespace q-1a2b-net`, `process 4711`: how a thing is called in a sentence. */
export function inWords(made: Made): string {
  switch (made.kind) {
    case 'namespace':
      return `namespace ${made.name}`;
    case 'process':
      return `process ${made.pid}`;
    case 'loop':
      return `loop device ${made.device === '' ? 'of' : `${made.device} of`} ${made.file}`;
    case 'cgroup':
      return `control group ${made.path}`;
    case 'mount':
      return `mount ${made.path}`;
    case 'folder':
      return `folder ${made.path}`;
    case 'setting':
      return `kernel setting ${made.path}`;
    default:
      return made satisfies never;
  }
}

/** Kills processes and waits until they are gone, as long as patience lasts. */
async function end(pids: readonly number[], { kill, proc, patience }: Hands): Promise<void> {
  const started = new Map(pids.map((pid) => [pid, processStart(pid, proc)]));
  const alive = (): number[] => pids.filter((pid) => started.get(pid) && processStart(pid, proc) === started.get(pid));
  for (const pid of alive()) {
    try {
      kill(pid);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
  const until = Date.now() + patience.ms;
  while (alive().length > 0 && Date.now() < until) await new Promise((next) => setTimeout(next, 10));
}

/** Ends what is in a tree of control groups and removes it, leaves first: they are removed by rmdir alone. */
async function removeCgroup(path: string, hands: Hands): Promise<void> {
  if (!existsSync(path)) return;
  const inside = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of inside) await removeCgroup(join(path, name), hands);
  const procs = join(path, 'cgroup.procs');
  if (existsSync(procs)) await end(numbers(readFileSync(procs, 'utf8')), hands);
  // The kernel lets go of a group a moment after its last process ended.
  const until = Date.now() + hands.patience.ms;
  for (;;) {
    try {
      return rmdirSync(path);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return;
      if (code !== 'EBUSY' || Date.now() >= until) throw error;
      await new Promise((next) => setTimeout(next, 20));
    }
  }
}

/** Loop devices that a file lies behind, also where it was deleted meanwhile. */
function devicesOf(file: string, { blocks }: Hands): string[] {
  const loops = existsSync(blocks) ? readdirSync(blocks).filter((name) => name.startsWith('loop')) : [];
  return loops
    .filter((name) => {
      const backing = join(blocks, name, 'loop', 'backing_file');
      if (!existsSync(backing)) return false;
      return (
        readFileSync(backing, 'utf8')
          .trimEnd()
          .replace(/ \(deleted\)$/, '') === file
      );
    })
    .map((name) => `/dev/${name}`);
}

/** Where things are mounted in this mount namespace, in the order of mounting (proc(5): field 5, octal escapes). */
function mountsOf({ proc }: Hands): string[] {
  const lines = readFileSync(join(proc, 'self', 'mountinfo'), 'utf8')
    .trimEnd()
    .split('\n');
  return lines.map((line) =>
    line.split(' ')[4]!.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))),
  );
}

async function unmountAll(isOurs: (path: string) => boolean, hands: Hands): Promise<void> {
  // The same place may be mounted over many times: once for each line.
  for (const path of mountsOf(hands).filter(isOurs).reverse()) await hands.run('umount', ['--lazy', path]);
}

function isBelow(path: string, folder: string): boolean {
  if (!existsSync(dirname(path)) || !existsSync(folder)) return false;
  // A link in the way must not lead elsewhere; the last part itself may be one: it would be deleted, not what it shows.
  const real = join(realpathSync(dirname(path)), basename(path));
  return real.startsWith(realpathSync(folder) + sep) && basename(path) !== '..';
}

function isThere(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

const numbers = (text: string): number[] => text.split(/\s+/).filter(Boolean).map(Number);
