import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRecords, type Records, removeAll } from '../records.ts';
import { run } from '../run.ts';
import { runsFolder } from '../run-folder.ts';
import { cacheFolder } from '../stock/cache-folder.ts';
import { machineImage } from './image.ts';
import { createMachineRoom, type MachineRoom, shellOn, type WantedMachine } from './machine-room.ts';

const runId = '7e57';
const folder = join(runsFolder, 'test-machine-room');
const namespaces = ['a', 'b'].map((name) => `q-${runId}-${name}`);
let records: Records;
let room: MachineRoom;

const machine = (index: 0 | 1, disks: WantedMachine['disks'] = []): WantedMachine => ({
  instanceId: `i-0000000000000000${index}`,
  hostName: `ip-10-0-0-${index}.ec2.internal`,
  namespace: namespaces[index]!,
  disks,
});
const disk = { volumeId: 'vol-1', device: '/dev/sdf', size: 1 };

const make = async (...wanted: readonly WantedMachine[]): Promise<void> => {
  await room.end(wanted, new Set());
  await room.begin(wanted);
};
const on = async (index: 0 | 1, script: string): Promise<string> => {
  const pid = room.pidOf(machine(index).instanceId);
  if (pid === undefined) throw new Error(`machine ${index} is off`);
  const { code, stdout, stderr } = await shellOn(pid, script);
  expect(code, stderr).toBe(0);
  return stdout.trim();
};

beforeAll(async () => {
  await removeAll(openRecords(folder));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  records = openRecords(folder);
  for (const name of namespaces) {
    records.add({ kind: 'namespace', name });
    await run('ip', ['netns', 'add', name]);
  }
  const image = await machineImage({ cache: cacheFolder(process.env), progress: () => undefined });
  room = createMachineRoom({ runId, folder, image, authority: '# an authority\n', records });
});
afterAll(async () => {
  await room.close();
  expect(await removeAll(records)).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
});

describe('a machine', () => {
  it('is Linux with systemd, a name and files of its own, and the network of its namespace', async () => {
    await make(machine(0));
    expect(await on(0, 'cat /proc/1/comm; hostname; ls -d /proc/[0-9]* | wc -l | xargs test 60 -gt && echo few')).toBe(
      'systemd\nip-10-0-0-0.ec2.internal\nfew',
    );
    expect(await on(0, 'ls /sys/class/net')).toBe('lo');
    expect(await on(0, 'tail -n 1 /etc/ssl/certs/ca-certificates.crt')).toBe('# an authority');
    await on(0, 'echo mine > /root/file');
    await make(machine(0), machine(1));
    await on(1, 'test ! -e /root/file');
  });

  it('has control groups of its own, by which its use is known', async () => {
    const usage = room.usage(machine(0).instanceId);
    expect(usage?.memoryBytes).toBeGreaterThan(2 ** 20);
    expect(usage?.cpuSeconds).toBeGreaterThan(0);
  });

  it('tells what a script says and how it ends', async () => {
    const { code, stdout, stderr } = await shellOn(
      room.pidOf(machine(0).instanceId)!,
      'echo out; echo err >&2; exit 7',
    );
    expect({ code, stdout, stderr }).toEqual({ code: 7, stdout: 'out\n', stderr: 'err\n' });
  });

  it('tells what its console says', async () => {
    await on(0, 'echo hello > /dev/console');
    const lines: string[] = [];
    await expect
      .poll(() => {
        lines.push(...room.consoles().flatMap((told) => told.lines));
        return lines;
      })
      .toContain('hello');
  });
});

describe('a volume', () => {
  it('is a disk that outlives its machine and goes to the next with its data', async () => {
    await make(machine(0, [disk]), machine(1));
    await on(0, 'mkfs.ext4 -q /dev/xvdf && mount /dev/xvdf /mnt && echo data > /mnt/file && sync');
    await on(1, 'test ! -e /dev/xvdf');
    // The power goes while it is mounted.
    await make(machine(1, [disk]));
    expect(await on(1, 'mount /dev/xvdf /mnt && cat /mnt/file && umount /mnt')).toBe('data');
  });

  it('goes from a machine that it is detached from', async () => {
    await make(machine(1));
    await on(1, 'test ! -e /dev/xvdf');
  });

  it('is no more once it is deleted', async () => {
    await room.keepVolumes(new Set());
    expect(existsSync(join(folder, 'volumes/vol-1'))).toBe(false);
    expect(await run('losetup', ['--associated', join(folder, 'volumes/vol-1')])).toBe('');
  });
});

it('a machine whose power goes leaves no process, control group or disk', async () => {
  await make(machine(0));
  const pid = room.pidOf(machine(0).instanceId)!;
  await make();
  expect(existsSync(`/proc/${pid}`)).toBe(false);
  expect(existsSync(join(folder, 'machines', machine(0).instanceId))).toBe(false);
  expect(records.all().filter(({ kind }) => kind === 'loop' || kind === 'process')).toEqual([]);
});
