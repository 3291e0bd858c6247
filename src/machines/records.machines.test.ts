import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { madeProcess, processStart } from './process-start.ts';
import { openRecords, type Records, removeAll } from './records.ts';
import { run } from './run.ts';
import { freeRunId } from './run-folder.ts';

let folder: string;
let id: string;
let records: Records;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'q-records-'));
  id = `q-${freeRunId([])}`;
  records = openRecords(folder);
});
afterEach(async () => {
  expect(await removeAll(records)).toEqual([]);
  rmSync(folder, { recursive: true });
});

const mounted = (path: string): boolean => readFileSync('/proc/self/mountinfo', 'utf8').includes(` ${path} `);
const namespaces = (): Promise<string> => run('ip', ['netns', 'list']);

async function namespace(name: string): Promise<void> {
  records.add({ kind: 'namespace', name });
  await run('ip', ['netns', 'add', name]);
}

function sleeper(command: readonly string[] = []) {
  const [program = '', ...args] = [...command, 'sleep', '600'];
  const child = spawn(program, args, { stdio: 'ignore' });
  return Object.assign(child, { ended: new Promise((done) => child.once('close', done)) });
}

async function volume(): Promise<{ file: string; device: string }> {
  const file = join(folder, 'volume');
  writeFileSync(file, '');
  truncateSync(file, 4 * 2 ** 20);
  records.add({ kind: 'loop', device: '', file });
  const device = (await run('losetup', ['--find', '--show', file])).trim();
  return { file, device };
}

test('all that a killed run left is gone, and what is not its own stays', async () => {
  await namespace(id);
  await run('ip', ['netns', 'add', `${id}-other`]);
  try {
    const { file, device } = await volume();
    await run('mkfs.ext4', ['-q', device]);
    const place = join(folder, 'roots', 'a');
    records.add({ kind: 'folder', path: join(folder, 'roots') });
    mkdirSync(place, { recursive: true });
    records.add({ kind: 'mount', path: place });
    await run('mount', [device, place]);
    writeFileSync(join(place, 'data'), 'x');
    const inside = sleeper(['ip', 'netns', 'exec', id]);
    records.add(madeProcess(inside.pid!)!);
    // As after a kill: whoever comes later has nothing but the journal.
    records = openRecords(folder);
    expect(await removeAll(records)).toEqual([]);
    await inside.ended;
    expect((await namespaces()).split(/\s+/).filter((name) => name.startsWith(id))).toEqual([`${id}-other`]);
    expect(await run('losetup', ['--associated', file])).toBe('');
    expect([mounted(place), existsSync(place)]).toEqual([false, false]);
    expect(records.all()).toEqual([]);
    expect(await removeAll(openRecords(folder))).toEqual([]);
  } finally {
    await run('ip', ['netns', 'delete', `${id}-other`]);
  }
});

test('what runs in a namespace without being recorded ends with it', async () => {
  await namespace(id);
  const stray = sleeper(['ip', 'netns', 'exec', id]);
  while (!(await run('ip', ['netns', 'pids', id])).includes(String(stray.pid)))
    await new Promise((next) => setTimeout(next, 10));
  expect(await removeAll(records)).toEqual([]);
  await stray.ended;
  expect(stray.signalCode).toBe('SIGKILL');
});

test('a mount below a folder of ours that nobody recorded is taken off, not deleted', async () => {
  const [outside, place] = [join(folder, 'outside'), join(folder, 'roots', 'deep')];
  mkdirSync(outside);
  writeFileSync(join(outside, 'precious'), 'x');
  records.add({ kind: 'folder', path: join(folder, 'roots') });
  mkdirSync(place, { recursive: true });
  await run('mount', ['--bind', outside, place]);
  expect(await removeAll(records)).toEqual([]);
  expect([existsSync(place), existsSync(join(outside, 'precious'))]).toEqual([false, true]);
});

test('a loop device that is mounted elsewhere is let go by force of its order', async () => {
  const { device } = await volume();
  await run('mkfs.ext4', ['-q', device]);
  const place = join(folder, 'mnt');
  mkdirSync(place);
  await run('mount', [device, place]);
  // The mount was made before it was recorded: the first round cannot free the device for good.
  records.add({ kind: 'mount', path: place });
  expect(await removeAll(records)).toEqual([]);
  expect(mounted(place)).toBe(false);
});

test('a tree of control groups goes with all that runs in it', async () => {
  const top = existsSync('/sys/fs/cgroup/cgroup.controllers') ? '/sys/fs/cgroup' : '/sys/fs/cgroup/pids';
  const path = join(top, id);
  records.add({ kind: 'cgroup', path });
  mkdirSync(join(path, 'system.slice', 'kubelet'), { recursive: true });
  const child = sleeper();
  writeFileSync(join(path, 'system.slice', 'kubelet', 'cgroup.procs'), String(child.pid));
  expect(await removeAll(records)).toEqual([]);
  await child.ended;
  expect(existsSync(path)).toBe(false);
});

test('a process that is not what was recorded is left alone', async () => {
  const child = sleeper();
  records.add({ ...madeProcess(child.pid!)!, start: '1' });
  expect(await removeAll(records)).toEqual([]);
  expect(processStart(child.pid!)).toBeDefined();
  child.kill('SIGKILL');
  await child.ended;
});
