import {
  closeSync,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { canonicalJson } from '../base/canonical-json.ts';
import type { Made, MadeKind, Records } from './made.ts';

export type { Made, Records } from './made.ts';
export { type Hands, removeAll } from './remove-all.ts';

/** Name of the journal in a run's folder. */
export const recordsFile = 'records.jsonl';

/** What each kind must carry for a line to be believed. */
const wanted: Readonly<Record<MadeKind, readonly string[]>> = {
  namespace: ['name'],
  process: ['pid', 'start'],
  loop: ['device', 'file'],
  cgroup: ['path'],
  mount: ['path'],
  folder: ['path'],
  setting: ['path', 'before', 'during'],
};

type Line = { readonly boot: string } | { readonly add: Made } | { readonly forget: Made };

export interface RecordsOptions {
  /** Names this boot of the host; what an earlier boot made is gone, but for folders. */
  readonly bootId?: string;
}

/**
 * Opens the journal of a run, `records.jsonl` in its folder, and makes both where they are not there. Lines are only ever
 * appended, each synced to disk, so it survives a kill at any moment. One process writes it at a time.
 */
export function openRecords(folder: string, options: RecordsOptions = {}): Records {
  const bootId = options.bootId ?? hostBootId();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, recordsFile);
  const before = read(path, bootId);
  const { left, damage } = before;
  let file: number | undefined;
  const write = (line: Line): void => {
    file ??= openForWriting(path, { length: before.length, bootId });
    writeSync(file, `${canonicalJson(line)}\n`);
    fdatasyncSync(file);
  };
  return {
    folder,
    damage,
    add(made) {
      const key = canonicalJson(made);
      if (left.has(key)) return;
      write({ add: made });
      left.set(key, made);
    },
    forget(made) {
      const key = canonicalJson(made);
      if (!left.has(key)) return;
      write({ forget: made });
      left.delete(key);
    },
    all: () => [...left.values()],
  };
}

/** What is left of a run, without writing anything. Empty where there never was one. */
export function readRecords(folder: string, options: RecordsOptions = {}): readonly Made[] {
  return [...read(join(folder, recordsFile), options.bootId ?? hostBootId()).left.values()];
}

/** A new one with each start of the host's kernel (proc(5), /proc/sys/kernel/random/boot_id). */
export const hostBootId = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

/** Opens for appending; a line that was cut off in the middle (its thing was never made) is taken away first. */
function openForWriting(path: string, { length, bootId }: { length: number; bootId: string }): number {
  const file = openSync(path, 'a', 0o600);
  ftruncateSync(file, length);
  writeSync(file, `${canonicalJson({ boot: bootId })}\n`);
  fsyncSync(file);
  // Or a crash of the host could lose the file's name while it keeps what the file names.
  const folder = openSync(dirname(path), 'r');
  fsyncSync(folder);
  closeSync(folder);
  return file;
}

interface Journal {
  readonly left: Map<string, Made>;
  readonly damage: readonly string[];
  /** Bytes up to the end of the last whole line. */
  readonly length: number;
}

function read(path: string, bootId: string): Journal {
  const bytes = bytesOf(path);
  const length = bytes.lastIndexOf(0x0a) + 1;
  const lines = bytes.subarray(0, length).toString('utf8').split('\n').slice(0, -1);
  let left = new Map<string, Made>();
  let boot: string | undefined;
  const damage: string[] = [];
  for (const [index, text] of lines.entries()) {
    const line = parse(text);
    if (line === undefined) damage.push(`${path}, line ${index + 1} is no record: ${text.slice(0, 80)}`);
    else if ('add' in line) left.set(canonicalJson(line.add), line.add);
    else if ('forget' in line) left.delete(canonicalJson(line.forget));
    else {
      if (boot !== undefined && boot !== line.boot) left = outlivesBoot(left);
      boot = line.boot;
    }
  }
  return { left: boot === undefined || boot === bootId ? left : outlivesBoot(left), damage, length };
}

/** Namespaces, processes, loop devices, control groups and mounts end with the kernel; what lies on a disk does not. */
const outlivesBoot = (left: ReadonlyMap<string, Made>): Map<string, Made> =>
  new Map([...left].filter(([, made]) => made.kind === 'folder'));

function bytesOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

function parse(text: string): Line | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { boot, add, forget } = value as Record<string, unknown>;
  if (typeof boot === 'string') return { boot };
  if (isMade(add)) return { add };
  return isMade(forget) ? { forget } : undefined;
}

function isMade(value: unknown): value is Made {
  if (typeof value !== 'object' || value === null) return false;
  const { kind } = value as Made;
  const isSimple = (field: string): boolean =>
    ['string', 'number'].includes(typeof (value as Record<string, unknown>)[field]);
  return Object.hasOwn(wanted, kind) && wanted[kind].every(isSimple);
}
