import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmdirSync,
  type Stats,
  statSync,
} from 'node:fs';
import { basename, dirname, isAbsolute, join, normalize, relative, resolve, sep } from 'node:path';
import { type Diagnostic, Failure, reporter } from '../base/diagnostic.ts';
import { cliCodes } from './codes.ts';

const report = reporter(cliCodes);

/** What a folder is written for. */
export interface Purpose {
  readonly target: string;
  readonly cluster: string;
  /** Written to take over a cluster that stands. Absent otherwise. */
  readonly import?: true;
}

/** It lies in the folder, so that a later export knows what for, and which files are its own. */
export interface Manifest extends Purpose {
  /** Paths in the folder, sorted. */
  readonly files: readonly string[];
}

export const manifestName = 'quilla-export.json';

/** The manifest as it lies in the folder. */
export const manifestText = (purpose: Purpose, files: Readonly<Record<string, string>>): string =>
  `${JSON.stringify({ ...purpose, files: Object.keys(files).sort() }, null, 2)}\n`;

export interface ExportFolder {
  /** As the file system knows it. */
  readonly folder: string;
  /** As the command line names it, without a slash at its end. */
  readonly shown: string;
}

export const exportFolder = (cwd: string, out: string): ExportFolder => ({
  folder: resolve(cwd, out),
  shown: out.replace(/(?<=[^/])\/+$/, ''),
});

/** A file of a folder that is not what would be written now. */
export interface Difference {
  readonly path: string;
  readonly state: 'missing' | 'changed' | 'left over';
}

/** Where an export keeps texts before they take their places. One that was killed leaves it. */
export const draftsName = (pid: number): string => `.quilla-export-${pid}`;
export const draftsPattern = /^\.quilla-export-(\d+)$/;

/** What may lie in a folder that an export takes for the first time: git's, a page for readers, Terraform's own. */
const besides = [
  draftsPattern,
  /^\.git$/,
  /^\.gitignore$/,
  /^\.gitkeep$/,
  /^README/,
  /^\.terraform/,
  /^terraform\.tfstate/,
];

const another = 'Name another folder with --out.';
export const refusal = (detail: string, fix = another): Diagnostic => report('cli.export-folder', { detail, fix });

const systemWords: Readonly<Record<string, string>> = {
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  ENOENT: 'the file system takes none there',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'links lead in a circle',
};

/** What the operating system refused, as a failure; bugs as they are. It names none of our own paths. */
export function refused(error: unknown, what: string): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return error;
  return new Failure(refusal(`${what}: ${systemWords[code] ?? `the system says ${code}`}`));
}

const isInside = (path: string): boolean => !isAbsolute(path) && normalize(path).split(sep)[0] !== '..';

const isManifest = ({ target, cluster, files, import: mode }: Manifest): boolean =>
  typeof target === 'string' &&
  typeof cluster === 'string' &&
  (mode === undefined || mode === true) &&
  Array.isArray(files) &&
  files.every((path) => typeof path === 'string' && isInside(path));

export function manifestIn(folder: string): Manifest | undefined {
  try {
    const value = JSON.parse(readFileSync(join(folder, manifestName), 'utf8')) as Manifest;
    return isManifest(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What lies there, links as links; undefined where nothing does. */
export function thereIs(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** The path itself, or the nearest one above it that is there. */
const nearest = (path: string): string =>
  thereIs(path) !== undefined || dirname(path) === path ? path : nearest(dirname(path));

/** Why no folder is, or can be made, at this path. */
function placeProblem({ folder, shown }: ExportFolder): Diagnostic | undefined {
  if (shown === '') return refusal('--out is empty', 'Name a folder with --out.');
  const at = nearest(folder);
  const what = at === folder ? shown : `${shown} cannot be made: ${at}`;
  if (!existsSync(at)) return refusal(`${what} is a link that leads nowhere`);
  return statSync(at).isDirectory() ? undefined : refusal(`${what} is no folder`, 'Name a folder with --out.');
}

/** Why an export of one form must not take a folder of the other. */
function modeProblem(shown: string, before: Purpose, { import: imports }: Purpose): Diagnostic | undefined {
  if (before.import === imports) return undefined;
  return before.import
    ? refusal(
        `${shown} holds an export with --import, and this one is without: Terraform would change or replace what it imported`,
        'Say --import, or name another folder with --out.',
      )
    : refusal(
        `${shown} holds an export without --import, and this one is with it: Terraform may hold there what it would import`,
        'Leave out --import, or name another folder with --out.',
      );
}

/** Why the folder cannot take the export; undefined where it can. */
function problemOf(place: ExportFolder, purpose: Purpose): Diagnostic | undefined {
  const { folder, shown } = place;
  const problem = placeProblem(place);
  if (problem !== undefined || !existsSync(folder)) return problem;
  const before = manifestIn(folder);
  if (before === undefined) {
    const foreign = readdirSync(folder).filter((name) => !besides.some((one) => one.test(name)));
    if (foreign.length === 0) return undefined;
    return refusal(
      `${shown} is not empty, and no export of Quilla`,
      'Name an empty folder, or one that does not exist yet.',
    );
  }
  if (before.target !== purpose.target || before.cluster !== purpose.cluster)
    return refusal(
      `${shown} holds ${before.target} for cluster ${before.cluster}, not ${purpose.target} for ${purpose.cluster}`,
    );
  return modeProblem(shown, before, purpose);
}

/** Fails where the folder is another's, or none; whoever only compares needs no more. */
export function mustBeOurs(place: ExportFolder, purpose: Purpose): void {
  let problem: Diagnostic | undefined;
  try {
    problem = problemOf(place, purpose);
  } catch (error) {
    throw refused(error, `${place.shown} cannot be read`);
  }
  if (problem !== undefined) throw new Failure(problem);
}

/** Fails where the folder is not one for this export, before anything is asked or written. */
export function mustTake(place: ExportFolder, purpose: Purpose): void {
  mustBeOurs(place, purpose);
  const { folder, shown } = place;
  const trial = join(nearest(folder), draftsName(process.pid));
  try {
    // Only a try tells: file systems that take no folder (`/proc`) say of root that he may.
    // What a killed run left there says enough.
    if (thereIs(trial) !== undefined) return;
    mkdirSync(trial);
    rmdirSync(trial);
  } catch (error) {
    throw refused(error, `${shown} cannot be written`);
  }
}

const ancestorsOf = (path: string): string[] => {
  const above = dirname(path);
  return above === '.' ? [] : [...ancestorsOf(above), above];
};

/** Why a path in the folder cannot be ours; undefined where it can. */
function pathProblem({ folder, shown }: ExportFolder, path: string, isOurs: boolean): Diagnostic | undefined {
  for (const above of ancestorsOf(normalize(path))) {
    const is = thereIs(join(folder, above));
    if (is === undefined) return undefined;
    if (!is.isDirectory()) return refusal(`${shown}/${above} is no folder, and ${path} lies in it`);
  }
  const is = thereIs(join(folder, path));
  if (is === undefined) return undefined;
  if (is.isDirectory()) return refusal(`${shown}/${path} is a folder, and a file is written there`);
  if (!is.isFile() && !is.isSymbolicLink()) return refusal(`${shown}/${path} is no file`);
  return isOurs
    ? undefined
    : refusal(
        `${shown}/${path} was not written by an export, and this one would overwrite it`,
        'Move the file, or name another folder with --out.',
      );
}

/** Paths that the folder holds or would hold, the manifest's among them. */
const pathsOf = (before: Manifest | undefined, files: Readonly<Record<string, string>>): string[] => [
  ...new Set([...Object.keys(files), ...(before?.files ?? []), manifestName]),
];

/** Fails where a path is a folder, lies in a file, or is somebody's own. */
export function mustHold(place: ExportFolder, files: Readonly<Record<string, string>>): void {
  const before = manifestIn(place.folder);
  const ours = new Set([...(before?.files ?? []), manifestName]);
  const problems = pathsOf(before, files).flatMap((path) => {
    try {
      return pathProblem(place, path, ours.has(path)) ?? [];
    } catch (error) {
      throw refused(error, `${place.shown}/${path} cannot be read`);
    }
  });
  if (problems.length > 0) throw new Failure(...problems);
}

/** Fails where a folder in which something is written or taken away does not let us. */
export function mustLet({ folder, shown }: ExportFolder, files: Readonly<Record<string, string>>): void {
  const folders = new Set(pathsOf(manifestIn(folder), files).map((path) => nearest(dirname(join(folder, path)))));
  for (const one of folders) {
    try {
      accessSync(one, constants.W_OK | constants.X_OK);
    } catch (error) {
      const inside = relative(folder, one);
      throw refused(
        error,
        `${inside === '' || inside.startsWith('..') ? shown : `${shown}/${inside}`} cannot be written`,
      );
    }
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

/** Where a path leads: `..` in a command goes up from there, and not from where a link lies. */
function real(path: string): string {
  const there = nearest(path);
  return join(existsSync(there) ? realpathSync(there) : there, relative(there, path));
}

/** A file as a command in the folder names it, wherever the export is run from. */
export function fileFrom(folder: string, file: string): string {
  const path = relative(real(folder), join(real(dirname(file)), basename(file)))
    .split(sep)
    .join('/');
  return path.startsWith('-') ? `./${path}` : path;
}
