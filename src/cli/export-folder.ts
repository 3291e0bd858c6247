import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, isAbsolute, join, normalize, resolve } from 'node:path';
import { type Diagnostic, Failure, reporter } from '../base/diagnostic.ts';
import { cliCodes } from './codes.ts';

const report = reporter(cliCodes);

/** What a folder was written for; it lies in it, so that a later export knows which files are its own. */
export interface Manifest {
  readonly target: string;
  readonly cluster: string;
  /** Paths in the folder, sorted. */
  readonly files: readonly string[];
}

export const manifestName = 'quilla-export.json';

/** A file of a folder that is not what would be written now. */
export interface Difference {
  readonly path: string;
  readonly state: 'missing' | 'changed' | 'left over';
}

const isInside = (path: string): boolean => !isAbsolute(path) && !normalize(path).startsWith('..');

function manifestIn(folder: string): Manifest | undefined {
  try {
    const value = JSON.parse(readFileSync(join(folder, manifestName), 'utf8')) as Manifest;
    const isOne = Array.isArray(value.files) && value.files.every((path) => typeof path === 'string' && isInside(path));
    return isOne ? value : undefined;
  } catch {
    return undefined;
  }
}

const entriesOf = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);

/** Why the folder cannot take the export; undefined where it can. */
function problemOf(folder: string, shown: string, manifest: Omit<Manifest, 'files'>): Diagnostic | undefined {
  const is = existsSync(folder) ? statSync(folder) : undefined;
  if (is !== undefined && !is.isDirectory())
    return report('cli.export-folder', { detail: `${shown} is no folder`, fix: 'Name a folder with --out.' });
  const before = manifestIn(folder);
  if (before === undefined && entriesOf(folder).length > 0)
    return report('cli.export-folder', {
      detail: `${shown} is not empty, and no export of Quilla`,
      fix: 'Name an empty folder, or one that does not exist yet.',
    });
  if (before !== undefined && (before.target !== manifest.target || before.cluster !== manifest.cluster))
    return report('cli.export-folder', {
      detail: `${shown} holds ${before.target} for cluster ${before.cluster}, not ${manifest.target} for ${manifest.cluster}`,
      fix: 'Name another folder with --out.',
    });
  return undefined;
}

/** The nearest folder above that exists must let us write. */
function mustBeWritable(folder: string, shown: string): void {
  let at = folder;
  while (!existsSync(at)) at = dirname(at);
  try {
    accessSync(at, constants.W_OK);
  } catch {
    throw new Failure(
      report('cli.export-folder', {
        detail: `${shown} may not be written by this user`,
        fix: 'Name another folder with --out.',
      }),
    );
  }
}

const textIn = (folder: string, path: string): string | undefined => {
  const file = join(folder, path);
  return existsSync(file) && statSync(file).isFile() ? readFileSync(file, 'utf8') : undefined;
};

/** How a folder differs from what would be written. Files that no export wrote are of no concern. */
export function compareFolder(folder: string, files: Readonly<Record<string, string>>): Difference[] {
  const differs = Object.entries(files).flatMap(([path, text]): Difference[] => {
    const there = textIn(folder, path);
    if (there === text) return [];
    return [{ path, state: there === undefined ? 'missing' : 'changed' }];
  });
  const leftOver = (manifestIn(folder)?.files ?? []).filter(
    (path) => !(path in files) && textIn(folder, path) !== undefined,
  );
  return [...differs, ...leftOver.map((path): Difference => ({ path, state: 'left over' }))].sort((a, b) =>
    a.path < b.path ? -1 : 1,
  );
}

/** Folder by folder: where a file system takes none (`/proc`), Node's own recursion never ends. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}

const emptied = (folder: string): void => {
  if (existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder);
};

export interface ExportFolder {
  /** As the file system knows it. */
  readonly folder: string;
  /** As the command line names it. */
  readonly shown: string;
}

/** Fails where the folder is not one for this export, before anything is asked or written. */
export function mustTake({ folder, shown }: ExportFolder, manifest: Omit<Manifest, 'files'>): void {
  const problem = problemOf(folder, shown, manifest);
  if (problem !== undefined) throw new Failure(problem);
  mustBeWritable(folder, shown);
}

/**
 * Writes the files into the folder and takes away those of an earlier export that are no longer written. All texts are on the disk
 * before the first one takes its place.
 */
export function writeFolder(
  folder: string,
  manifest: Omit<Manifest, 'files'>,
  files: Readonly<Record<string, string>>,
): void {
  const before = manifestIn(folder)?.files ?? [];
  const all = { ...files, [manifestName]: manifestText(manifest, files) };
  const drafts = join(folder, `.quilla-export-${process.pid}`);
  try {
    for (const [path, text] of Object.entries(all)) {
      makeFolder(dirname(join(drafts, path)));
      writeFileSync(join(drafts, path), text);
    }
    for (const path of Object.keys(all)) {
      makeFolder(dirname(join(folder, path)));
      renameSync(join(drafts, path), join(folder, path));
    }
  } finally {
    rmSync(drafts, { recursive: true, force: true });
  }
  for (const path of before.filter((one) => !(one in all))) {
    rmSync(join(folder, path), { force: true });
    if (dirname(path) !== '.') emptied(join(folder, dirname(path)));
  }
}

/** The manifest as it lies in the folder. */
export const manifestText = (manifest: Omit<Manifest, 'files'>, files: Readonly<Record<string, string>>): string =>
  `${JSON.stringify({ ...manifest, files: Object.keys(files).sort() }, null, 2)}\n`;

export const exportFolder = (cwd: string, out: string): ExportFolder => ({ folder: resolve(cwd, out), shown: out });
