import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { minutes, seconds } from '../../base/duration.ts';
import { run } from '../run.ts';
import { eventually } from './trial.ts';

/** A member of etcd on this host's loopback, on what a snapshot holds. */
export interface RestoredEtcd {
  /** Of the snapshot, by etcdutl: `revision`, `totalKey`, `hash`, `version`. */
  readonly status: { readonly revision: number; readonly totalKey: number };
  /** What it serves under a key, as raw bytes; undefined where it has none. */
  get(key: string): Promise<Buffer | undefined>;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const ended = (child: ChildProcess): Promise<void> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once('exit', () => resolve()));

/** Restores a snapshot with etcd's own tools, which `program` is by the names that it is called by, and serves it. */
export async function restoreEtcd(snapshot: Uint8Array, program: string): Promise<RestoredEtcd> {
  const folder = mkdtempSync(join(tmpdir(), 'quilla-restored-'));
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  for (const name of ['etcd', 'etcdctl', 'etcdutl']) symlinkSync(program, join(bin, name));
  const [file, data] = [join(folder, 'snapshot.db'), join(folder, 'data')];
  writeFileSync(file, snapshot);
  const [client, peer] = [`http://127.0.0.1:${await freePort()}`, `http://127.0.0.1:${await freePort()}`];
  const member = ['--name=restored', `--initial-cluster=restored=${peer}`, `--initial-advertise-peer-urls=${peer}`];
  const tool = (name: string, args: readonly string[]): Promise<string> =>
    run(join(bin, name), args, { timeout: minutes(2) });
  const status = JSON.parse(await tool('etcdutl', ['snapshot', 'status', '-w', 'json', file]));
  await tool('etcdutl', ['snapshot', 'restore', file, `--data-dir=${data}`, ...member]);
  const log = join(folder, 'etcd.log');
  const output = openSync(log, 'a');
  const addresses = [
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
  ];
  const flags = [`--data-dir=${data}`, '--unsafe-no-fsync', '--log-level=warn', ...addresses, ...member];
  const child = spawn(join(bin, 'etcd'), flags, { stdio: ['ignore', output, output] });
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await eventually(
      'the restored member is healthy',
      async () => {
        if (child.exitCode !== null) throw new Error(readFileSync(log, 'utf8').slice(-500));
        return (await tool('etcdctl', [`--endpoints=${client}`, 'endpoint', 'health'])) && true;
      },
      seconds(60),
    );
  } catch (error) {
    await stop();
    throw error;
  }
  const get = async (key: string): Promise<Buffer | undefined> => {
    const { kvs = [] } = JSON.parse(await tool('etcdctl', [`--endpoints=${client}`, 'get', key, '-w', 'json']));
    return kvs[0] === undefined ? undefined : Buffer.from(kvs[0].value, 'base64');
  };
  return { status, get, stop };
}
