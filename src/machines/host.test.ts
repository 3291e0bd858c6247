import { expect, test } from 'vitest';
import { refusals, type Wanted } from './host.ts';
import type { Eyes } from './host-eyes.ts';
import { hostPrograms, packagesOf } from './host-programs.ts';

const gib = 2 ** 30;
const wanted: Wanted = { machines: 6, cache: '/cache', runs: '/runs', cold: false };

interface Host extends Partial<Eyes> {
  /** Programs that are not there. */
  readonly lacks?: readonly string[];
  /** Commands that fail, by a part of their line. */
  readonly fails?: readonly string[];
  /** Files that are not there. */
  readonly without?: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  readonly goSays?: string;
  /** GiB. */
  readonly memory?: readonly [total: number, free: number];
}

/** A host that has all, but for what a case says. */
function host({ lacks = [], fails = [], without = [], files = {}, memory = [16, 14], ...more }: Host = {}): Eyes {
  const kib = (n: number): number => Math.round((n * gib) / 1024);
  const texts: Record<string, string> = {
    '/proc/filesystems': 'nodev\tsysfs\nnodev\toverlay\n\text4\n',
    '/proc/meminfo': `MemTotal:       ${kib(memory[0])} kB\nMemAvailable:   ${kib(memory[1])} kB\n`,
    '/sys/fs/cgroup/cgroup.controllers': 'cpuset cpu io memory pids\n',
    ...files,
  };
  return {
    platform: 'linux',
    architecture: 'x64',
    uid: 0,
    has: (path) => !without.includes(path),
    read: (path) => (without.includes(path) ? undefined : texts[path]),
    finds: (program) => !lacks.includes(program),
    attempt: async (command) => {
      const line = command.join(' ');
      const failed = fails.find((part) => line.includes(part));
      if (failed !== undefined) return { failed: `${failed}: Operation not supported` };
      return { printed: line === 'go version' ? (more.goSays ?? 'go version go1.26.8 linux/amd64\n') : '' };
    },
    freeDisk: () => 100 * gib,
    ...more,
  };
}

test('a host that has all is not refused', async () => {
  expect(await refusals(wanted, host())).toEqual([]);
  expect(await refusals({ ...wanted, cold: true }, host())).toEqual([]);
});

test.each<[string, Host, string, string]>([
  ['another system', { platform: 'darwin', uid: 501 }, 'this is darwin', 'Linux host'],
  ['another processor', { architecture: 's390x' }, 'this is s390x', 'another host'],
  ['a user', { uid: 1000 }, 'only root', 'sudo'],
  ['no users at all', { uid: undefined }, 'only root', 'sudo'],
  ['no Go', { lacks: ['go'] }, 'Go is missing', 'go.dev/dl'],
  ['an old Go', { goSays: 'go version go1.19.8 linux/amd64' }, 'Go 1.19 is too old: 1.21 or newer', 'go.dev/dl'],
  ['a Go that does not run', { fails: ['go version'] }, 'Go does not run: go version: Operation', 'go.dev/dl'],
  ['something else called go', { goSays: 'Let us go!' }, '"Let us go!"', 'go.dev/dl'],
  [
    'programs missing',
    { lacks: ['nft', 'mkfs.ext4', 'gcc'] },
    'nft, mkfs.ext4, gcc are missing',
    'apt-get install e2fsprogs gcc libc6-dev nftables',
  ],
  [
    'no overlay',
    { files: { '/proc/filesystems': 'nodev\tproc\n\text4\n' } },
    'no overlay, needed for the root file system',
    'modprobe overlay',
  ],
  [
    'a file system with overlay in its name',
    { files: { '/proc/filesystems': 'nodev\toverlayx\n\text4\n' } },
    'no overlay',
    'modprobe overlay',
  ],
  ['no loop', { without: ['/dev/loop-control'] }, 'no loop, needed for EBS volumes', 'modprobe loop'],
  [
    'no vxlan',
    { fails: ['type vxlan'] },
    'no vxlan, needed for the pod network: type vxlan: Operation not supported',
    'modprobe vxlan',
  ],
  ['no veth', { fails: ['type veth'] }, 'no veth', 'modprobe veth'],
  ['no nf_tables', { fails: ['nft -f'] }, 'no nf_tables, needed for security groups', 'modprobe nft_chain_nat'],
  ['no iptables', { fails: ['iptables -t nat'] }, 'no iptables, needed for kube-proxy', 'modprobe'],
  [
    'no br_netfilter',
    { without: ['/proc/sys/net/bridge/bridge-nf-call-iptables'] },
    'no br_netfilter',
    'modprobe br_netfilter',
  ],
  [
    'version 2 without memory',
    { files: { '/sys/fs/cgroup/cgroup.controllers': 'cpuset cpu io pids' } },
    'control groups of this host lack memory',
    'cgroup_enable=memory',
  ],
  [
    'little memory',
    { memory: [8, 7] },
    '6 machines want 16.0 GiB of memory, and this host has 8.0 GiB',
    'fewer machines',
  ],
  [
    'little free memory',
    { memory: [16, 3] },
    'want 9.6 GiB of memory that is free, and this host has 3.0 GiB',
    'End what uses it',
  ],
  [
    'a full disk',
    { freeDisk: () => gib / 2 },
    '/cache has 0.5 GiB of free disk, and 1.0 GiB are wanted',
    'QUILLA_CACHE',
  ],
])('%s is said in a line with what to do', async (_, given, why, fix) => {
  const [first] = await refusals(wanted, host(given));
  expect(first?.why).toContain(why);
  expect(first?.fix).toContain(fix);
  expect(`${first?.why}${first?.fix}`).not.toContain('\n');
});

test('all that is to be mended is said at once', async () => {
  const refused = await refusals(wanted, host({ lacks: ['go', 'nft'], memory: [8, 8], freeDisk: () => 0 }));
  expect(refused).toHaveLength(5);
});

test('one seat and a worker need less memory than six machines', async () => {
  const small = host({ memory: [4, 3.5] });
  expect(await refusals({ ...wanted, machines: 2 }, small)).toEqual([]);
  expect(await refusals({ ...wanted, machines: 6 }, small)).toHaveLength(1);
});

test('what the firmware keeps of 16 GiB is no reason to refuse', async () => {
  expect(await refusals(wanted, host({ memory: [15.6, 13] }))).toEqual([]);
});

test('hosts with version 1 of control groups will do, where all controllers are mounted', async () => {
  const first = (without: string[]): Eyes => host({ without: ['/sys/fs/cgroup/cgroup.controllers', ...without] });
  expect(await refusals(wanted, first([]))).toEqual([]);
  const [refused] = await refusals(wanted, first(['/sys/fs/cgroup/cpuset/cgroup.procs']));
  expect(refused?.why).toContain('lack cpuset');
});

test('a module is loaded before its lack is told, and tried again', async () => {
  let loaded = false;
  const { attempt, ...rest } = host();
  const eyes: Eyes = {
    ...rest,
    attempt: async (command) => {
      if (command[0] === 'modprobe' && command[1] === 'vxlan') loaded = true;
      return command.includes('vxlan') && command[0] !== 'modprobe' && !loaded
        ? { failed: 'Unknown device type' }
        : attempt(command);
    },
  };
  expect(await refusals(wanted, eyes)).toEqual([]);
});

test('where the program that tries a part is missing, only the program is told', async () => {
  expect(await refusals(wanted, host({ lacks: ['nft'], fails: ['nft -f'] }))).toHaveLength(1);
});

test('every program has its package, each told once', () => {
  expect(packagesOf(Object.keys(hostPrograms))).toEqual([...new Set(packagesOf(Object.keys(hostPrograms)))]);
  expect(packagesOf(['nsenter', 'unshare'])).toEqual(['util-linux']);
});
