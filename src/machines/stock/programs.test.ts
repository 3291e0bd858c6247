import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { pinnedVersions } from '../../catalog/node-files.ts';
import { buildKey, goArguments, goModules, goSettings, type Sources, sourcesOf } from './go-build-inputs.ts';
import { builtKubernetes, type GoBuild, goBuilds } from './go-builds.ts';
import { buildFailure, checkC, goVersion } from './go-toolchain.ts';
import { programs } from './programs.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'programs-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const tiny: GoBuild = { name: 'tiny', folders: ['tiny'], what: '.', programs: ['tiny'] };
const sources: Sources = new Map([
  ['go.mod', Buffer.from('module tiny\n\ngo 1.26.0\n')],
  ['main.go', Buffer.from('package main\n')],
]);
const key = (build: GoBuild = tiny, files = sources, version = 'go version go1.26.8 linux/amd64'): string =>
  buildKey(build, files, version);

describe('the key of a build', () => {
  test('is the same for the same inputs, in whatever order', () =>
    expect(key(tiny, new Map([...sources].reverse()))).toBe(key()));

  test.each<[string, () => string]>([
    ['a changed file', () => key(tiny, new Map([...sources, ['main.go', Buffer.from('package other\n')]]))],
    ['another file', () => key(tiny, new Map([...sources, ['go.sum', Buffer.from('')]]))],
    ['another Go', () => key(tiny, sources, 'go version go1.26.9 linux/amd64')],
    ['another stamp', () => key({ ...tiny, stamps: { 'a.b': 'c' } })],
    ['another tag', () => key({ ...tiny, tags: ['x'] })],
    ['C', () => key({ ...tiny, linked: 'libc' })],
  ])('changes with %s', (_, other) => expect(other()).not.toBe(key()));

  test('does not change with the folder of the project', async () => {
    const texts = await Promise.all(
      ['a', 'b'].map(async (each) => {
        const place = join(folder, each, 'tiny');
        await mkdir(place, { recursive: true });
        for (const [name, content] of sources) await writeFile(join(place, name), content);
        return key(tiny, new Map(await sourcesOf(tiny, join(folder, each))));
      }),
    );
    expect(texts).toEqual([key(), key()]);
  });
});

describe('arguments of go build', () => {
  test('a static program with C', () =>
    expect(goArguments({ ...tiny, tags: ['a', 'b'], stamps: { 'p.V': 'v1' }, linked: 'libc' }, '/out')).toEqual(
      ['build', '-trimpath', '-buildvcs=false', '-tags', 'a,b', '-ldflags'].concat(
        '-s -w -buildid= -X p.V=v1 -extldflags=-static',
        ['-o', '/out/tiny', '.'],
      ),
    ));
  test('several programs go into a folder', () =>
    expect(goArguments({ ...tiny, what: 'tool', programs: ['a', 'b'] }, '/out').slice(-3)).toEqual([
      '-o',
      '/out/',
      'tool',
    ]));
  test('settings of the user do not reach it', () =>
    expect(goSettings(tiny)).toMatchObject({ GOFLAGS: '', GOWORK: 'off', CGO_ENABLED: '0' }));
});

describe('the builds of the project', () => {
  test.each(builtKubernetes)(
    'Kubernetes %s: each module has pinned files, and requires what is stamped',
    async (version) => {
      for (const build of goBuilds(version)) {
        const files = await sourcesOf(build, goModules);
        const module = files.get('go.mod')!.toString();
        if (build.what === 'tool') expect(files.has('go.sum'), build.name).toBe(true);
        for (const stamp of Object.values(build.stamps ?? {}).filter((each) => /^v?\d+\.\d+\.\d+$/.test(each)))
          expect(module, build.name).toContain(` v${stamp.replace(/^v/, '')}`);
      }
    },
  );

  /** What the proxy of Go modules does not give at the catalog's version: another one stands in its place. */
  const standIns = {
    crictl: '1.36.0',
    'aws-iam-authenticator': '0.7.18',
    'ecr-credential-provider': '1.35.3',
  } as const;
  const modules = {
    containerd: ['containerd', 'github.com/containerd/containerd/v2'],
    runc: ['runc', 'github.com/opencontainers/runc'],
    'cni-plugins': ['cni-plugins', 'github.com/containernetworking/plugins'],
    crictl: ['crictl', 'sigs.k8s.io/cri-tools'],
    'ecr-credential-provider': ['cloud-provider-aws', 'k8s.io/cloud-provider-aws'],
    'aws-iam-authenticator': ['aws-iam-authenticator', 'sigs.k8s.io/aws-iam-authenticator'],
    helm: ['helm', 'helm.sh/helm/v3'],
  } as const;
  test.each(Object.entries(modules))(
    '%s has the version of the catalog, or the one that stands in',
    async (program, [place, path]) => {
      const wanted = { ...pinnedVersions, ...standIns }[program as keyof typeof modules];
      expect(await readFile(join(goModules, place, 'go.mod'), 'utf8')).toMatch(
        new RegExp(`\\s${path.replaceAll('.', '\\.')} v${wanted.replaceAll('.', '\\.')}( |\\n)`),
      );
    },
  );

  test('a version without a module says how to make one', () =>
    expect(() => goBuilds('1.30.0')).toThrow('node test/kubernetes/pin-kubernetes.ts 1.30.0'));
});

/** A program on PATH that prints and ends as told. */
async function fake(name: string, script: string): Promise<void> {
  await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, name), 0o755);
}

describe('what a host lacks', () => {
  beforeEach(() => vi.stubEnv('PATH', folder));

  test('no Go', () => expect(goVersion(folder)).rejects.toThrow('Go is missing on this host'));
  test('a Go that is too old', async () => {
    await fake('go', 'echo "go: go.mod requires go >= 1.26.3 (running go 1.25.0; GOTOOLCHAIN=local)" >&2; exit 1');
    await expect(goVersion(folder)).rejects.toThrow(/requires go >= 1\.26\.3 .*: install a newer one from/);
  });
  test('no C compiler', () =>
    expect(checkC({ ...tiny, linked: 'libseccomp' })).rejects.toThrow(/^gcc is missing .* apt-get install gcc/));

  test.each([
    ['no network', 'go: a@v1: Get "https://x": dial tcp: lookup x: no such host', 'this host must reach'],
    ['a proxy that refuses', 'go: a@v1: reading https://x: 403 Forbidden\n\tserver', 'set GOPROXY'],
    [
      'code that is wrong',
      '# quilla.test/a\n./main.go:1: syntax error',
      'could not be built: # quilla.test/a / ./main.go:1',
    ],
  ])('%s', (_, printed, words) => expect(buildFailure('a', printed)).toContain(words));
});

describe('programs', () => {
  // It writes the file that -o names: the ninth argument.
  const compiler =
    'case $1 in version) echo go version go1.26.8;; build) echo built >> "$OUT_LOG"; echo program > "$9";; esac';
  const request = (progress: string[] = []) => ({
    kubernetes: '1.36.3',
    cache: join(folder, 'cache'),
    modules: join(folder, 'modules'),
    builds: [tiny],
    progress: (line: string) => void progress.push(line),
  });
  beforeEach(async () => {
    vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
    vi.stubEnv('OUT_LOG', join(folder, 'log'));
    await mkdir(join(folder, 'modules/tiny'), { recursive: true });
    for (const [name, content] of sources) await writeFile(join(folder, 'modules/tiny', name), content);
  });

  test('are built once, and where they lie is told', async () => {
    await fake('go', compiler);
    const told: string[] = [];
    const { paths } = await programs(request(told));
    expect(await readFile(paths.tiny!, 'utf8')).toBe('program\n');
    expect(await programs(request(told))).toMatchObject({ paths });
    expect(await readFile(join(folder, 'log'), 'utf8')).toBe('built\n');
    expect(told).toEqual(['tiny: building', expect.stringMatching(/^tiny: built in \d+/)]);
  });

  test('that are not made are told, and nothing is left half', async () => {
    await fake('go', 'case $1 in version) echo go version go1.26.8;; esac');
    await expect(programs(request())).rejects.toThrow('tiny: go build made no tiny');
    expect(await readdir(join(folder, 'cache/machines/programs'))).toEqual([]);
  });
});
