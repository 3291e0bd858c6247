import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hours } from '../../base/duration.ts';
import { withLock } from './cache-lock.ts';

export interface CacheEntry {
  /** Of all entries of a kind. */
  readonly folder: string;
  /** What it is of; entries of one name replace each other. */
  readonly name: string;
  /** Of its inputs, hexadecimal. */
  readonly key: string;
  /** Told where another process makes it now. */
  readonly onWait?: (pid: number) => void;
}

/** An entry that no run has used for so long goes when another of its name is made. */
const unusedAfter = hours(14 * 24);
const keyLength = 16;

/** Removes what nobody used for long, and what a run that was killed left half. */
async function prune({ folder, name }: CacheEntry, kept: string): Promise<void> {
  for (const each of await readdir(folder)) {
    const path = join(folder, each);
    const rest = each.startsWith(`${name}-`) ? each.slice(name.length + 1) : '';
    if (!/^[0-9a-f]{16}($|\.new-)/.test(rest) || path === kept) continue;
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs > unusedAfter.ms) await rm(path, { recursive: true, force: true });
  }
}

/**
 * The folder of what has these inputs, made where it is missing. It is made beside and renamed whole, so that one that is there is
 * complete; two processes at once make it once.
 */
export async function cached(entry: CacheEntry, make: (folder: string) => Promise<void>): Promise<string> {
  const path = join(entry.folder, `${entry.name}-${entry.key.slice(0, keyLength)}`);
  if (!existsSync(path)) {
    await mkdir(dirname(path), { recursive: true });
    await withLock(`${path}.lock`, { ...(entry.onWait && { onWait: entry.onWait }) }, async () => {
      if (existsSync(path)) return;
      const half = `${path}.new-${randomBytes(4).toString('hex')}`;
      try {
        await mkdir(half);
        await make(half);
        await rename(half, path);
      } finally {
        await rm(half, { recursive: true, force: true });
      }
      await prune(entry, path);
    });
  }
  const now = new Date();
  await utimes(path, now, now);
  return path;
}
