import { createHash, type Hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { release } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { minutes } from '../../base/duration.ts';
import { run } from '../run.ts';

const suite = 'bookworm';
/** What a plain image of EC2 has, as far as boot scripts and Kubernetes ask for it. Debian 12: its systemd is the last but one that boots on cgroup v1. */
const packages = [
  ...[
    'systemd',
    'systemd-sysv',
    'systemd-resolved',
    'dbus',
    'cloud-init',
    'python3',
    'curl',
    'openssl',
    'ca-certificates',
  ],
  ...[
    'iproute2',
    'iptables',
    'nftables',
    'conntrack',
    'ethtool',
    'socat',
    'iputils-ping',
    'kmod',
    'e2fsprogs',
    'procps',
  ],
];
/** Part of the running kernel, which a machine shares with its host; host.ts checks that they are there. */
const builtin = [
  'kernel/fs/overlayfs/overlay.ko',
  'kernel/net/bridge/br_netfilter.ko',
  'kernel/drivers/net/vxlan/vxlan.ko',
];

const carried = fileURLToPath(new URL('../../../test/machine-image/', import.meta.url));

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name !== 'README.md')
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

const digest = (hash: Hash): string => hash.digest('hex').slice(0, 16);

/** Of Debian's part. */
const baseKey = (): string => digest(createHash('sha256').update(JSON.stringify({ suite, packages, form: 1 })));

/** Of all that the image is made from. */
async function imageKey(): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify({ base: baseKey(), kernel: release() }));
  // What is done to it stands in this file.
  hash.update(await readFile(fileURLToPath(import.meta.url)));
  for (const file of await filesIn(carried)) hash.update(`\0${file}\0`).update(await readFile(join(carried, file)));
  return digest(hash);
}

/** cloud-init asks the metadata service for a token only where the hypervisor says that it is EC2's, and sysfs takes no further file. */
async function nameHypervisor(root: string): Promise<void> {
  const source = join(root, 'usr/lib/python3/dist-packages/cloudinit/sources/DataSourceEc2.py');
  const text = await readFile(source, 'utf8');
  const [asked, ours] = ['"/sys/hypervisor/uuid"', '"/etc/host/hypervisor-uuid"'];
  if (!text.includes(asked))
    throw new Error(`${source} does not read ${asked} any more: see how it tells EC2 from other clouds`);
  await writeFile(source, text.replaceAll(asked, ours));
}

async function addOurs(root: string): Promise<void> {
  for (const file of await filesIn(carried)) {
    await mkdir(join(root, file, '..'), { recursive: true });
    await cp(join(carried, file), join(root, file));
  }
  for (const file of ['containerd-config', 'kubelet']) await chmod(join(root, 'usr/local/lib/host', file), 0o755);
  await nameHypervisor(root);
  const modules = join(root, 'usr/lib/modules', release());
  await mkdir(modules, { recursive: true });
  await writeFile(join(modules, 'modules.builtin'), `${builtin.join('\n')}\n`);
  await writeFile(join(modules, 'modules.order'), '');
  await run('chroot', [root, 'depmod', release()]);
  // The network is set up by the time that a machine starts; networkd has nothing to wait for.
  const masked = [
    'systemd-networkd-wait-online.service',
    // It would ask for an address by DHCP, which nobody answers here: EC2's answer is set already.
    'cloud-init-local.service',
    'console-getty.service',
    'apt-daily.timer',
    'apt-daily-upgrade.timer',
  ];
  await run('systemctl', ['--root', root, 'mask', ...masked]).catch(() =>
    run('chroot', [root, 'systemctl', 'mask', ...masked]),
  );
  await run('chroot', [root, 'systemctl', 'enable', 'systemd-networkd.service', 'systemd-resolved.service']);
  await writeFile(join(root, 'etc/machine-id'), '');
  await rm(join(root, 'etc/hostname'), { force: true });
}

/** A folder of the cache, made beside and renamed whole where it is missing. */
async function keptFolder(folder: string, make: (beside: string) => Promise<void>): Promise<string> {
  if (existsSync(folder)) return folder;
  const beside = `${folder}.${process.pid}`;
  await mkdir(join(folder, '..'), { recursive: true });
  try {
    await make(beside);
    await rename(beside, folder);
  } catch (error) {
    await rm(beside, { recursive: true, force: true });
    // Another run may have made it meanwhile.
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

/**
 * The folder with the root file system that every machine starts from; made once by mmdebstrap (about half a minute), kept in
 * `CACHE/machines/image/KEY`. Throws CommandFailed where Debian's packages cannot be fetched.
 */
export async function machineImage(given: { cache: string; progress: (line: string) => void }): Promise<string> {
  const images = join(given.cache, 'machines', 'image');
  const folder = join(images, await imageKey());
  return keptFolder(folder, async (beside) => {
    const base = await keptFolder(join(images, `debian-${baseKey()}`), async (half) => {
      given.progress(`making the machines' image: Debian ${suite} with ${packages.length} packages`);
      const args = ['--variant=minbase', '--quiet', `--include=${packages.join(',')}`, suite, half];
      await run('mmdebstrap', args, { timeout: minutes(10) });
    });
    await run('cp', ['-a', '--reflink=auto', base, beside], { timeout: minutes(5) });
    await addOurs(beside);
  });
}
