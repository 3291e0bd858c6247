/**
 * `node test/kubernetes/pin-kubernetes.ts 1.36.3` writes go.mod and go.sum of Kubernetes' programs at that release.
 *
 * A module that imports k8s.io/kubernetes gets none of that release's pins of its own parts (k8s.io/api and its like
 * are v0.0.0 there, replaced by folders of its repository), so they are said again: part v0.Y.Z for release v1.Y.Z.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface GoModule {
  readonly Go: string;
  readonly Godebug?: readonly { Key: string; Value: string }[];
  readonly Require: readonly { Path: string; Version: string }[];
  readonly Replace?: readonly { Old: { Path: string }; New: { Path: string } }[];
}

const server = 'go.etcd.io/etcd/server/v3';
const tools = ['go.etcd.io/etcd/etcdctl/v3', 'go.etcd.io/etcd/etcdutl/v3'];

/** The flags of `go mod edit` that pin what the release pins. */
function pinsOf(release: GoModule, version: string): readonly string[] {
  const part = `v${version.replace(/^1\./, '0.')}`;
  const parts = new Set(
    (release.Replace ?? []).filter(({ New }) => New.Path.startsWith('./staging/')).map(({ Old }) => Old.Path),
  );
  const required = release.Require.map(({ Path, Version }) => [Path, parts.has(Path) ? part : Version] as const);
  const etcd = required.find(([path]) => path === server)?.[1];
  if (etcd === undefined) throw new Error(`k8s.io/kubernetes v${version} requires no ${server}: etcd cannot be pinned`);
  return [
    `-go=${release.Go}`,
    ...(release.Godebug ?? []).map(({ Key, Value }) => `-godebug=${Key}=${Value}`),
    ...[...parts].map((path) => `-replace=${path}=${path}@${part}`),
    `-require=k8s.io/kubernetes@v${version}`,
    ...[...required, ...tools.map((path) => [path, etcd] as const)].map(([path, pin]) => `-require=${path}@${pin}`),
  ];
}

const version = process.argv[2];
if (version === undefined || !/^1\.\d+\.\d+$/.test(version)) {
  process.stderr.write('usage: node test/kubernetes/pin-kubernetes.ts 1.36.3\n');
  process.exit(2);
}
const here = import.meta.dirname;
const folder = join(here, `kubernetes-${version.split('.').slice(0, 2).join('.')}`);
const work = mkdtempSync(join(tmpdir(), 'pin-kubernetes-'));
const go = (...args: string[]): string =>
  execFileSync('go', args, {
    cwd: work,
    encoding: 'utf8',
    env: { ...process.env, GOWORK: 'off', GOFLAGS: '-mod=mod' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
try {
  writeFileSync(join(work, 'go.mod'), 'module quilla.test/kubernetes\n');
  cpSync(join(here, 'kubernetes', 'main.go'), join(work, 'main.go'));
  const { GoMod } = JSON.parse(go('mod', 'download', '-json', `k8s.io/kubernetes@v${version}`)) as { GoMod: string };
  writeFileSync(join(work, 'release.mod'), readFileSync(GoMod));
  go('mod', 'edit', ...pinsOf(JSON.parse(go('mod', 'edit', '-json', 'release.mod')) as GoModule, version));
  go('mod', 'tidy');
  for (const file of ['go.mod', 'go.sum']) cpSync(join(work, file), join(folder, file));
  process.stdout.write(`${folder}: pinned to ${version}\n`);
} finally {
  rmSync(work, { recursive: true, force: true });
}
