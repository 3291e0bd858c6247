import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '../base/diagnostic.ts';
import { compareFolder, exportFolder, manifestName, manifestText, mustTake, writeFolder } from './export-folder.ts';

const manifest = { target: 'terraform', cluster: 'demo' };
const files = { 'main.tf.json': '{}\n', 'user-data/a': 'one\n', 'user-data/b': 'two\n' };
const all = { ...files, [manifestName]: manifestText(manifest, files) };

let cwd: string;
let folder: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'quilla-export-'));
  folder = join(cwd, 'out');
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const why = (name = 'out', of = manifest): string => {
  try {
    mustTake(exportFolder(cwd, name), of);
    return 'taken';
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.diagnostics.map(({ detail }) => detail).join();
  }
};

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
});

describe('a folder is refused', () => {
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
});

it.runIf(process.platform === 'linux')('a file system that takes no folder is a failure and no endless try', () => {
  expect(() => writeFolder('/proc/quilla/out', manifest, files)).toThrow(/ENOENT|EACCES|EPERM/);
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
