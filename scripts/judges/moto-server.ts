import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Moto {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** What pip installs. Others may do as well, and the judges say which they met. */
export const motoPackages = 'moto[server]==5.2.1 boto3==1.43.11';

const folder = 'test/moto';

/** Runs a program of test/moto to its end. */
export function python(args: readonly string[], env: NodeJS.ProcessEnv = process.env, input?: string) {
  return spawnSync('python3', args, {
    encoding: 'utf8',
    env: { ...env, PYTHONDONTWRITEBYTECODE: '1' },
    maxBuffer: 1 << 30,
    ...(input === undefined ? {} : { input }),
  });
}

/** Versions of Python, moto and botocore, or why there is no moto here. */
export function motoVersions(): { readonly versions: string } | { readonly missing: string } {
  const asked =
    'import platform, moto, moto.server, botocore, boto3; print(f"moto {moto.__version__}, botocore {botocore.__version__}, Python {platform.python_version()}")';
  const { status, stdout, error } = python(['-c', asked]);
  if (error !== undefined) return { missing: 'there is no python3' };
  if (status !== 0) return { missing: `python3 has no moto: pip install '${motoPackages.split(' ').join("' '")}'` };
  return { versions: stdout.trim() };
}

/** Ids of what test/moto mends. */
export function mendIds(): readonly string[] {
  const { status, stdout, stderr } = python([`${folder}/server.py`, '--mends']);
  if (status !== 0) throw new Error(`test/moto/server.py: ${stderr}`);
  return JSON.parse(stdout) as string[];
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const isUp = (endpoint: string): Promise<boolean> =>
  fetch(`${endpoint}/moto-api/`).then(
    () => true,
    () => false,
  );

/** Until moto has loaded its data, milliseconds. */
const patience = 120_000;

async function untilUp(endpoint: string, server: ChildProcess, errors: () => string): Promise<void> {
  const deadline = Date.now() + patience;
  while (!(await isUp(endpoint))) {
    if (server.exitCode !== null) throw new Error(`moto did not start: ${errors()}`);
    if (Date.now() > deadline) throw new Error(`moto did not answer within ${patience / 1000} s: ${errors()}`);
    await sleep(200);
  }
}

/** Starts moto with its faults mended on a free port of loopback. */
export async function startMoto(): Promise<Moto> {
  const endpoint = `http://127.0.0.1:${await freePort()}`;
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
  const server = spawn('python3', [`${folder}/server.py`, new URL(endpoint).port], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  server.stderr.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-4000);
  });
  await untilUp(endpoint, server, () => errors);
  return {
    endpoint,
    stop: async () => {
      if (server.exitCode !== null) return;
      server.kill();
      await once(server, 'exit');
    },
  };
}
