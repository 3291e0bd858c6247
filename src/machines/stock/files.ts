import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { copyFile, link, mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type GoArchitecture, type NodeProgram, nodeFile, pinnedVersions } from '../../catalog/node-files.ts';
import { cached } from './cache-entry.ts';
import { cniPlugins } from './go-builds.ts';
import { archive } from './oci-layer.ts';
import type { Programs } from './programs.ts';

/** A file of a publisher, as it is kept here. */
export interface StockFile {
  readonly program: NodeProgram;
  readonly version: string;
  /** Host and path of its publisher's URL: `dl.k8s.io/release/v1.36.3/bin/linux/amd64/kubelet`. */
  readonly place: string;
  /** On disk. */
  readonly path: string;
  /** Hexadecimal. */
  readonly sha256: string;
}

export interface StockFilesRequest {
  readonly programs: Programs;
  /** Folder that outlives runs. */
  readonly cache: string;
  /** Default: this host's. */
  readonly architecture?: GoArchitecture;
}

/** A program itself, or an archive: path in it, and the program that lies there. */
type Content = string | Readonly<Record<string, string>>;

const same = (names: readonly string[], folder = ''): Readonly<Record<string, string>> =>
  Object.fromEntries(names.map((name) => [`${folder}${name}`, name]));

/** What publishers put into their files. */
const contents: Readonly<Record<NodeProgram, (architecture: GoArchitecture) => Content>> = {
  kubelet: () => 'kube',
  kubeadm: () => 'kube',
  kubectl: () => 'kube',
  containerd: () => same(['containerd', 'containerd-shim-runc-v2', 'ctr'], 'bin/'),
  runc: () => 'runc',
  'cni-plugins': () => same(cniPlugins),
  crictl: () => same(['crictl']),
  'ecr-credential-provider': () => 'ecr-credential-provider',
  'aws-iam-authenticator': () => 'aws-iam-authenticator',
  helm: (architecture) => same(['helm'], `linux-${architecture}/`),
};

const hostArchitecture: GoArchitecture = process.arch === 'arm64' ? 'arm64' : 'amd64';
const list = 'files.json';
/** Change it where the same programs are packed otherwise. */
const format = 1;
/** The default packs the same a tenth smaller in thrice the time; these files travel over a bridge of this host. */
const gzipLevel = 1;

type Listed = Omit<StockFile, 'path'>;

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

function pathOf(programs: Programs, name: string): string {
  const path = programs.paths[name];
  if (path === undefined) throw new Error(`the program ${name} was not built, and a file of the mirror needs it`);
  return path;
}

/** The same bytes under another name; a copy where the cache lies on two file systems. */
async function putSame(from: string, to: string): Promise<void> {
  await link(from, to).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EXDEV' && error.code !== 'EPERM' && error.code !== 'EMLINK') throw error;
    await copyFile(from, to);
  });
}

async function put(content: Content, path: string, programs: Programs): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  if (typeof content === 'string') return putSame(pathOf(programs, content), path);
  const entries = Object.entries(content).map(([place, name]) => ({ path: place, file: pathOf(programs, name) }));
  await pipeline(archive(entries), createGzip({ level: gzipLevel }), createWriteStream(path));
}

async function pack(folder: string, programs: Programs, architecture: GoArchitecture): Promise<void> {
  const pinned: Readonly<Partial<Record<NodeProgram, string>>> = pinnedVersions;
  const files: Listed[] = [];
  for (const program of Object.keys(contents) as NodeProgram[]) {
    const version = pinned[program] ?? programs.kubernetes;
    const place = nodeFile(program, version, architecture).url.replace(/^https:\/\//, '');
    const path = join(folder, place);
    await put(contents[program](architecture), path, programs);
    files.push({ program, version, place, sha256: await sha256Of(path) });
  }
  await writeFile(join(folder, list), `${JSON.stringify(files, null, 1)}\n`);
}

/**
 * The files that machines install, packed as their publishers do and named as in the catalog, with their digests. Made from programs
 * once, and kept in the cache as long as those stay the same.
 */
export async function stockFiles(request: StockFilesRequest): Promise<readonly StockFile[]> {
  const { programs, cache, architecture = hostArchitecture } = request;
  const hash = createHash('sha256').update(JSON.stringify([format, architecture, programs.kubernetes, pinnedVersions]));
  // The name of a program's folder has the hash of all that it is made from.
  const made = Object.values(programs.folders).map((folder) => basename(folder));
  const folder = await cached(
    {
      folder: join(cache, 'machines/files'),
      name: `kubernetes-${programs.kubernetes}`,
      key: hash.update(JSON.stringify(made.sort())).digest('hex'),
    },
    (half) => pack(half, programs, architecture),
  );
  const files = JSON.parse(await readFile(join(folder, list), 'utf8')) as readonly Listed[];
  return files.map((file) => ({ ...file, path: join(folder, file.place) }));
}
