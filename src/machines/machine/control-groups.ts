import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Records } from '../made.ts';

const top = '/sys/fs/cgroup';

/** One hierarchy of control groups of this host: its folder's name and how it is mounted again inside of a machine. */
interface Hierarchy {
  readonly name: string;
  readonly folder: string;
  /** Mount options of cgroup v1, or `version2`. */
  readonly options: string;
}

/** Hosts with version 2 alone have one; those with version 1 (or both) one per controller: cgroups(7), /proc/PID/cgroup. */
function hierarchies(): readonly Hierarchy[] {
  if (existsSync(join(top, 'cgroup.controllers'))) return [{ name: '', folder: top, options: 'version2' }];
  return readFileSync('/proc/self/cgroup', 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(':')[1]!)
    .map((controllers) => {
      const named = controllers.startsWith('name=');
      const name = controllers === '' ? 'unified' : named ? controllers.slice('name='.length) : controllers;
      const options = controllers === '' ? 'version2' : named ? `none,${controllers}` : controllers;
      return { name, folder: join(top, name), options };
    })
    .filter(({ folder }) => existsSync(folder));
}

/** A machine's own groups, one in each hierarchy. */
export interface ControlGroups {
  readonly paths: readonly string[];
  /** What first-process.sh reads; undefined where the host has version 2 alone. */
  readonly mounts: string | undefined;
}

/** A cpuset without processors and memory nodes takes no process: those of the parent are copied. */
function fillCpuset(folder: string, parent: string): void {
  for (const file of ['cpuset.cpus', 'cpuset.mems']) {
    if (!existsSync(join(folder, file))) continue;
    if (readFileSync(join(folder, file), 'utf8').trim() === '')
      writeFileSync(join(folder, file), readFileSync(join(parent, file), 'utf8'));
  }
}

/** Makes (or finds) the groups of a machine: `/sys/fs/cgroup/…/quilla-RUN/NAME`. */
export function makeControlGroups(given: { runId: string; name: string; records: Records }): ControlGroups {
  const all = hierarchies();
  const paths = all.map(({ folder }) => {
    const ofRun = join(folder, `quilla-${given.runId}`);
    const path = join(ofRun, given.name);
    for (const [made, parent] of [
      [ofRun, folder],
      [path, ofRun],
    ] as const) {
      given.records.add({ kind: 'cgroup', path: made });
      mkdirSync(made, { recursive: true });
      fillCpuset(made, parent);
    }
    return path;
  });
  const isVersion2 = all.length === 1 && all[0]!.name === '';
  const mounts = all.map(({ name, options }) => `${name} ${options}\n`).join('');
  return { paths, mounts: isVersion2 ? undefined : mounts };
}

function removeTree(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) removeTree(join(folder, entry.name));
  rmdirSync(folder);
}

/** Removes the groups of a machine that has ended; false while one of its processes is still ending. */
export function removeControlGroups({ paths }: ControlGroups, records: Records): boolean {
  for (const path of paths) {
    try {
      if (existsSync(path)) removeTree(path);
    } catch {
      return false;
    }
    records.forget({ kind: 'cgroup', path });
  }
  return true;
}

const numberIn = (path: string): number | undefined =>
  existsSync(path) ? Number(readFileSync(path, 'utf8').trim().split('\n')[0]) : undefined;

/** What a machine uses: bytes of memory without the cache of files, and seconds of processor time since power on. */
export interface Usage {
  readonly memoryBytes: number;
  readonly cpuSeconds: number;
}

/** https://docs.kernel.org/admin-guide/cgroup-v1/memory.html and cgroup-v2.html */
export function usageOf({ paths }: ControlGroups): Usage {
  let [memoryBytes, cpuSeconds] = [0, 0];
  for (const path of paths) {
    const text = existsSync(join(path, 'memory.stat')) ? readFileSync(join(path, 'memory.stat'), 'utf8') : '';
    const rows = new Map(text.split('\n').map((line) => line.split(' ') as [string, string]));
    const used = rows.get('total_rss') ?? rows.get('anon');
    if (used !== undefined) memoryBytes = Number(used) + Number(rows.get('total_shmem') ?? rows.get('shmem') ?? 0);
    const nanoseconds = numberIn(join(path, 'cpuacct.usage'));
    if (nanoseconds !== undefined) cpuSeconds = nanoseconds / 1e9;
    const stat = existsSync(join(path, 'cpu.stat')) ? readFileSync(join(path, 'cpu.stat'), 'utf8') : '';
    const micro = /^usage_usec (\d+)/m.exec(stat)?.[1];
    if (micro !== undefined) cpuSeconds = Number(micro) / 1e6;
  }
  return { memoryBytes, cpuSeconds };
}
