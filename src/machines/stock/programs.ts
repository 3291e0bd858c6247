import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatDuration, milliseconds, minutes } from '../../base/duration.ts';
import { CommandFailed, run } from '../run.ts';
import { cached } from './cache-entry.ts';
import { buildKey, goArguments, goModules, goSettings, type Sources, sourcesOf } from './go-build-inputs.ts';
import { type GoBuild, goBuilds } from './go-builds.ts';
import { buildFailure, checkC, goVersion } from './go-toolchain.ts';
import { seccompLibrary } from './seccomp-library.ts';

export interface ProgramsRequest {
  /** Of Kubernetes: `1.36.3`. */
  readonly kubernetes: string;
  /** Folder that outlives runs. */
  readonly cache: string;
  readonly progress: (line: string) => void;
  /** Where the Go modules lie. Default: test/kubernetes of this project. */
  readonly modules?: string;
  /** What is built. Default: all that a cluster of this version is made of. */
  readonly builds?: readonly GoBuild[];
}

export interface Programs {
  readonly kubernetes: string;
  /** Where each program lies, by name: `kube` (all of Kubernetes and etcd), `containerd`, `bridge`, … */
  readonly paths: Readonly<Record<string, string>>;
  /** Folder of each build by the build's name; it has the hash of the inputs in its name. */
  readonly folders: Readonly<Record<string, string>>;
}

/** No build of these takes as long, on one core with nothing in Go's caches. */
const buildLimit = minutes(35);
/** The link of the largest is one thread's work: another build has the other cores then. */
const atOnce = 2;

async function compile(build: GoBuild, sources: Sources, folder: string): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), `quilla-${build.name}-`));
  try {
    const module = join(work, 'module');
    await mkdir(module);
    for (const [name, content] of sources) await writeFile(join(module, name), content);
    const library = build.linked === 'libseccomp' ? await seccompLibrary(join(work, 'seccomp')) : {};
    const env = { ...goSettings(build), ...library };
    await run('go', goArguments(build, folder), { cwd: module, env, timeout: buildLimit }).catch((error: unknown) => {
      if (!(error instanceof CommandFailed)) throw error;
      if (error.code === undefined)
        throw new Error(`${build.name} was not built within ${formatDuration(buildLimit)}: is this host busy?`);
      throw new Error(buildFailure(build.name, error.stderr));
    });
    const missing = build.programs.filter((name) => !existsSync(join(folder, name)));
    if (missing.length > 0) throw new Error(`${build.name}: go build made no ${missing.join(', ')} in ${folder}`);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The folder with a build's programs, built where it is missing. */
async function built(build: GoBuild, request: ProgramsRequest): Promise<string> {
  const { cache, progress, modules = goModules } = request;
  const sources = await sourcesOf(build, modules);
  const version = await goVersion(join(modules, build.folders.at(-1)!));
  return cached(
    {
      folder: join(cache, 'machines/programs'),
      name: build.name,
      key: buildKey(build, sources, version),
      onWait: (pid) => progress(`${build.name}: process ${pid} builds it`),
    },
    async (folder) => {
      if (build.linked !== undefined) await checkC(build);
      progress(`${build.name}: building`);
      const began = performance.now();
      await compile(build, sources, folder);
      progress(`${build.name}: built in ${formatDuration(milliseconds(performance.now() - began))}`);
    },
  );
}

/**
 * The programs that machines and their images are made of, built from upstream's modules of Go where the cache has none of the same
 * inputs. Throws in one line what this host lacks: Go, a C compiler, the network.
 */
export async function programs(request: ProgramsRequest): Promise<Programs> {
  const builds = request.builds ?? goBuilds(request.kubernetes);
  const folders: Record<string, string> = {};
  const left = [...builds];
  let failed: { readonly error: unknown } | undefined;
  const work = async (): Promise<void> => {
    for (let build = left.shift(); build !== undefined && failed === undefined; build = left.shift())
      try {
        folders[build.name] = await built(build, request);
      } catch (error) {
        failed ??= { error };
      }
  };
  // All end before the first failure is told: none goes on in a folder that nobody waits for.
  await Promise.all(Array.from({ length: atOnce }, work));
  if (failed !== undefined) throw failed.error;
  const paths = builds.flatMap(({ name, programs: names }) =>
    names.map((each) => [each, join(folders[name]!, each)] as const),
  );
  return { kubernetes: request.kubernetes, paths: Object.fromEntries(paths), folders };
}
