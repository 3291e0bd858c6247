import { execFile, execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { BootConfig } from '../../model/bootstrap/self-managed/boot-config.ts';
import { seatScript, workerScript } from '../../model/bootstrap/self-managed/boot-scripts.ts';
import { standIns } from './stand-ins.ts';

/** How often a machine tries again what others keep it from. */
export const tries = 3;

export const unzipped = (base64: string): string => gunzipSync(Buffer.from(base64, 'base64')).toString();

/** User data as `multipart` writes it. */
export const userDataOf = (config: BootConfig): string =>
  [
    'Content-Type: multipart/mixed; boundary="edge"',
    'MIME-Version: 1.0',
    '',
    '--edge',
    'Content-Type: text/x-shellscript; charset="us-ascii"',
    '',
    '#!/bin/bash',
    '--edge',
    'Content-Transfer-Encoding: 7bit',
    'Content-Type: application/vnd.quilla.boot+json',
    '',
    JSON.stringify(config),
    '--edge--',
    '',
  ].join('\n');

export interface Ran {
  readonly code: number;
  readonly output: string;
}

/** Behind the launchers of version managers, which take longer than the program. */
const python = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();

/** A folder that is the root of a machine, with the boot script and programs that only note their calls. */
export async function newMachine(config: BootConfig, env: Readonly<Record<string, string>>) {
  const root = await mkdtemp(join(tmpdir(), 'quilla-boot-'));
  const path = (name: string): string => join(root, name);
  const write = async (name: string, text: string): Promise<void> => {
    await mkdir(dirname(path(name)), { recursive: true });
    await writeFile(path(name), text);
    if (name.startsWith('programs/')) await chmod(path(name), 0o755);
  };
  for (const [name, text] of Object.entries(standIns)) {
    await write(`programs/${name}`, `#!/bin/bash\necho "${name} $*" >> "$QUILLA_ROOT/calls"\n${text}\n`);
  }
  await symlink(python, path('programs/python3'));
  await write('calls', '');
  await write('script', unzipped(config.role === 'seat' ? seatScript : workerScript));
  await write('var/lib/cloud/instance/user-data.txt', userDataOf(config));

  const run = (...args: readonly string[]): Promise<Ran> =>
    new Promise((resolve) => {
      const own = {
        ...process.env,
        PATH: `${path('programs')}:${process.env.PATH}`,
        QUILLA_ROOT: root,
        QUILLA_PAUSE: '0.05',
        QUILLA_TRIES: String(tries),
        ...env,
      };
      execFile('bash', [path('script'), ...args], { env: own }, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr });
      });
    });
  return {
    root,
    path,
    write,
    run,
    /** Runs one step, after those that any step needs. */
    step: (name: string): Promise<Ran> => run('run', '--only', name),
    read: (name: string): Promise<string> => readFile(path(name), 'utf8'),
    json: async (name: string) => JSON.parse(await readFile(path(name), 'utf8')),
    mode: async (name: string): Promise<string> => ((await stat(path(name))).mode & 0o777).toString(8),
    calls: async (): Promise<readonly string[]> => (await readFile(path('calls'), 'utf8')).split('\n').filter(Boolean),
    remove: (): Promise<void> => rm(root, { recursive: true, force: true }),
  };
}

export type Machine = Awaited<ReturnType<typeof newMachine>>;
