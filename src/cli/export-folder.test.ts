import {
  accessSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Failure } from '../base/diagnostic.ts';
import {
  compareFolder,
  exportFolder,
  fileFrom,
  manifestName,
  manifestText,
  mustBeOurs,
  mustTake,
  type Purpose,
} from './export-folder.ts';
import { writeFolder as write } from './export-write.ts';

/** The file system as it is, but for what a test lets fail: root may do anything. */
vi.mock('node:fs', async (original) => {
  const real = await original<typeof import('node:fs')>();
  return { ...real, accessSync: vi.fn(real.accessSync), renameSync: vi.fn(real.renameSync) };
});

const denied = (call: string, path: string): Error =>
  Object.assign(new Error(`EACCES: permission denied, ${call} '${path}'`), { code: 'EACCES', syscall: call, path });

const manifest: Purpose = { target: 'terraform', cluster: 'demo' };
const files = { 'main.tf.json': '{}\n', 'user-data/a': 'one\n', 'user-data/b': 'two\n' };
const all = { ...files, [manifestName]: manifestText(manifest, files) };

let cwd: string;
let folder: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'quilla-export-'));
  folder = join(cwd, 'out');
});
afterEach(() => {
  vi.mocked(accessSync).mockReset();
  vi.mocked(renameSync).mockReset();
  rmSync(cwd, { recursive: true, force: true });
});

const writeFolder = (_: string, of: Purpose, texts: Readonly<Record<string, string>>): void =>
  write(exportFolder(cwd, 'out'), of, texts);

const said = (act: () => void): string => {
  try {
    act();
    return 'taken';
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.diagnostics.map(({ detail }) => detail).join();
  }
};
const why = (name = 'out', of = manifest): string => said(() => mustTake(exportFolder(cwd, name), of));
const whyNotCompared = (name = 'out', of = manifest): string => said(() => mustBeOurs(exportFolder(cwd, name), of));

describe('a folder is taken', () => {
  it('when it does not exist, in folders that do not exist either', () => {
    expect(why('a/b/c')).toBe('taken');
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('when it is empty', () => {
    mkdirSync(folder);
    expect(why()).toBe('taken');
  });

  it('when an earlier export for the same cluster wrote it, whatever lies in it beside', () => {
    writeFolder(folder, manifest, files);
    writeFileSync(join(folder, 'terraform.tfstate'), '{}');
    expect(why()).toBe('taken');
  });

  it('when only git, Terraform and a page for readers lie in it, or drafts of a run that was killed', () => {
    const names = [
      '.gitignore',
      '.gitkeep',
      'README.md',
      '.terraform.lock.hcl',
      'terraform.tfstate',
      'terraform.tfstate.backup',
    ];
    for (const folders of ['.git', '.terraform', '.quilla-export-999999999'])
      mkdirSync(join(folder, folders), { recursive: true });
    for (const name of names) writeFileSync(join(folder, name), 'theirs');
    expect(why()).toBe('taken');
    writeFolder(folder, manifest, files);
    expect(readdirSync(folder)).not.toContain('.quilla-export-999999999');
    for (const name of names) expect(readFileSync(join(folder, name), 'utf8')).toBe('theirs');
  });
});

describe('a folder is refused', () => {
  it('for one form of an export where it holds the other', () => {
    const imports: Purpose = { ...manifest, import: true };
    writeFolder(folder, imports, files);
    expect(why('out', imports)).toBe('taken');
    expect(why()).toContain('out holds an export with --import, and this one is without: Terraform would');
    expect(whyNotCompared()).toContain('out holds an export with --import');
    writeFileSync(join(folder, manifestName), manifestText(manifest, files));
    expect(why()).toBe('taken');
    expect(why('out', imports)).toContain('out holds an export without --import, and this one is with it');
    expect(whyNotCompared('out', imports)).toContain('out holds an export without --import');
  });

  it('by a comparison as well, but for one that is missing or empty', () => {
    expect(whyNotCompared()).toBe('taken');
    mkdirSync(folder);
    expect(whyNotCompared()).toBe('taken');
    writeFileSync(join(folder, 'main.tf'), '');
    expect(whyNotCompared()).toBe('out is not empty, and no export of Quilla');
    expect(whyNotCompared('out/main.tf')).toBe('out/main.tf is no folder');
  });

  it('when it has no name, is a link to nothing, or lies in a file', () => {
    expect(why('')).toBe('--out is empty');
    symlinkSync(join(cwd, 'nothing'), folder);
    expect(why()).toBe('out is a link that leads nowhere');
    expect(why('out/sub')).toBe(`out/sub cannot be made: ${folder} is a link that leads nowhere`);
    writeFileSync(join(cwd, 'file'), '');
    expect(why('file/sub')).toBe(`file/sub cannot be made: ${join(cwd, 'file')} is no folder`);
  });

  it.runIf(process.platform === 'linux').each(['/proc/quilla', '/sys/quilla/out'])(
    'when the file system takes none: %s',
    (path) => expect(why(path)).toMatch(new RegExp(`^${path} cannot be written: `)),
  );

  it('when something lies in it that no export wrote', () => {
    mkdirSync(folder);
    writeFileSync(join(folder, 'main.tf'), '');
    expect(why()).toBe('out is not empty, and no export of Quilla');
  });

  it('when it was written for another cluster or program', () => {
    writeFolder(folder, manifest, files);
    expect(why('out', { ...manifest, cluster: 'other' })).toBe(
      'out holds terraform for cluster demo, not terraform for other',
    );
    expect(why('out', { ...manifest, target: 'cloudformation' })).toMatch(
      /holds terraform for cluster demo, not cloudformation/,
    );
  });

  it('when it is a file', () => {
    writeFileSync(folder, '');
    expect(why()).toBe('out is no folder');
  });

  it('when its manifest names files outside of it', () => {
    mkdirSync(folder);
    writeFileSync(join(folder, manifestName), JSON.stringify({ ...manifest, files: ['../../etc/passwd'] }));
    expect(why()).toBe('out is not empty, and no export of Quilla');
  });
});

describe('what is written', () => {
  it('is the files, a manifest and nothing else', () => {
    writeFolder(folder, manifest, files);
    expect(readdirSync(folder, { recursive: true }).sort()).toEqual([...Object.keys(all), 'user-data'].sort());
    expect(readFileSync(join(folder, 'user-data/b'), 'utf8')).toBe('two\n');
    expect(compareFolder(folder, all)).toEqual([]);
  });

  it('takes away what an earlier export wrote and this one does not, and leaves what is not ours', () => {
    writeFolder(folder, manifest, files);
    writeFileSync(join(folder, 'user-data/mine'), 'mine');
    writeFolder(folder, manifest, { 'main.tf.json': '{}\n' });
    expect(readdirSync(join(folder, 'user-data'))).toEqual(['mine']);
    rmSync(join(folder, 'user-data/mine'));
    writeFolder(folder, manifest, files);
    writeFolder(folder, manifest, { 'main.tf.json': '{}\n' });
    expect(existsSync(join(folder, 'user-data'))).toBe(false);
  });

  it('replaces a link and not what it leads to', () => {
    writeFolder(folder, manifest, files);
    const outside = join(cwd, 'outside');
    writeFileSync(outside, 'outside');
    rmSync(join(folder, 'main.tf.json'));
    symlinkSync(outside, join(folder, 'main.tf.json'));
    writeFolder(folder, manifest, files);
    expect(readFileSync(outside, 'utf8')).toBe('outside');
    expect(readFileSync(join(folder, 'main.tf.json'), 'utf8')).toBe('{}\n');
  });

  it('is all or nothing where a file cannot be written', () => {
    writeFolder(folder, manifest, files);
    expect(() => writeFolder(folder, manifest, { 'main.tf.json': 'new', 'main.tf.json/inside': 'x' })).toThrow();
    expect(compareFolder(folder, all)).toEqual([]);
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  const next = { 'main.tf.json': 'new', 'documents/c': 'new', 'user-data/b': 'new' };

  it('is nothing where a path is a folder, lies in a file, or is not ours', () => {
    writeFolder(folder, manifest, files);
    rmSync(join(folder, 'user-data/b'));
    mkdirSync(join(folder, 'user-data/b'));
    writeFileSync(join(folder, 'documents'), 'mine');
    expect(said(() => writeFolder(folder, manifest, next))).toBe(
      'out/documents is no folder, and documents/c lies in it,out/user-data/b is a folder, and a file is written there',
    );
    rmSync(join(folder, 'documents'));
    rmSync(join(folder, 'user-data/b'), { recursive: true });
    mkdirSync(join(folder, 'documents'));
    writeFileSync(join(folder, 'documents/c'), 'mine');
    expect(said(() => writeFolder(folder, manifest, next))).toBe(
      'out/documents/c was not written by an export, and this one would overwrite it',
    );
    expect(readFileSync(join(folder, 'main.tf.json'), 'utf8')).toBe('{}\n');
    expect(readFileSync(join(folder, 'documents/c'), 'utf8')).toBe('mine');
  });

  it('is nothing where a file of an earlier export has become a folder', () => {
    writeFolder(folder, manifest, files);
    rmSync(join(folder, 'main.tf.json'));
    mkdirSync(join(folder, 'main.tf.json'));
    expect(said(() => writeFolder(folder, manifest, { 'user-data/a': 'new' }))).toContain(
      'out/main.tf.json is a folder',
    );
    expect(readFileSync(join(folder, 'user-data/a'), 'utf8')).toBe('one\n');
  });

  it('goes through no link to a folder elsewhere', () => {
    writeFolder(folder, manifest, files);
    rmSync(join(folder, 'user-data'), { recursive: true });
    mkdirSync(join(cwd, 'outside'));
    writeFileSync(join(cwd, 'outside', 'a'), 'outside');
    symlinkSync(join(cwd, 'outside'), join(folder, 'user-data'));
    expect(said(() => writeFolder(folder, manifest, { 'main.tf.json': 'x' }))).toContain('out/user-data is no folder');
    expect(readFileSync(join(cwd, 'outside', 'a'), 'utf8')).toBe('outside');
  });

  it('is nothing where a folder in it does not let us', () => {
    writeFolder(folder, manifest, files);
    vi.mocked(accessSync).mockImplementation((path) => {
      if (path === join(folder, 'user-data')) throw denied('access', String(path));
    });
    expect(said(() => writeFolder(folder, manifest, next))).toBe('out/user-data cannot be written: this user may not');
    expect(compareFolder(folder, all)).toEqual([]);
  });

  it.each([
    ['a new file', 'documents/c'],
    ['a file of before', 'user-data/b'],
    ['the manifest', manifestName],
    ['a file that goes', 'user-data/a'],
  ])('puts back what was there where %s cannot take its place', async (_, last) => {
    const { renameSync: real } = await vi.importActual<typeof import('node:fs')>('node:fs');
    writeFolder(folder, manifest, files);
    rmSync(join(folder, 'main.tf.json'));
    symlinkSync('user-data/a', join(folder, 'main.tf.json'));
    vi.mocked(renameSync).mockImplementation((from, to) => {
      const draft = String(from).includes('.quilla-export-') && !String(from).includes('/old/');
      if (String(draft ? to : from) === join(folder, last) && !String(from).endsWith('/intent'))
        throw denied('rename', String(from));
      real(from, to);
    });
    expect(said(() => writeFolder(folder, manifest, next))).toBe(`out/${last} cannot be written: this user may not`);
    expect(lstatSync(join(folder, 'main.tf.json')).isSymbolicLink()).toBe(true);
    rmSync(join(folder, 'main.tf.json'));
    writeFileSync(join(folder, 'main.tf.json'), '{}\n');
    expect(compareFolder(folder, all)).toEqual([]);
    expect(readdirSync(folder, { recursive: true }).sort()).toEqual([...Object.keys(all), 'user-data'].sort());
  });

  it('leaves no folder behind that it made for nothing', () => {
    vi.mocked(renameSync).mockImplementation((from) => {
      throw denied('rename', String(from));
    });
    expect(said(() => writeFolder(folder, manifest, files))).toBe(
      `out/${manifestName} cannot be written: this user may not`,
    );
    expect(readdirSync(cwd)).toEqual([]);
  });

  /** The folder as a kill at this rename would leave it: nothing is put back. */
  async function killedAt(rename: number, texts: Readonly<Record<string, string>>): Promise<void> {
    const { renameSync: real, cpSync } = await vi.importActual<typeof import('node:fs')>('node:fs');
    let left = rename;
    vi.mocked(renameSync).mockImplementation((from, to) => {
      if (left === 0) {
        cpSync(folder, join(cwd, 'killed'), { recursive: true, verbatimSymlinks: true });
        left -= 1;
        throw denied('rename', String(from));
      }
      left -= 1;
      real(from, to);
    });
    expect(said(() => writeFolder(folder, manifest, texts))).not.toBe('taken');
    vi.mocked(renameSync).mockReset();
    rmSync(folder, { recursive: true, force: true });
    real(join(cwd, 'killed'), folder);
  }

  it.each([0, 1, 2, 3, 4])('killed at rename %i, a first export and a later one are done by the next', async (at) => {
    await killedAt(at, files);
    expect(why()).toBe('taken');
    writeFolder(folder, manifest, files);
    expect(compareFolder(folder, all)).toEqual([]);
    await killedAt(at, next);
    expect(why()).toBe('taken');
    writeFolder(folder, manifest, next);
    const now = { ...next, [manifestName]: manifestText(manifest, next) };
    expect(readdirSync(folder, { recursive: true }).sort()).toEqual(
      [...Object.keys(now), 'documents', 'user-data'].sort(),
    );
    expect(compareFolder(folder, now)).toEqual([]);
  });
});

describe('the spec as a command in the folder names it', () => {
  it('does not depend on where the export is run', () => {
    expect(fileFrom(folder, join(cwd, 'my cluster.yaml'))).toBe('../my cluster.yaml');
    expect(fileFrom(join(folder, 'a/b'), join(cwd, 'specs/x.yaml'))).toBe('../../../specs/x.yaml');
    expect(fileFrom(cwd, join(cwd, '-x.yaml'))).toBe('./-x.yaml');
  });

  it('goes up from where a link leads', () => {
    mkdirSync(join(cwd, 'far/away'), { recursive: true });
    symlinkSync(join(cwd, 'far/away'), folder);
    expect(fileFrom(folder, join(cwd, 'x.yaml'))).toBe('../../x.yaml');
  });
});

describe('a comparison', () => {
  it('names what is missing, changed and left over', () => {
    writeFolder(folder, manifest, files);
    writeFileSync(join(folder, 'user-data/a'), 'edited');
    rmSync(join(folder, 'user-data/b'));
    const now = { 'user-data/a': 'one\n', 'user-data/b': 'two\n', 'user-data/c': 'three\n' };
    expect(compareFolder(folder, now)).toEqual([
      { path: 'main.tf.json', state: 'left over' },
      { path: 'user-data/a', state: 'changed' },
      { path: 'user-data/b', state: 'missing' },
      { path: 'user-data/c', state: 'missing' },
    ]);
  });

  it('of a folder that does not exist finds all missing, and makes none', () => {
    expect(compareFolder(folder, files).map(({ state }) => state)).toEqual(['missing', 'missing', 'missing']);
    expect(existsSync(folder)).toBe(false);
  });
});
