import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { extract } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ArchiveEntry, archive } from './oci-layer.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quilla-layer-'));
  await writeFile(join(folder, 'program'), 'x'.repeat(200_000));
});
afterAll(() => rm(folder, { recursive: true }));

const entries = (): readonly ArchiveEntry[] => [
  { path: 'usr/local/bin/kubectl', link: 'kube' },
  { path: 'usr/local/bin/kube', file: join(folder, 'program') },
  { path: 'etc/passwd', text: 'root:x:0:0::/:\n' },
  { path: 'tmp', folder: true, mode: 0o1777 },
];

/** `drwxr-xr-x`-like lines: type, mode, path, size or target. */
async function listing(of: readonly ArchiveEntry[]): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const entry of archive(of).pipe(extract())) {
    const { type, mode, name, linkname, mtime, uid } = entry.header;
    const content = await text(entry);
    lines.push(`${type} ${mode?.toString(8)} ${name} ${linkname ?? content.length} ${mtime?.getTime()} ${uid}`);
  }
  return lines;
}

describe('a layer', () => {
  test('has its entries and their folders in order, of root and without a time', async () => {
    expect(await listing(entries())).toEqual([
      'directory 755 etc 0 0 0',
      'file 644 etc/passwd 15 0 0',
      'directory 1777 tmp 0 0 0',
      'directory 755 usr 0 0 0',
      'directory 755 usr/local 0 0 0',
      'directory 755 usr/local/bin 0 0 0',
      'file 755 usr/local/bin/kube 200000 0 0',
      'symlink 777 usr/local/bin/kubectl kube 0 0',
    ]);
  });

  test('is the same whatever the order of its entries, and when its files were written again', async () => {
    const first = await buffer(archive(entries()));
    await writeFile(join(folder, 'program'), 'x'.repeat(200_000));
    expect(await buffer(archive([...entries()].reverse()))).toEqual(first);
  });

  test('fails where a file is not there', async () => {
    await expect(buffer(archive([{ path: 'a', file: join(folder, 'none') }]))).rejects.toThrow(/ENOENT.*none/);
  });
});
