import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GoBuild } from './go-builds.ts';
import { goEnvironment } from './go-toolchain.ts';

/** Folder of the Go modules: test/kubernetes of this project. */
export const goModules = fileURLToPath(new URL('../../../test/kubernetes', import.meta.url));

/** Name and content of a module's files. */
export type Sources = ReadonlyMap<string, Buffer>;

/** All files of a build's folders. Throws where two of them have a file of one name. */
export async function sourcesOf({ name, folders }: GoBuild, modules: string): Promise<Sources> {
  const sources = new Map<string, Buffer>();
  for (const folder of folders) {
    const place = join(modules, folder);
    if (!existsSync(place)) throw new Error(`${place} is missing: ${name} is built from it`);
    for (const file of (await readdir(place)).sort()) {
      if (sources.has(file)) throw new Error(`${name}: ${file} is in two of its folders: ${folders.join(', ')}`);
      sources.set(file, await readFile(join(place, file)));
    }
  }
  return sources;
}

/** Arguments of `go` for a build into a folder. Paths, times and identities stay out, so that the same inputs give the same bytes. */
export function goArguments(build: GoBuild, folder: string): readonly string[] {
  const { programs, what, tags = [], stamps = {}, linked } = build;
  const linker = [
    '-s -w -buildid=',
    ...Object.entries(stamps).map(([name, value]) => `-X ${name}=${value}`),
    ...(linked !== undefined ? ['-extldflags=-static'] : []),
  ].join(' ');
  const output = programs.length === 1 ? join(folder, programs[0]) : `${folder}/`;
  return ['build', '-trimpath', '-buildvcs=false', '-tags', tags.join(','), '-ldflags', linker, '-o', output, what];
}

/** What goes into a build besides its files. */
export const goSettings = ({ linked }: GoBuild): Readonly<Record<string, string>> => ({
  ...goEnvironment,
  CGO_ENABLED: linked === undefined ? '0' : '1',
});

/** sha256 of all that decides what comes of a build: its files, flags, environment, and what `go version` says. */
export function buildKey(build: GoBuild, sources: Sources, goVersion: string): string {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([goVersion, goArguments(build, 'out'), goSettings(build), build.programs]));
  for (const [name, content] of [...sources].sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(`\0${name}\0${content.length}\0`).update(content);
  return hash.digest('hex');
}
