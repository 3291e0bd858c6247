import { existsSync, mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Records } from '../made.ts';
import { run } from '../run.ts';
import { enter } from './enter.ts';

/** Gibibytes of a volume of EC2. */
type Size = number;

/** A volume of EC2 as a block device of this host: a file with nothing in it at first, that takes no more of the disk than is written. */
export interface Disk {
  readonly file: string;
  /** `/dev/loop3` */
  readonly device: string;
}

async function deviceOf(file: string): Promise<string | undefined> {
  const text = await run('losetup', ['--associated', file, '--output', 'NAME', '--noheadings']);
  return text.trim().split('\n')[0] || undefined;
}

/**
 * The device of a volume, made where it is not there; the same for as long as the run lasts, so that no two machines can ever have the
 * file open through two of them, which would destroy the file system.
 */
export async function openDisk(given: { file: string; size: Size; records: Records }): Promise<Disk> {
  const { file, size, records } = given;
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, '');
  }
  truncateSync(file, size * 2 ** 30);
  const found = await deviceOf(file);
  if (found !== undefined) return { file, device: found };
  records.add({ kind: 'loop', device: '', file });
  const device = (await run('losetup', ['--find', '--show', file])).trim();
  records.add({ kind: 'loop', device, file });
  return { file, device };
}

/** The volume is deleted: device and file go. */
export async function deleteDisk({ file, device }: Disk, records: Records): Promise<void> {
  if ((await deviceOf(file)) === device) await run('losetup', ['--detach', device]);
  rmSync(file, { force: true });
  records.forget({ kind: 'loop', device, file });
  records.forget({ kind: 'loop', device: '', file });
}

/** As Xen names it, which boot scripts know beside NVMe: /dev/sdf is /dev/xvdf. */
const nodeOf = (name: string): string => name.replace(/^\/dev\/sd/, '/dev/xvd');

/** The device appears in a machine. */
export async function plug(pid: number, disk: Disk, name: string): Promise<void> {
  const minor = disk.device.replace('/dev/loop', '');
  const [command = '', ...args] = enter(pid, ['mknod', '-m', '0660', nodeOf(name), 'b', '7', minor]);
  await run(command, args);
}

/** It is gone from a machine; whoever has it mounted there keeps what is open, as with a volume that is detached by force. */
export async function unplug(pid: number, name: string): Promise<void> {
  const [command = '', ...args] = enter(pid, ['rm', '-f', nodeOf(name)]);
  await run(command, args);
}
