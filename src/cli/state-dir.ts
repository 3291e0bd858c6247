import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Where the embedded AWS keeps its world and its address: `.quilla` beside where the command runs, or QUILLA_HOME. */
export interface StateDir {
  readonly path: string;
  readonly world: string;
  readonly server: string;
  readonly lock: string;
}

export function stateDir(cwd: string, env: Readonly<Record<string, string | undefined>>): StateDir {
  const path = resolve(cwd, env.QUILLA_HOME ?? '.quilla');
  return { path, world: join(path, 'world.json'), server: join(path, 'server.json'), lock: join(path, 'lock') };
}

/** The JSON of a file; undefined where there is none. */
export function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes a file whole or not at all; readable by its owner only. */
export function writeWhole(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}.tmp`;
  writeFileSync(draft, text, { mode: 0o600 });
  renameSync(draft, file);
}

/** Whether a process runs. One that has ended and that nobody waited for (a zombie) does not. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** `pid (name) state ...`; the name may hold anything, so the state is looked for after its end. Linux only. */
function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
  } catch {
    return false;
  }
}

/** Takes the lock of the world in this folder; the result gives it back. Undefined and the holder's pid where another process has it. */
export function takeFolderLock(dir: StateDir): { readonly release: () => void } | { readonly heldBy: number } {
  mkdirSync(dir.path, { recursive: true });
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      writeFileSync(dir.lock, String(process.pid), { flag: 'wx', mode: 0o600 });
      return { release: () => rmSync(dir.lock, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const holder = Number(readFileSync(dir.lock, 'utf8'));
      if (Number.isInteger(holder) && holder > 0 && isAlive(holder)) return { heldBy: holder };
      rmSync(dir.lock, { force: true });
    }
  }
  return { heldBy: 0 };
}
