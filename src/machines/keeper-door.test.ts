import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { milliseconds } from '../base/duration.ts';
import { askKeeper, type KeeperAnswers, openDoor } from './keeper-door.ts';

let folder: string;
let socket: string;
let open: { close(): unknown } | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'door-'));
  socket = join(folder, 'keeper.sock');
});
afterEach(() => {
  open?.close();
  open = undefined;
  rmSync(folder, { recursive: true });
});

const told = { runId: '1a2b', endpoint: 'http://127.0.0.1:1', machines: [], problems: ['one'] };
const answers = (more: Partial<KeeperAnswers> = {}): KeeperAnswers => ({
  status: () => told,
  stop: async () => undefined,
  ...more,
});

test('tells whoever asks, and only its own user can', async () => {
  open = await openDoor(socket, answers());
  expect(await askKeeper(socket, 'status')).toEqual(told);
  expect(statSync(socket).mode & 0o777).toBe(0o600);
});

test('a stop is answered when all has ended', async () => {
  let ended = false;
  const stop = async () => {
    await new Promise((next) => setTimeout(next, 30));
    ended = true;
  };
  open = await openDoor(socket, answers({ stop }));
  await askKeeper(socket, 'stop');
  expect(ended).toBe(true);
});

test('what a keeper cannot do is said', async () => {
  open = await openDoor(socket, answers({ stop: () => Promise.reject(new Error('i-01 does not end')) }));
  await expect(askKeeper(socket, 'stop')).rejects.toThrow('the keeper could not: i-01 does not end');
  await expect(askKeeper(socket, 'dance' as 'status')).rejects.toThrow('does not know GET /dance');
});

test('takes the place of a socket that a killed keeper left', async () => {
  writeFileSync(socket, '');
  open = await openDoor(socket, answers());
  expect(await askKeeper(socket, 'status')).toEqual(told);
});

test('one that never answers is waited for no longer than told', async () => {
  const silent: Server = createServer(() => undefined);
  await new Promise<void>((done) => silent.listen(socket, done));
  open = silent;
  const asked = askKeeper(socket, 'status', milliseconds(50));
  await expect(asked).rejects.toThrow(`the keeper at ${socket} did not answer within 50ms`);
});

test('nobody behind the socket is an error at once', async () => {
  await expect(askKeeper(socket, 'status')).rejects.toThrow('ENOENT');
});
