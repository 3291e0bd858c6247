import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MachinesError } from './machines-error.ts';
import {
  becomeKeeper,
  freeRunId,
  keeperPid,
  readFacts,
  runFolder,
  runNames,
  runState,
  writeWhole,
} from './run-folder.ts';

let runs: string;
beforeEach(() => {
  runs = mkdtempSync(join(tmpdir(), 'runs-'));
});
afterEach(() => rmSync(runs, { recursive: true }));

test.each(['', '.', '..', '../x', 'a/b', 'A', 'ä', '-a', 'a-', 'a b', 'x'.repeat(33)])(
  '%j is no name of a run',
  (name) => {
    expect(() => runFolder(name, runs)).toThrow(MachinesError);
  },
);

test.each(['a', 'default', 'trial-2', 'x'.repeat(32)])(
  '%j is one, and its socket fits into the address of one',
  (name) => {
    expect(runFolder(name).path).toMatch(/\/[a-z0-9-]+$/);
    expect(runFolder(name).socket.length).toBeLessThan(108);
  },
);

test('a run is none before its folder holds something, lives with its keeper, and is killed without', () => {
  const folder = runFolder('one', runs);
  expect(runState(folder)).toBe('none');
  mkdirSync(folder.path);
  expect(runState(folder)).toBe('none');
  becomeKeeper(folder);
  expect(runState(folder)).toBe('lives');
  expect(keeperPid(folder)).toBe(process.pid);
  expect(runNames(runs)).toEqual(['one']);
  // A process of the same id that began at another time.
  writeWhole(folder.keeper, JSON.stringify({ pid: process.pid, start: '1' }));
  expect(runState(folder)).toBe('killed');
});

test.each(['', '{', '[]', 'null', '{"pid":"7","start":"1"}', '{"pid":1}'])('a keeper file of %j is none', (text) => {
  const folder = runFolder('one', runs);
  mkdirSync(folder.path);
  writeFileSync(folder.keeper, text);
  expect(runState(folder)).toBe('killed');
});

test.each(['', 'null', '{"runId":"../x"}', '{"runId":"abc"}', '{}'])('facts of %j are none', (text) => {
  const folder = runFolder('one', runs);
  mkdirSync(folder.path);
  writeFileSync(folder.facts, text);
  expect(readFacts(folder)).toBeUndefined();
});

test('an id is one that no run and no namespace has', () => {
  const drawn = ['1a2b', '3c4d', '5e6f'];
  expect(freeRunId(['1a2b', 'q-3c4d-net', 'other'], () => drawn.shift()!)).toBe('5e6f');
  expect(() => freeRunId(['1a2b'], () => '1a2b')).toThrow('no id of a run is free');
  expect(freeRunId([])).toMatch(/^[0-9a-f]{4}$/);
});
