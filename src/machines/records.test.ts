import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Made, openRecords, readRecords, recordsFile } from './records.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'records-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const space: Made = { kind: 'namespace', name: 'q-1a2b-net' };
const loop: Made = { kind: 'loop', device: '/dev/loop3', file: '/x/volume' };
const place: Made = { kind: 'folder', path: '/x/roots' };

const boot = { bootId: 'this-boot' };

test('what was added is there for whoever opens the records next, oldest first', () => {
  const records = openRecords(folder, boot);
  for (const made of [space, loop, place]) records.add(made);
  records.forget(loop);
  expect(openRecords(folder, boot).all()).toEqual([space, place]);
  expect(readRecords(folder, boot)).toEqual([space, place]);
});

test('the same thing twice is one, and what is unknown is forgotten without a word', () => {
  const records = openRecords(folder, boot);
  records.add(space);
  records.add({ name: 'q-1a2b-net', kind: 'namespace' });
  records.forget(loop);
  expect(records.all()).toEqual([space]);
  records.forget(space);
  records.forget(space);
  expect(openRecords(folder, boot).all()).toEqual([]);
});

test('what was forgotten and added again is the newest', () => {
  const records = openRecords(folder, boot);
  for (const made of [space, loop]) records.add(made);
  records.forget(space);
  records.add(space);
  expect(openRecords(folder, boot).all()).toEqual([loop, space]);
});

test('opening and reading alone write nothing', () => {
  openRecords(join(folder, 'deeper'), boot);
  expect(readRecords(join(folder, 'not-there'), boot)).toEqual([]);
  expect(() => statSync(join(folder, 'deeper', recordsFile))).toThrow('ENOENT');
});

test('the journal is for its owner alone', () => {
  openRecords(folder, boot).add(space);
  expect(statSync(join(folder, recordsFile)).mode & 0o777).toBe(0o600);
});

test('after a reboot only folders are left', () => {
  const records = openRecords(folder, { bootId: 'first' });
  for (const made of [space, place, loop]) records.add(made);
  const next = openRecords(folder, { bootId: 'second' });
  expect(next.all()).toEqual([place]);
  next.add(space);
  expect(openRecords(folder, { bootId: 'second' }).all()).toEqual([place, space]);
  expect(openRecords(folder, { bootId: 'third' }).all()).toEqual([place]);
});

test('a line cut off at any byte takes nothing else with it', () => {
  const records = openRecords(folder, boot);
  records.add(space);
  const path = join(folder, recordsFile);
  const whole = statSync(path).size;
  records.add(loop);
  const all = readFileSync(path);
  for (let length = whole; length < all.length; length++) {
    truncateSync(path, length);
    expect(readRecords(folder, boot)).toEqual([space]);
    const again = openRecords(folder, boot);
    again.add(place);
    expect(openRecords(folder, boot).all()).toEqual([space, place]);
    expect(again.damage).toEqual([]);
    truncateSync(path, 0);
    appendFileSync(path, all);
  }
});

test.each([
  ['no JSON', 'x'],
  ['no object', '7'],
  ['an unknown kind', '{"add":{"kind":"planet","name":"x"}}'],
  ['a field that is missing', '{"add":{"kind":"process","pid":7}}'],
  ['a kind that every object has', '{"add":{"kind":"constructor"}}'],
])('a line that is %s is told with its number, and the others are kept', (_, line) => {
  openRecords(folder, boot).add(space);
  appendFileSync(join(folder, recordsFile), `${line}\n${JSON.stringify({ add: loop })}\n`);
  const records = openRecords(folder, boot);
  expect(records.all()).toEqual([space, loop]);
  expect(records.damage).toEqual([expect.stringContaining(`${recordsFile}, line 3 is no record`)]);
});

test('what a killed process recorded is there to the last line that it told of', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', writer(folder)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let told = -1;
  const ended = new Promise((done) => child.once('close', done));
  for await (const part of child.stdout) {
    told = Number(String(part).trim().split('\n').at(-1));
    if (told > 20) child.kill('SIGKILL');
  }
  await ended;
  const names = readRecords(folder).map((made) => (made.kind === 'namespace' ? made.name : ''));
  expect(told).toBeGreaterThan(20);
  expect(names.slice(0, told + 1)).toEqual(Array.from({ length: told + 1 }, (_, n) => `q-${n}`));
});

/** Adds without end and tells of each when it is on disk. */
const writer = (at: string): string => `
  const { openRecords } = await import(${JSON.stringify(import.meta.resolve('./records.ts'))});
  const records = openRecords(${JSON.stringify(at)});
  const { writeSync } = await import('node:fs');
  for (let n = 0; n < 100000; n++) {
    records.add({ kind: 'namespace', name: 'q-' + n });
    writeSync(1, n + '\\n');
  }
`;
