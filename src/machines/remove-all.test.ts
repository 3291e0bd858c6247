import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { milliseconds } from '../base/duration.ts';
import { madeProcess } from './process-start.ts';
import { type Hands, type Made, openRecords, removeAll } from './records.ts';

let top: string;
let folder: string;
let calls: string[];
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'remove-'));
  folder = join(top, 'run');
  calls = [];
  write('proc/self/mountinfo', '1 0 0:1 / / rw - ext4 /dev/root rw\n');
  mkdirSync(join(top, 'cgroups'));
  mkdirSync(join(top, 'netns'));
});
afterEach(() => rmSync(top, { recursive: true }));

/** A host whose kernel is a few files: what root is needed for is done to them. */
const hands = (more: Partial<Hands> = {}): Partial<Hands> => ({
  run: async (command, args) => {
    calls.push([command, ...args].join(' '));
    const last = args.at(-1)!;
    if (command === 'ip' && args[1] === 'delete') rmSync(join(top, 'netns', last));
    if (command === 'losetup') rmSync(join(top, 'blocks', last.replace('/dev/', '')), { recursive: true });
    if (command === 'umount') unmount(last);
    return '';
  },
  proc: join(top, 'proc'),
  cgroups: join(top, 'cgroups'),
  namespaces: join(top, 'netns'),
  blocks: join(top, 'blocks'),
  patience: milliseconds(50),
  ...more,
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(top, path)), { recursive: true });
  writeFileSync(join(top, path), text);
}

function mount(path: string): void {
  const before = readFileSync(join(top, 'proc/self/mountinfo'), 'utf8');
  write('proc/self/mountinfo', `${before}9 1 0:9 / ${path.replaceAll(' ', '\\040')} rw - tmpfs tmpfs rw\n`);
}

function unmount(path: string): void {
  const lines = readFileSync(join(top, 'proc/self/mountinfo'), 'utf8').split('\n');
  const at = lines.findLastIndex((line) => line.split(' ')[4] === path.replaceAll(' ', '\\040'));
  write('proc/self/mountinfo', lines.toSpliced(at, 1).join('\n'));
}

function recorded(...things: Made[]) {
  const records = openRecords(folder);
  for (const made of things) records.add(made);
  return records;
}

test('removes the newest first, forgets it, and has nothing to do the second time', async () => {
  write('netns/q-1', '');
  write('netns/q-2', '');
  const records = recorded({ kind: 'namespace', name: 'q-1' }, { kind: 'namespace', name: 'q-2' });
  expect(await removeAll(records, hands())).toEqual([]);
  expect(calls.filter((call) => call.includes('delete'))).toEqual(['ip netns delete q-2', 'ip netns delete q-1']);
  expect(openRecords(folder).all()).toEqual([]);
  calls = [];
  expect(await removeAll(openRecords(folder), hands())).toEqual([]);
  expect(calls).toEqual([]);
});

test('what never came to be is forgotten without a call', async () => {
  const records = recorded(
    { kind: 'namespace', name: 'q-1' },
    { kind: 'loop', device: '', file: join(folder, 'volume') },
    { kind: 'cgroup', path: join(top, 'cgroups/memory/q-1') },
    { kind: 'mount', path: join(folder, 'mnt') },
    { kind: 'folder', path: join(folder, 'roots') },
    { kind: 'process', pid: 2 ** 22 + 1, start: '7' },
  );
  mkdirSync(join(top, 'cgroups/memory'));
  expect(await removeAll(records, hands())).toEqual([]);
  expect(calls).toEqual([]);
  expect(records.all()).toEqual([]);
});

test('a process ends if it began when recorded, and another of its id does not', async () => {
  const [ours, other] = [sleeper(), sleeper()];
  const made = madeProcess(ours.pid!)!;
  const reused: Made = { ...madeProcess(other.pid!)!, start: '1' };
  expect(await removeAll(recorded(made, reused), { ...hands(), proc: '/proc', patience: milliseconds(5000) })).toEqual(
    [],
  );
  await ours.ended;
  expect(other.signalCode).toBeNull();
  expect(madeProcess(other.pid!)).toBeDefined();
  other.kill('SIGKILL');
  await other.ended;
  expect(madeProcess(other.pid!)).toBeUndefined();
});

test('a process that does not end is said and stays recorded', async () => {
  const child = sleeper();
  const made = madeProcess(child.pid!)!;
  const records = recorded(made);
  const failed = await removeAll(records, { ...hands(), proc: '/proc', kill: () => undefined });
  expect(failed).toEqual([`process ${child.pid}: it did not end within 50ms`]);
  expect(records.all()).toEqual([made]);
  child.kill('SIGKILL');
  await child.ended;
});

test('a loop device goes only while our file lies behind it', async () => {
  const file = join(folder, 'volume');
  write('blocks/loop0/loop/backing_file', `${file}\n`);
  write('blocks/loop1/loop/backing_file', '/home/someone/disk\n');
  write('blocks/loop2/loop/backing_file', `${file} (deleted)\n`);
  write('blocks/sda/size', '1');
  expect(await removeAll(recorded({ kind: 'loop', device: '/dev/loop1', file }), hands())).toEqual([]);
  expect(calls.toSorted()).toEqual(['losetup --detach /dev/loop0', 'losetup --detach /dev/loop2']);
});

test('a tree of control groups goes leaves first', async () => {
  const path = join(top, 'cgroups/memory/q-1');
  mkdirSync(join(path, 'system.slice/kubelet'), { recursive: true });
  expect(await removeAll(recorded({ kind: 'cgroup', path }), hands())).toEqual([]);
  expect(existsSync(path)).toBe(false);
  expect(existsSync(dirname(path))).toBe(true);
});

test.each(['', '/memory/../..', '/../run'])(
  'a control group outside of the hierarchies (%j) is left alone',
  async (rest) => {
    const path = `${join(top, 'cgroups')}${rest}`;
    mkdirSync(join(top, 'cgroups/memory'), { recursive: true });
    mkdirSync(folder, { recursive: true });
    const failed = await removeAll(recorded({ kind: 'cgroup', path }), hands());
    expect(failed).toEqual([expect.stringContaining('left alone')]);
    expect(existsSync(join(top, 'cgroups/memory'))).toBe(true);
  },
);

test('a mount goes as often as it is there, and none other', async () => {
  const path = join(folder, 'a b');
  for (const mounted of [path, join(folder, 'a'), path]) mount(mounted);
  expect(await removeAll(recorded({ kind: 'mount', path }), hands())).toEqual([]);
  expect(calls).toEqual([`umount --lazy ${path}`, `umount --lazy ${path}`]);
});

test('what is mounted below a folder is not deleted with it', async () => {
  write('run/roots/a/mnt/precious', '');
  mount(join(folder, 'roots/a/mnt'));
  const records = recorded({ kind: 'folder', path: join(folder, 'roots') });
  const stuck = hands({ run: () => Promise.reject(new Error('umount: not permitted')) });
  expect(await removeAll(records, stuck)).toEqual([`folder ${join(folder, 'roots')}: umount: not permitted`]);
  expect(existsSync(join(folder, 'roots/a/mnt/precious'))).toBe(true);
  expect(await removeAll(records, hands())).toEqual([]);
  expect(existsSync(join(folder, 'roots'))).toBe(false);
  expect(existsSync(folder)).toBe(true);
});

test.each(['..', '../other', '../run', '.', 'link/inside'])(
  'a folder outside of the run (%s) is left alone',
  async (path) => {
    write('other/inside/precious', '');
    mkdirSync(folder, { recursive: true });
    symlinkSync(join(top, 'other'), join(folder, 'link'));
    const failed = await removeAll(recorded({ kind: 'folder', path: `${folder}/${path}` }), hands());
    expect(failed).toEqual([expect.stringContaining('left alone')]);
    expect(existsSync(join(top, 'other/inside/precious'))).toBe(true);
    expect(existsSync(folder)).toBe(true);
  },
);

test('a link in place of a folder goes, and not what it shows', async () => {
  write('other/precious', '');
  mkdirSync(folder, { recursive: true });
  symlinkSync(join(top, 'other'), join(folder, 'link'));
  expect(await removeAll(recorded({ kind: 'folder', path: join(folder, 'link') }), hands())).toEqual([]);
  expect(existsSync(join(folder, 'link'))).toBe(false);
  expect(existsSync(join(top, 'other/precious'))).toBe(true);
});

test('what cannot be removed does not keep the others, and is tried again once something else went', async () => {
  write('netns/q-1', '');
  write('netns/q-2', '');
  const records = recorded({ kind: 'namespace', name: 'q-1' }, { kind: 'namespace', name: 'q-2' });
  // q-2 is held by q-1.
  const { run } = hands() as Hands;
  const held: Hands['run'] = (command, args) =>
    args[1] === 'delete' && args[2] === 'q-2' && existsSync(join(top, 'netns/q-1'))
      ? Promise.reject(new Error('busy'))
      : run(command, args);
  expect(await removeAll(records, hands({ run: held }))).toEqual([]);
  expect(records.all()).toEqual([]);
});

test('says in words what is left, and keeps it', async () => {
  write('netns/q-1', '');
  write('netns/q-2', '');
  const records = recorded({ kind: 'namespace', name: 'q-1' }, { kind: 'namespace', name: 'q-2' });
  const { run } = hands() as Hands;
  const held: Hands['run'] = (command, args) =>
    args[2] === 'q-2' && args[1] === 'delete' ? Promise.reject(new Error('busy')) : run(command, args);
  expect(await removeAll(records, hands({ run: held }))).toEqual(['namespace q-2: busy']);
  expect(openRecords(folder).all()).toEqual([{ kind: 'namespace', name: 'q-2' }]);
});

function sleeper() {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  return Object.assign(child, { ended: new Promise((done) => child.once('close', done)) });
}
