import { seconds } from '../../base/duration.ts';
import { CommandFailed, run } from '../run.ts';
import type { GoBuild } from './go-builds.ts';

const textOf = (error: unknown): string => (error instanceof CommandFailed ? error.stderr.trim() : String(error));
const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/** Settings of the user would change what comes of the same inputs. */
export const goEnvironment: Readonly<Record<string, string>> = {
  GOFLAGS: '',
  GOWORK: 'off',
  GOEXPERIMENT: '',
  GOOS: 'linux',
  GOARCH: process.arch === 'x64' ? 'amd64' : process.arch,
  GOAMD64: 'v1',
};

/**
 * What `go version` says in a module's folder (Go may fetch the toolchain that go.mod wants). Throws with a line on what to install.
 * https://go.dev/doc/toolchain
 */
export async function goVersion(module: string): Promise<string> {
  try {
    return (await run('go', ['version'], { cwd: module, env: goEnvironment, timeout: seconds(300) })).trim();
  } catch (error) {
    if (isMissing(error))
      throw new Error(
        "Go is missing on this host, and Kubernetes' programs are built with it: install it from https://go.dev/dl/ and put its bin folder into PATH",
      );
    throw new Error(
      `the Go of this host cannot build ${module}: ${textOf(error)}: install a newer one from https://go.dev/dl/`,
    );
  }
}

/** Programs that building with C needs, and the packages of Debian that have them. */
const debianPackages: Readonly<Record<NonNullable<GoBuild['linked']>, Readonly<Record<string, string>>>> = {
  libc: { gcc: 'gcc libc6-dev' },
  libseccomp: { gcc: 'gcc libc6-dev', 'pkg-config': 'pkg-config', 'dpkg-deb': 'dpkg', 'apt-get': 'apt' },
};

/** Throws with a line on what to install where C cannot be compiled here. */
export async function checkC({ name, linked }: GoBuild): Promise<void> {
  for (const [program, packages] of Object.entries(linked === undefined ? {} : debianPackages[linked]))
    await run(program, ['--version'], { timeout: seconds(20) }).catch((error: unknown) => {
      throw new Error(
        isMissing(error)
          ? `${program} is missing on this host, and ${name} is linked with C: apt-get install ${packages}`
          : `${program} does not run on this host, and ${name} is linked with C: ${textOf(error)}`,
      );
    });
}

const offline =
  /dial tcp|no such host|i\/o timeout|connection (refused|reset)|proxyconnect|TLS handshake timeout|network is unreachable/;
const refused = /(403 Forbidden|404 Not Found|410 Gone)/;

/** Why a build failed, in words, from what Go printed. */
export function buildFailure(build: string, printed: string): string {
  const lines = printed.trim().split('\n');
  const first = lines.find((line) => offline.test(line) || refused.test(line)) ?? lines.slice(-3).join(' / ');
  if (offline.test(first))
    return `${build}: modules of Go could not be fetched (${first.trim()}): this host must reach https://proxy.golang.org, or GOPROXY must name a proxy that it reaches`;
  if (refused.test(first))
    return `${build}: the proxy of Go modules does not give one (${first.trim()}): set GOPROXY to a proxy that has it, or pin another version in test/kubernetes`;
  return `${build} could not be built: ${first.trim()}`;
}
