import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { extract } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nodeFile, pinnedVersions } from '../../catalog/node-files.ts';
import { type StockFile, stockFiles } from './files.ts';
import { goBuilds } from './go-builds.ts';
import type { Programs } from './programs.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stock-files-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Each program is a file that holds its own name. */
async function standIns(): Promise<Programs> {
  const [paths, folders]: [Record<string, string>, Record<string, string>] = [{}, {}];
  for (const build of goBuilds('1.36.3')) {
    folders[build.name] = join(folder, 'programs', `${build.name}-0123456789abcdef`);
    await mkdir(folders[build.name]!, { recursive: true });
    for (const name of build.programs) {
      paths[name] = join(folders[build.name]!, name);
      await writeFile(paths[name], name, { mode: 0o755 });
    }
  }
  return { kubernetes: '1.36.3', paths, folders };
}

const filesIn = async (cache: string): Promise<readonly StockFile[]> =>
  stockFiles({ programs: await standIns(), cache: join(folder, cache), architecture: 'amd64' });

const fileOf = (files: readonly StockFile[], program: string): StockFile =>
  files.find((file) => file.program === program)!;

async function inArchive({ path }: StockFile): Promise<readonly string[]> {
  const entries = extract();
  entries.end(gunzipSync(await readFile(path)));
  const lines: string[] = [];
  for await (const entry of entries) {
    const parts: Buffer[] = [];
    for await (const part of entry) parts.push(part as Buffer);
    const { name, mode, mtime } = entry.header;
    lines.push(`${name} ${mode?.toString(8)} ${mtime?.getTime()} ${Buffer.concat(parts)}`.trim());
  }
  return lines;
}

describe('files as publishers pack them', () => {
  test('each lies where the catalog says, with its digest', async () => {
    const files = await filesIn('cache');
    const versions = { ...pinnedVersions, kubelet: '1.36.3', kubeadm: '1.36.3', kubectl: '1.36.3' };
    expect(Object.fromEntries(files.map(({ program, version }) => [program, version]))).toEqual(versions);
    for (const { program, version, place, path, sha256 } of files) {
      expect(`https://${place}`).toBe(nodeFile(program, version, 'amd64').url);
      expect(
        createHash('sha256')
          .update(await readFile(path))
          .digest('hex'),
      ).toBe(sha256);
    }
  });

  test.each([
    [
      'containerd',
      ['bin 755 0', ...['containerd', 'containerd-shim-runc-v2', 'ctr'].map((n) => `bin/${n} 755 0 ${n}`)],
    ],
    ['crictl', ['crictl 755 0 crictl']],
    ['helm', ['linux-amd64 755 0', 'linux-amd64/helm 755 0 helm']],
  ])('the archive of %s', async (program, expected) =>
    expect((await inArchive(fileOf(await filesIn('cache'), program))).map((line) => line.replace('/ ', ' '))).toEqual(
      expected,
    ),
  );

  test('the plugins lie at the top of their archive, sorted', async () => {
    const lines = await inArchive(fileOf(await filesIn('cache'), 'cni-plugins'));
    expect(lines).toContain('bridge 755 0 bridge');
    expect(lines).toEqual([...lines].sort());
  });

  test('kubelet, kubeadm and kubectl are one file on disk', async () => {
    const files = await filesIn('cache');
    const nodes = await Promise.all(
      ['kubelet', 'kubeadm', 'kubectl'].map(async (program) => (await stat(fileOf(files, program).path)).ino),
    );
    expect(new Set(nodes).size).toBe(1);
  });

  test('two makings give the same bytes, and the second run packs nothing', async () => {
    const [one, other] = [await filesIn('one'), await filesIn('other')];
    expect(one.map(({ sha256 }) => sha256)).toEqual(other.map(({ sha256 }) => sha256));
    const archive = fileOf(one, 'containerd').path;
    const { mtimeMs } = await stat(archive);
    await filesIn('one');
    expect((await stat(archive)).mtimeMs).toBe(mtimeMs);
  });

  test('a program that was not built is told, and nothing is left half', async () => {
    const { paths, ...programs } = await standIns();
    const { runc: _, ...without } = paths;
    const cache = join(folder, 'cache');
    await expect(stockFiles({ programs: { ...programs, paths: without }, cache })).rejects.toThrow(
      'the program runc was not built',
    );
    expect(existsSync(join(cache, 'machines/files', 'kubernetes-1.36.3'))).toBe(false);
  });
});
