import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { copyEntries, packetFilterEntries } from './images-host-programs.ts';
import {
  type ImageProgram,
  type ImagePrograms,
  type ImageRecipe,
  imageRecipes,
  programEntries,
  type SharedLayer,
  systemEntries,
} from './images-recipes.ts';
import { type Blobs, blobsIn } from './oci-blobs.ts';
import { putImage, type Tagged } from './oci-image.ts';
import { type ArchiveEntry, type Layer, layer } from './oci-layer.ts';

export interface ImagesRequest {
  /** Of Kubernetes: `1.36.3`. */
  readonly kubernetes: string;
  readonly programs: ImagePrograms;
  /** Folder that outlives runs. */
  readonly cache: string;
  readonly progress?: (line: string) => void;
}

/** Images on disk, as a registry serves them. */
export interface ImageStore {
  readonly images: readonly Tagged[];
  readonly blobs: Blobs;
  /** Names of images whose program was not given. */
  readonly missing: readonly string[];
}

/** Change it where the same inputs make other images. */
const format = 3;
/** Sets of images that stay in the cache; another run may be serving one of them. */
const kept = 4;
const list = 'images.json';

const nameOf = ({ name, tag }: { name: string; tag: string }): string => `${name}:${tag}`;

/** A layer's entries, with files by size and time: to read hundreds of megabytes at each start would take longer than all the rest. */
async function fingerprint(entry: ArchiveEntry): Promise<unknown> {
  if (!('file' in entry)) return entry;
  const { size, mtimeMs } = await stat(entry.file);
  return { ...entry, size, mtimeMs };
}

type LayerName = ImageProgram | SharedLayer;
type Plan = ReadonlyMap<LayerName, readonly ArchiveEntry[]>;

async function entriesOf(name: LayerName, programs: ImagePrograms): Promise<readonly ArchiveEntry[]> {
  switch (name) {
    case 'system':
      return systemEntries;
    case 'packet-filter':
      return packetFilterEntries();
    case 'copy':
      return copyEntries();
    default:
      return programEntries(name, programs[name]!);
  }
}

async function planOf(recipes: readonly ImageRecipe[], programs: ImagePrograms): Promise<Plan> {
  const names = [...new Set(recipes.flatMap(({ above, program }): LayerName[] => [program, ...above]))];
  return new Map(await Promise.all(names.map(async (name) => [name, await entriesOf(name, programs)] as const)));
}

async function keyOf(recipes: readonly ImageRecipe[], plan: Plan): Promise<string> {
  const layers = await Promise.all(
    [...plan].map(async ([name, entries]) => [name, await Promise.all(entries.map(fingerprint))]),
  );
  return createHash('sha256')
    .update(JSON.stringify([format, process.arch, recipes, layers]))
    .digest('hex')
    .slice(0, 16);
}

async function make(folder: string, recipes: readonly ImageRecipe[], plan: Plan): Promise<void> {
  const blobs = blobsIn(folder);
  const layers = new Map<LayerName, Layer>();
  for (const [name, entries] of plan) layers.set(name, await layer(blobs, entries));
  const images: Tagged[] = [];
  for (const { name, tag, above, program, entrypoint } of recipes) {
    const parts = {
      title: name,
      layers: [program, ...above].map((each) => layers.get(each)!),
      ...(entrypoint !== undefined && { entrypoint }),
    };
    images.push({ name, tag, ...(await putImage(blobs, parts)) });
  }
  await writeFile(join(folder, list), JSON.stringify(images, undefined, 1));
}

/** Ends all but the sets that were used last. */
async function sweep(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => /^[0-9a-f]{16}$/.test(name));
  const sets = await Promise.all(
    names.map(async (name) => ({ path: join(folder, name), at: (await stat(join(folder, name))).mtimeMs })),
  );
  const old = sets.sort((a, b) => b.at - a.at).slice(kept);
  await Promise.all(old.map(({ path }) => rm(path, { recursive: true, force: true })));
}

async function ready(folder: string): Promise<boolean> {
  return stat(join(folder, list)).then(
    () => true,
    () => false,
  );
}

/** Makes a set under another name and moves it into place when it is whole. Another run may be first. */
async function ensure(folder: string, fill: (half: string) => Promise<void>): Promise<void> {
  if (await ready(folder)) return utimes(folder, new Date(), new Date());
  const half = `${folder}.${process.pid}`;
  await mkdir(half, { recursive: true });
  try {
    await fill(half);
    await rename(half, folder).catch(async (error) => {
      if (!(await ready(folder))) throw error;
    });
  } finally {
    await rm(half, { recursive: true, force: true });
  }
}

/**
 * The images of a cluster of one version of Kubernetes, made from programs without any engine, and kept in the cache as long as those
 * stay the same. Throws where a program of this host is missing that they contain (iptables, nft, cp), with what to install.
 */
export async function images({ kubernetes, programs, cache, progress }: ImagesRequest): Promise<ImageStore> {
  const all = imageRecipes(kubernetes);
  const recipes = all.filter(({ program }) => programs[program] !== undefined);
  const plan = await planOf(recipes, programs);
  const parent = join(cache, 'images');
  const folder = join(parent, await keyOf(recipes, plan));
  await ensure(folder, (half) => {
    progress?.(`images of Kubernetes ${kubernetes}: ${recipes.length}, of ${plan.size} layers`);
    return make(half, recipes, plan);
  });
  await sweep(parent);
  const made: readonly Tagged[] = JSON.parse(await readFile(join(folder, list), 'utf8'));
  return { images: made, blobs: blobsIn(folder), missing: all.filter((each) => !recipes.includes(each)).map(nameOf) };
}

/** Where an image of a publisher lies in the mirror: what registry.k8s.io has as it is, the rest below its host. */
export const repositoryInMirror = (name: string): string => `images/${name.replace(/^registry\.k8s\.io\//, '')}`;

/** Images as a machine pulls them from the mirror: `mirror.quilla.internal/images/etcd:3.6.8-0`. */
export const imagesInMirror = (host: string, stores: readonly ImageStore[]): readonly string[] => [
  ...new Set(
    stores.flatMap((store) => store.images.map(({ name, tag }) => `${host}/${repositoryInMirror(name)}:${tag}`)),
  ),
];
