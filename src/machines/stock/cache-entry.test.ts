import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cached } from './cache-entry.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cache-entry-'));
});
afterEach(() => rm(folder, { recursive: true }));

const [first, second] = ['a'.repeat(64), 'b'.repeat(64)];
const putting = (text: string) => (place: string) => writeFile(join(place, 'it'), text);

describe('an entry of the cache', () => {
  test('is made once for the same inputs', async () => {
    const place = await cached({ folder, name: 'x', key: first }, putting('once'));
    expect(await cached({ folder, name: 'x', key: first }, putting('again'))).toBe(place);
    expect(await readFile(join(place, 'it'), 'utf8')).toBe('once');
  });

  test('is made once by two at the same time', async () => {
    let made = 0;
    const make = async (place: string): Promise<void> => {
      made += 1;
      await putting('it')(place);
    };
    const entry = { folder, name: 'x', key: first };
    const [one, other] = await Promise.all([cached(entry, make), cached(entry, make)]);
    expect([made, one]).toEqual([1, other]);
  });

  test('of other inputs is another, and the old one stays while it is used', async () => {
    const old = await cached({ folder, name: 'x', key: first }, putting('old'));
    await cached({ folder, name: 'x', key: second }, putting('new'));
    expect(existsSync(old)).toBe(true);
  });

  test('that failed leaves nothing', async () => {
    const half = cached({ folder, name: 'x', key: first }, async (place) => {
      await putting('half')(place);
      throw new Error('no network');
    });
    await expect(half).rejects.toThrow('no network');
    expect(await readdir(folder)).toEqual([]);
  });

  test('that nobody used for two weeks goes with the next one of its name, and what was left half too', async () => {
    const longAgo = new Date(Date.now() - 15 * 24 * 3_600_000);
    const old = ['x-aaaaaaaaaaaaaaaa', 'x-cccccccccccccccc.new-00000000', 'x-y-aaaaaaaaaaaaaaaa'];
    for (const name of old) {
      await mkdir(join(folder, name));
      await utimes(join(folder, name), longAgo, longAgo);
    }
    await cached({ folder, name: 'x', key: second }, putting('new'));
    expect((await readdir(folder)).sort()).toEqual(['x-bbbbbbbbbbbbbbbb', 'x-y-aaaaaaaaaaaaaaaa']);
  });
});
