import { type ChildProcess, spawn } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Duration, seconds } from '../../base/duration.ts';
import type { Made, Records } from '../made.ts';
import { madeProcess, processStart } from '../process-start.ts';
import { type ControlGroups, makeControlGroups, removeControlGroups } from './control-groups.ts';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

export interface PowerGiven {
  readonly runId: string;
  readonly instanceId: string;
  /** Of EC2: `ip-10-2-0-12.ec2.internal`. */
  readonly hostName: string;
  /** Name of the network namespace, which exists. */
  readonly namespace: string;
  /** The machine's own folder: its disk, its console. */
  readonly folder: string;
  /** Root file system that all machines start from. */
  readonly image: string;
  /** PEM of an authority that the machine trusts beside the public ones. */
  readonly authority: string;
  readonly records: Records;
}

/** A machine that is on. */
export interface PoweredMachine {
  /** Of its first process, on the host. */
  readonly pid: number;
  readonly folder: string;
  readonly groups: ControlGroups;
  /** File to which its console writes. */
  readonly console: string;
  /** Processes of this host beside its own: who started it, and who reads its console. */
  readonly helpers: readonly number[];
}

async function eventually<T>(look: () => T | undefined, given: { what: string; deadline: Duration }): Promise<T> {
  const end = Date.now() + given.deadline.ms;
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`${given.what} within ${given.deadline.ms / 1000} s`);
    await delay(20);
  }
}

const recorded = (records: Records, child: ChildProcess): Made | undefined => {
  const made = child.pid === undefined ? undefined : madeProcess(child.pid);
  if (made !== undefined) records.add(made);
  return made;
};

/** The disk of a machine that starts for the first time: nothing but what EC2 would tell its image. */
function prepareDisk({ folder, image, authority, hostName, instanceId }: PowerGiven): void {
  if (existsSync(join(folder, 'upper'))) return;
  for (const name of ['root', 'work', 'data', 'upper/etc/ssl/certs'])
    mkdirSync(join(folder, name), { recursive: true });
  const bundle = 'etc/ssl/certs/ca-certificates.crt';
  const upper = join(folder, 'upper');
  writeFileSync(join(upper, bundle), `${readFileSync(join(image, bundle), 'utf8')}${authority}`);
  writeFileSync(join(upper, 'etc/hostname'), `${hostName}\n`);
  writeFileSync(join(upper, 'etc/hosts'), `127.0.0.1 localhost\n127.0.1.1 ${hostName}\n`);
  writeFileSync(join(upper, 'etc/machine-id'), `${instanceId.replace('i-', '').padStart(32, '0').slice(-32)}\n`);
}

/** A terminal for the console: what is written there lands in a file. */
async function openConsole(
  given: PowerGiven,
): Promise<{ readonly terminal: string; readonly reader: number | undefined }> {
  const link = join(given.folder, 'console');
  const log = join(given.folder, 'console.log');
  appendFileSync(log, '');
  // Of an earlier start.
  rmSync(link, { force: true });
  const child = spawn('socat', ['-u', `PTY,link=${link},rawer`, `OPEN:${log},append`], { stdio: 'ignore' });
  recorded(given.records, child);
  child.unref();
  const terminal = await eventually(() => (existsSync(link) ? readlinkSync(link) : undefined), {
    what: `socat opens no terminal at ${link}`,
    deadline: seconds(10),
  });
  return { terminal, reader: child.pid };
}

const childOf = (pid: number): number | undefined => {
  try {
    const found = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0];
    return found === undefined || found === '' ? undefined : Number(found);
  } catch {
    return undefined;
  }
};

const isSystemd = (pid: number): boolean => {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'systemd';
  } catch {
    return false;
  }
};

/** Switches a machine on. Its disk, where it has one already, is as it was left. Throws where it does not start within ten seconds, with what it said. */
export async function powerOn(given: PowerGiven): Promise<PoweredMachine> {
  const { folder, records } = given;
  given.records.add({ kind: 'folder', path: folder });
  prepareDisk(given);
  const groups = makeControlGroups({ runId: given.runId, name: given.instanceId, records });
  if (groups.mounts !== undefined) writeFileSync(join(folder, 'cgroups'), groups.mounts);
  const { terminal, reader } = await openConsole(given);
  const log = join(folder, 'first-process.log');
  const output = openSync(log, 'a');
  const child = spawn('bash', [here('power-on.sh')], {
    detached: true,
    stdio: ['ignore', output, output],
    env: {
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      NAME: given.hostName,
      NAMESPACE: given.namespace,
      LOWER: given.image,
      FOLDER: folder,
      CONSOLE: terminal,
      CONTROL_GROUPS: groups.paths.join('\n'),
    },
  });
  recorded(records, child);
  child.unref();
  const pid = await eventually(
    () => {
      const first = child.pid === undefined ? undefined : childOf(child.pid);
      if (child.exitCode !== null)
        throw new Error(`${given.instanceId} does not start: ${readFileSync(log, 'utf8').trim().slice(-500)}`);
      return first !== undefined && isSystemd(first) ? first : undefined;
    },
    { what: `${given.instanceId} does not come to its systemd; ${log} says more; it did not`, deadline: seconds(10) },
  );
  const made = madeProcess(pid);
  if (made !== undefined) records.add(made);
  const helpers = [child.pid, reader].filter((helper) => helper !== undefined);
  return { pid, folder, groups, console: join(folder, 'console.log'), helpers };
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Takes the power away: all of it ends at once, nothing is written any more. Its disk stays. */
export async function powerOff(machine: PoweredMachine, records: Records): Promise<void> {
  end(machine.pid);
  // The last process of the namespace must be gone, or its mounts would still hold volumes.
  await eventually(() => (removeControlGroups(machine.groups, records) ? true : undefined), {
    what: `processes of the machine at ${machine.folder} did not end`,
    deadline: seconds(30),
  });
  for (const helper of machine.helpers) end(helper);
  const ours = [machine.pid, ...machine.helpers];
  await eventually(() => (ours.every((pid) => processStart(pid) === undefined) ? true : undefined), {
    what: `what ran the machine at ${machine.folder} did not end`,
    deadline: seconds(10),
  });
  for (const made of records.all()) if (made.kind === 'process' && ours.includes(made.pid)) records.forget(made);
}
