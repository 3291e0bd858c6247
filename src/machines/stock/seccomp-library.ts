import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { minutes } from '../../base/duration.ts';
import { CommandFailed, run } from '../run.ts';

const debianPackage = 'libseccomp-dev';

/**
 * What lets cgo find the static library of seccomp: settings of pkg-config. It is Debian's package, fetched and unpacked into the
 * folder, not installed: the host stays as it is.
 */
export async function seccompLibrary(folder: string): Promise<Readonly<Record<string, string>>> {
  const root = join(folder, 'root');
  await mkdir(root, { recursive: true });
  // The user `_apt` cannot write into a folder of root's.
  await run('apt-get', ['-o', 'APT::Sandbox::User=root', 'download', debianPackage], {
    cwd: folder,
    timeout: minutes(3),
  }).catch((error: unknown) => {
    const why = error instanceof CommandFailed ? error.message : String(error);
    throw new Error(
      `runc needs Debian's package ${debianPackage}, which could not be fetched (${why}): this host must reach a mirror of Debian, and know its packages (apt-get update)`,
    );
  });
  const archive = (await readdir(folder)).find((name) => name.endsWith('.deb'));
  if (archive === undefined) throw new Error(`apt-get download ${debianPackage} left no package in ${folder}`);
  await run('dpkg-deb', ['-x', join(folder, archive), root]);
  const [triple] = await readdir(join(root, 'usr/lib'));
  if (triple === undefined) throw new Error(`${archive} has no folder in usr/lib: it is not the package it was`);
  return {
    PKG_CONFIG_SYSROOT_DIR: root,
    PKG_CONFIG_LIBDIR: join(root, 'usr/lib', triple, 'pkgconfig'),
  };
}
