import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure } from '../base/diagnostic.ts';
import {
  draftsName,
  draftsPattern,
  type ExportFolder,
  manifestIn,
  manifestName,
  manifestText,
  mustHold,
  mustLet,
  type Purpose,
  refusal,
  refused,
  thereIs,
} from './export-folder.ts';
import { isAlive } from './state-dir.ts';

/** What was done so far, each with how it is undone. */
interface Undo {
  readonly what: string;
  back(): void;
}

/** Folder by folder: where a file system takes none (`/proc`), Node's own recursion never ends. */
function makeFolder(path: string, done: Undo[] = []): void {
  if (thereIs(path) !== undefined) return;
  makeFolder(dirname(path), done);
  mkdirSync(path);
  done.push({ what: path, back: () => rmdirSync(path) });
}

/** Drafts of runs that were killed. */
function clearDrafts(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = Number(draftsPattern.exec(name)?.[1]);
    if (pid > 0 && (pid === process.pid || !isAlive(pid))) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

/** A second one of a file, or of a link itself. */
function copy(from: string, to: string): void {
  makeFolder(dirname(to));
  if (thereIs(from)!.isSymbolicLink()) symlinkSync(readlinkSync(from), to);
  else copyFileSync(from, to);
}

/** Takes folders away that hold nothing any more, up to the export's. */
function emptied(folder: string, path: string): void {
  const above = dirname(path);
  if (above === '.') return;
  try {
    rmdirSync(join(folder, above));
    emptied(folder, above);
  } catch {
    // Something of somebody else's lies in it.
  }
}

/** A folder that is being written: `new`, `old` and `gone` lie in the drafts. */
interface Writing {
  readonly place: ExportFolder;
  readonly drafts: string;
  readonly done: Undo[];
}

/** Does it for each path; what the system refuses is said with the path as the command line names it. */
function each(paths: readonly string[], { place }: Writing, act: (path: string) => void): void {
  for (const path of paths) {
    try {
      act(path);
    } catch (error) {
      throw refused(error, `${place.shown}/${path} cannot be written`);
    }
  }
}

/** Puts a draft in its place; undone, what lay there is back. */
function put({ place: { folder }, drafts, done }: Writing, path: string, draft = join('new', path)): void {
  const target = join(folder, path);
  const old = join(drafts, 'old', path);
  makeFolder(dirname(target), done);
  renameSync(join(drafts, draft), target);
  done.push({
    what: path,
    back: () => (thereIs(old) === undefined ? rmSync(target, { force: true }) : renameSync(old, target)),
  });
}

function takeAway({ place: { folder }, drafts, done }: Writing, path: string): void {
  const target = join(folder, path);
  if (thereIs(target) === undefined) return;
  const gone = join(drafts, 'gone', path);
  makeFolder(dirname(gone));
  renameSync(target, gone);
  done.push({ what: path, back: () => renameSync(gone, target) });
}

/** Undoes all of it, the last first; names what stayed. */
function undo(done: readonly Undo[]): string[] {
  return done.toReversed().flatMap(({ what, back }) => {
    try {
      back();
      return [];
    } catch {
      return [what];
    }
  });
}

/**
 * Writes the files into the folder and takes away those of an earlier export that are no longer written: all of it, or nothing. All
 * texts are on the disk before the first one takes its place, and what lay there goes back if a later one cannot. The first to take its
 * place is a manifest that names the files of before and of now, so that whatever a kill leaves is known to the next export.
 */
export function writeFolder(place: ExportFolder, purpose: Purpose, files: Readonly<Record<string, string>>): void {
  mustHold(place, files);
  mustLet(place, files);
  const { folder, shown } = place;
  const before = manifestIn(folder)?.files ?? [];
  const gone = before.filter((path) => !(path in files) && path !== manifestName);
  const texts: Readonly<Record<string, string>> = { ...files, [manifestName]: manifestText(purpose, files) };
  const intent = manifestText(purpose, { ...Object.fromEntries(gone.map((path) => [path, ''])), ...files });
  const writing: Writing = { place, drafts: join(folder, draftsName(process.pid)), done: [] };
  const { drafts, done } = writing;
  try {
    makeFolder(folder, done);
    clearDrafts(folder);
    makeFolder(drafts);
    done.push({ what: drafts, back: () => rmSync(drafts, { recursive: true, force: true }) });
    each(Object.keys(texts), writing, (path) => {
      makeFolder(dirname(join(drafts, 'new', path)));
      writeFileSync(join(drafts, 'new', path), texts[path]!);
      if (thereIs(join(folder, path)) !== undefined) copy(join(folder, path), join(drafts, 'old', path));
    });
    each([manifestName], writing, (path) => {
      writeFileSync(join(drafts, 'intent'), intent);
      put(writing, path, 'intent');
    });
    each(Object.keys(files), writing, (path) => put(writing, path));
    each(gone, writing, (path) => takeAway(writing, path));
    each([manifestName], writing, (path) => put(writing, path));
  } catch (error) {
    const stayed = undo(done).filter((what) => what !== drafts);
    const why = refused(error, `${shown} cannot be written`);
    if (stayed.length === 0 || !(why instanceof Failure)) throw why;
    throw new Failure(...why.diagnostics, refusal(`in ${shown} could not be put back: ${stayed.join(', ')}`));
  }
  rmSync(drafts, { recursive: true, force: true });
  for (const path of gone) emptied(folder, path);
}
