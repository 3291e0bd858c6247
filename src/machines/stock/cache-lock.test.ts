import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { milliseconds } from '../../base/duration.ts';
import { processStart } from '../process-start.ts';
import { isStale, withLock } from './cache-lock.ts';

let folder: string;
let lock: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cache-lock-'));
  lock = join(folder, 'a.lock');
});
afterEach(() => rm(folder, { recursive: true }));

const starts = (pid: number): string | undefined => ({ 7: '100' })[pid];
const quick = { every: milliseconds(5), limit: milliseconds(50) };
const own = `${process.pid} ${processStart(process.pid)}\n`;

describe('a lock of the cache', () => {
  test.each([
    ['of a process that runs', '7 100\n', false],
    ['of one that has ended', '8 100\n', true],
    ['of one whose number came again', '7 99\n', true],
    ['that was cut off while it was written', '7', true],
    ['that is empty', '', true],
  ])('%s', (_, text, expected) => expect(isStale(text, starts)).toBe(expected));

  test('has process and start of the one who holds it, and goes with the task', async () => {
    expect(await withLock(lock, quick, () => readFile(lock, 'utf8'))).toBe(own);
    expect(existsSync(lock)).toBe(false);
  });

  test('goes with a task that fails', async () => {
    const failing = withLock(lock, quick, () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    expect(existsSync(lock)).toBe(false);
  });

  test('is broken where its process has ended', async () => {
    await writeFile(lock, '4194999 1\n');
    expect(await withLock(lock, quick, async () => 'done')).toBe('done');
  });

  test('is waited for: two tasks never run at once', async () => {
    const seen: string[] = [];
    const task = (name: string) => () =>
      new Promise<void>((resolve) => {
        seen.push(`${name} begins`);
        setTimeout(() => resolve(void seen.push(`${name} ends`)), 15);
      });
    const patient = { ...quick, limit: milliseconds(5000) };
    await Promise.all([withLock(lock, patient, task('a')), withLock(lock, patient, task('b'))]);
    const [first, second] = seen[0] === 'a begins' ? ['a', 'b'] : ['b', 'a'];
    expect(seen).toEqual([`${first} begins`, `${first} ends`, `${second} begins`, `${second} ends`]);
  });

  test('that is held too long is told with its process, and left', async () => {
    await writeFile(lock, own);
    const waited: number[] = [];
    const options = { ...quick, onWait: (pid: number) => void waited.push(pid) };
    await expect(withLock(lock, options, async () => 'done')).rejects.toThrow(`process ${process.pid} has held it`);
    expect(waited).toEqual([process.pid]);
    expect(await readFile(lock, 'utf8')).toBe(own);
  });
});
