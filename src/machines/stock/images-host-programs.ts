import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { run } from '../run.ts';
import type { ArchiveEntry } from './oci-layer.ts';

/** The libraries that `ldd` names: those with a place, the loader included. */
export const librariesIn = (text: string): readonly string[] => [
  ...new Set([...text.matchAll(/^\t(?:\S+ => )?(\/\S+) \(0x/gm)].map(([, path]) => path!)),
];

const inside = (path: string): string => path.replace(/^\//, '');

/** Files of this host at the same places in an image, with the libraries that they are linked to. */
async function withLibraries(files: readonly string[]): Promise<readonly ArchiveEntry[]> {
  const libraries = librariesIn(await run('ldd', files));
  return [...new Set([...files, ...libraries])].map((file) => ({ path: inside(file), file }));
}

function there(program: string, debianPackage: string): string {
  if (existsSync(program)) return program;
  throw new Error(`${program} is missing on this host, and images need it: apt-get install ${debianPackage}`);
}

/** Where iptables looks for what it knows of packets: built into it, and another by the distribution. */
const extensionFolders = ['x86_64-linux-gnu', 'aarch64-linux-gnu'].map((triple) => `/usr/lib/${triple}/xtables`);
const commands = ['iptables', 'ip6tables'].flatMap((name) => [name, `${name}-save`, `${name}-restore`]);

/**
 * What kube-proxy and flanneld call: iptables over nftables, and nft, from Debian's packages `iptables` and `nftables`. Without the
 * libraries of the extensions (libxt_statistic wants libm) rules of services with several endpoints are not set, and only a log says so.
 */
export async function packetFilterEntries(): Promise<readonly ArchiveEntry[]> {
  const folder = extensionFolders.find((each) => existsSync(each));
  if (folder === undefined)
    throw new Error(`none of ${extensionFolders.join(', ')} is on this host: apt-get install iptables`);
  const multi = there('/usr/sbin/xtables-nft-multi', 'iptables');
  const extensions = (await readdir(folder)).filter((name) => name.endsWith('.so')).sort();
  const files = [multi, there('/usr/sbin/nft', 'nftables'), ...extensions.map((name) => join(folder, name))];
  const links = commands.map((name): ArchiveEntry => ({ path: `usr/sbin/${name}`, link: basename(multi) }));
  return [...(await withLibraries(files)), ...links];
}

/** `cp`, which init containers call to leave a file on the host. */
export const copyEntries = (): Promise<readonly ArchiveEntry[]> => withLibraries([there('/bin/cp', 'coreutils')]);
