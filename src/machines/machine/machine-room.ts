import { closeSync, copyFileSync, existsSync, mkdirSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Records } from '../made.ts';
import { run } from '../run.ts';
import { type Usage, usageOf } from './control-groups.ts';
import { type Disk, deleteDisk, openDisk, plug, unplug } from './disks.ts';
import { enter } from './enter.ts';
import { type PoweredMachine, powerOff, powerOn } from './power.ts';

/** A volume of EC2 that is attached to an instance. */
export interface WantedDisk {
  readonly volumeId: string;
  /** `/dev/sdf` */
  readonly device: string;
  /** GiB. */
  readonly size: number;
}

/** An instance that shall be on. */
export interface WantedMachine {
  readonly instanceId: string;
  readonly hostName: string;
  /** Of its network. */
  readonly namespace: string;
  readonly disks: readonly WantedDisk[];
}

interface Machine extends PoweredMachine {
  readonly instanceId: string;
  /** Devices by volume. */
  readonly plugged: Map<string, string>;
  /** How much of its console was told. */
  read: number;
}

export interface MachineRoomGiven {
  readonly runId: string;
  /** Of the run; machines and volumes lie below it. */
  readonly folder: string;
  readonly image: string;
  readonly authority: string;
  readonly records: Records;
}

/** The machines that are on, and the disks of all. */
export interface MachineRoom {
  /**
   * Takes the power from all that are not among these, at once. Machines of the instances that EC2 keeps have their own disk when they
   * are switched on again; of others it is deleted.
   */
  end(wanted: readonly WantedMachine[], kept: ReadonlySet<string>): Promise<void>;
  /** Switches on what is not on yet, and plugs and unplugs disks. Call `end` before it. */
  begin(wanted: readonly WantedMachine[]): Promise<void>;
  /** Deletes the disks of volumes that are not among these. */
  keepVolumes(volumeIds: ReadonlySet<string>): Promise<void>;
  /** What consoles have said since the last call, line by line. */
  consoles(): readonly { readonly instanceId: string; readonly lines: readonly string[] }[];
  /** Of its first process on this host; undefined where the machine is off. */
  pidOf(instanceId: string): number | undefined;
  usage(instanceId: string): Usage | undefined;
  powerOff(instanceId: string): Promise<void>;
  close(): Promise<void>;
}

/** The whole lines of a file from a place on. */
function linesFrom(file: string, from: number): { readonly lines: readonly string[]; readonly to: number } {
  const descriptor = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(65_536);
    const read = readSync(descriptor, buffer, 0, buffer.length, from);
    const end = buffer.subarray(0, read).lastIndexOf(0x0a) + 1;
    const text = buffer.subarray(0, end).toString('utf8');
    return {
      lines: text
        .split('\n')
        .slice(0, -1)
        .map((line) => line.replace(/\r$/, '')),
      to: from + end,
    };
  } finally {
    closeSync(descriptor);
  }
}

export function createMachineRoom(given: MachineRoomGiven): MachineRoom {
  const machines = new Map<string, Machine>();
  const disks = new Map<string, Disk>();
  const folderOf = (instanceId: string): string => join(given.folder, 'machines', instanceId);

  /** The machine is off, and its disk stays. */
  const off = new Set<string>();
  const switchOff = async (machine: Machine): Promise<void> => {
    machines.delete(machine.instanceId);
    off.add(machine.instanceId);
    await powerOff(machine, given.records);
  };

  /** The own disk of a machine that is off goes; what its console said stays among the logs. */
  const discard = (instanceId: string): void => {
    off.delete(instanceId);
    const folder = folderOf(instanceId);
    const console = join(folder, 'console.log');
    mkdirSync(join(given.folder, 'logs'), { recursive: true });
    if (existsSync(console)) copyFileSync(console, join(given.folder, 'logs', `${instanceId}.log`));
    rmSync(folder, { recursive: true, force: true });
    given.records.forget({ kind: 'folder', path: folder });
  };

  const add = async ({ instanceId, hostName, namespace }: WantedMachine): Promise<Machine> => {
    const folder = folderOf(instanceId);
    mkdirSync(folder, { recursive: true });
    const { runId, image, authority, records } = given;
    const console = join(folder, 'console.log');
    // What it said before it was stopped was told then.
    const read = existsSync(console) ? statSync(console).size : 0;
    const powered = await powerOn({ runId, instanceId, hostName, namespace, folder, image, authority, records });
    const machine: Machine = { ...powered, instanceId, plugged: new Map(), read };
    machines.set(instanceId, machine);
    off.delete(instanceId);
    return machine;
  };

  const disk = async ({ volumeId, size }: WantedDisk): Promise<Disk> => {
    const file = join(given.folder, 'volumes', volumeId);
    const opened = disks.get(volumeId) ?? (await openDisk({ file, size, records: given.records }));
    disks.set(volumeId, opened);
    return opened;
  };

  const setDisks = async (machine: Machine, wanted: readonly WantedDisk[]): Promise<void> => {
    for (const [volumeId, device] of machine.plugged) {
      if (wanted.some((one) => one.volumeId === volumeId)) continue;
      await unplug(machine.pid, device);
      machine.plugged.delete(volumeId);
    }
    for (const each of wanted) {
      if (machine.plugged.has(each.volumeId)) continue;
      await plug(machine.pid, await disk(each), each.device);
      machine.plugged.set(each.volumeId, each.device);
    }
  };

  return {
    async end(wanted, kept) {
      const ids = new Set(wanted.map(({ instanceId }) => instanceId));
      await Promise.all([...machines.values()].filter(({ instanceId }) => !ids.has(instanceId)).map(switchOff));
      for (const instanceId of off) if (!kept.has(instanceId)) discard(instanceId);
    },
    async begin(wanted) {
      await Promise.all(
        wanted.map(async (each) => {
          const machine = machines.get(each.instanceId) ?? (await add(each));
          await setDisks(machine, each.disks);
        }),
      );
    },
    async keepVolumes(volumeIds) {
      for (const [volumeId, opened] of disks) {
        if (volumeIds.has(volumeId)) continue;
        await deleteDisk(opened, given.records);
        disks.delete(volumeId);
      }
    },
    consoles: () =>
      [...machines.values()].flatMap((machine) => {
        const { lines, to } = linesFrom(machine.console, machine.read);
        machine.read = to;
        return lines.length === 0 ? [] : [{ instanceId: machine.instanceId, lines }];
      }),
    pidOf: (instanceId) => machines.get(instanceId)?.pid,
    usage: (instanceId) => {
      const machine = machines.get(instanceId);
      return machine && usageOf(machine.groups);
    },
    async powerOff(instanceId) {
      const machine = machines.get(instanceId);
      if (machine !== undefined) await powerOff(machine, given.records);
    },
    async close() {
      await this.end([], new Set());
      await this.keepVolumes(new Set());
    },
  };
}

/** Runs a script of root on a machine and tells how it ended, whatever its exit code. */
export async function shellOn(pid: number, script: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const [command = '', ...args] = enter(pid, ['bash', '-c', script]);
  try {
    return { code: 0, stdout: await run(command, args), stderr: '' };
  } catch (error) {
    const { code, stdout, stderr } = error as { code?: number; stdout?: string; stderr?: string };
    if (code === undefined || typeof code !== 'number') throw error;
    return { code, stdout: stdout ?? '', stderr: stderr ?? '' };
  }
}
