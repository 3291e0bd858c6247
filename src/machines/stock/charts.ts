import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createGzip } from 'node:zlib';
import { parse } from 'yaml';
import { type Blobs, blobsIn } from './oci-blobs.ts';
import { manifestType, putManifest, type Tagged } from './oci-image.ts';
import { type ArchiveEntry, archive } from './oci-layer.ts';

// https://helm.sh/docs/topics/registries/#oci-feature-deprecation-and-behavior-changes-with-v380
const configType = 'application/vnd.cncf.helm.config.v1+json';
const contentType = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip';

/** What the charts' archives hold of `Chart.yaml`. */
interface ChartFile {
  readonly name: string;
  readonly version: string;
  readonly description?: string;
}

/** Charts on disk, as a registry serves them. */
export interface ChartStore {
  /** Their name is the chart's, their tag its version. */
  readonly charts: readonly Tagged[];
  readonly blobs: Blobs;
}

async function entriesBelow(folder: string, prefix: string): Promise<readonly ArchiveEntry[]> {
  const names = (await readdir(folder, { recursive: true })).sort();
  const files = await Promise.all(names.map(async (name) => ((await stat(join(folder, name))).isFile() ? [name] : [])));
  return files.flat().map((name) => ({ path: `${prefix}/${name}`, file: join(folder, name), mode: 0o644 }));
}

async function chartFile(folder: string): Promise<ChartFile> {
  const path = join(folder, 'Chart.yaml');
  const read = parse(await readFile(path, 'utf8')) as Partial<ChartFile> | null;
  if (read?.name === undefined || read.version === undefined)
    throw new Error(`${path} says no name or no version of its chart`);
  return read as ChartFile;
}

/** Packs a chart's folder, and keeps it as `helm push` would. */
async function putChart(blobs: Blobs, folder: string): Promise<Tagged> {
  const about = await chartFile(folder);
  const { name, version, description } = about;
  const config = await blobs.put(configType, JSON.stringify(about));
  const packed = archive(await entriesBelow(folder, name));
  const zipped = createGzip({ level: 9 });
  packed.on('error', (error) => zipped.destroy(error));
  const content = await blobs.put(contentType, packed.pipe(zipped));
  const kept = await putManifest(blobs, {
    schemaVersion: 2,
    mediaType: manifestType,
    config,
    layers: [content],
    annotations: {
      'org.opencontainers.image.title': name,
      'org.opencontainers.image.version': version,
      ...(description !== undefined && { 'org.opencontainers.image.description': description }),
    },
  });
  // A tag takes no plus sign; helm looks for an underscore.
  return { name, tag: version.replaceAll('+', '_'), ...kept };
}

/** Packs all charts below a folder, each in a folder of its own, into the cache. */
export async function charts(given: { readonly folder: string; readonly cache: string }): Promise<ChartStore> {
  const blobs = blobsIn(join(given.cache, 'charts'));
  const names = (await readdir(given.folder, { withFileTypes: true }))
    .filter((each) => each.isDirectory())
    .map(({ name }) => name);
  return { charts: await Promise.all(names.sort().map((name) => putChart(blobs, join(given.folder, name)))), blobs };
}
