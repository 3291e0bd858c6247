import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { extract } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { defaultCharts } from '../../catalog/charts.ts';
import type { ClusterState } from '../../model/store-layout.ts';
import { isJoin } from '../../model/value.ts';
import { resourceOf } from '../../testing/clusters.ts';
import { selfManagedGraph } from '../../testing/self-managed-clusters.ts';
import { type ChartStore, charts } from './charts.ts';
import { imageRecipes } from './images-recipes.ts';
import type { Manifest, Tagged } from './oci-image.ts';

const ours = fileURLToPath(new URL('../../../test/kubernetes/charts', import.meta.url));
let cache: string;
let store: ChartStore;

beforeAll(async () => {
  cache = await mkdtemp(join(tmpdir(), 'quilla-charts-'));
  store = await charts({ folder: ours, cache });
});
afterAll(() => rm(cache, { recursive: true }));

/** The files of a chart's archive, by path. */
async function unpacked({ blobs }: Tagged): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  const content = gunzipSync(await readFile(store.blobs.pathOf(blobs[1]!.digest)));
  for await (const entry of Readable.from([content]).pipe(extract())) {
    if (entry.header.type === 'file') files.set(entry.header.name, await text(entry));
    else entry.resume();
  }
  return files;
}

describe('charts of the test mirror', () => {
  test('have the versions that the catalog installs', () => {
    const pinned = new Map(defaultCharts.map(({ chart, version }) => [chart, version]));
    expect(store.charts.map(({ name, tag }) => `${name}:${tag}`)).toEqual(
      store.charts.map(({ name }) => `${name}:${pinned.get(name)}`),
    );
    expect(store.charts.map(({ name }) => name)).toContain('flannel');
  });

  test('lie in the archive below their name, as they lie in their folder', async () => {
    for (const chart of store.charts) {
      const files = await unpacked(chart);
      expect([...files.keys()]).toEqual(
        expect.arrayContaining([`${chart.name}/Chart.yaml`, `${chart.name}/values.yaml`]),
      );
      for (const [path, content] of files) expect(content, path).toBe(await readFile(join(ours, path), 'utf8'));
    }
  });

  test('are told by a manifest as helm pushes it', async () => {
    const flannel = store.charts.find(({ name }) => name === 'flannel')!;
    const manifest = await store.blobs.json<Manifest>(flannel.manifest.digest);
    expect(manifest).toMatchObject({
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: { mediaType: 'application/vnd.cncf.helm.config.v1+json' },
      layers: [{ mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip' }],
    });
    expect(await store.blobs.json(manifest.config.digest)).toMatchObject({ apiVersion: 'v2', name: 'flannel' });
  });

  test('are the same each time', async () => {
    const again = await charts({ folder: ours, cache: join(cache, 'again') });
    expect(again.charts).toEqual(store.charts);
  });
});

/** The values that the seats pass to each chart. */
function passedValues(): ReadonlyMap<string, unknown> {
  const graph = selfManagedGraph({
    charts: store.charts.map(({ name }) => name),
    network: { podNetwork: { type: 'flannel', cidr: '100.96.0.0/11', encapsulation: 'vxlan' } },
  });
  const { content } = resourceOf(graph, 'bucket-object', 'bucket-object/state').desired;
  const text = isJoin(content)
    ? content.$join.map((piece) => (typeof piece === 'string' ? piece : '')).join('')
    : content;
  const { charts } = JSON.parse(String(text)) as ClusterState;
  return new Map(charts.map(({ name, values }) => [name, values]));
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Paths of what is passed and the chart has no value for. A value that is empty takes whatever it is given. */
function unknownTo(chart: unknown, passed: unknown, path = ''): readonly string[] {
  if (!isRecord(passed)) return [];
  if (!isRecord(chart)) return [path];
  if (Object.keys(chart).length === 0) return [];
  return Object.entries(passed).flatMap(([name, value]) => {
    const here = `${path}.${name}`;
    return name in chart ? unknownTo(chart[name], value, here) : [here];
  });
}

describe('what is said to charts', () => {
  test('stands among their values', async () => {
    const passed = passedValues();
    for (const { name } of store.charts) {
      // Labels are the caller's to choose.
      const { nodeSelector, ...values } = passed.get(name) as Record<string, unknown>;
      const known: unknown = parse(await readFile(join(ours, name, 'values.yaml'), 'utf8'));
      expect(unknownTo(known, values), name).toEqual([]);
      if (nodeSelector !== undefined) expect(known, name).toHaveProperty('nodeSelector');
    }
  });

  test('names no image that is not made', async () => {
    const made = imageRecipes('1.36.3').map(({ name, tag }) => `${name}:${tag}`);
    const passed = passedValues();
    const asked = await Promise.all(
      store.charts.map(async ({ name }) => {
        const values = parse(await readFile(join(ours, name, 'values.yaml'), 'utf8'));
        const { appVersion } = parse(await readFile(join(ours, name, 'Chart.yaml'), 'utf8'));
        const { image = {} } = passed.get(name) as { image?: object };
        return imagesOf({ ...values, image: { ...values.image, ...image } }, appVersion);
      }),
    );
    expect(asked.flat()).toHaveLength(5);
    expect(asked.flat().filter((image) => !made.includes(image))).toEqual([]);
  });
});

/** Every image that values name, as a registry calls it. */
function imagesOf(values: unknown, appVersion: string): readonly string[] {
  if (!isRecord(values)) return [];
  const { registry, repository, tag } = values;
  if (typeof repository !== 'string') return Object.values(values).flatMap((each) => imagesOf(each, appVersion));
  const place = registry === undefined ? repository : `${registry}/${repository}`;
  const host = /^[^/]*[.:][^/]*\//.test(place) ? place : `docker.io/${place}`;
  return [`${host}:${tag || appVersion}`];
}

describe('a folder of charts', () => {
  test('may hold a version with a plus sign, which no tag takes', async () => {
    const folder = join(cache, 'plus');
    await mkdir(join(folder, 'one'), { recursive: true });
    await writeFile(join(folder, 'one', 'Chart.yaml'), 'apiVersion: v2\nname: one\nversion: 1.0.0+a\n');
    expect((await charts({ folder, cache })).charts[0]).toMatchObject({ name: 'one', tag: '1.0.0_a' });
  });

  test('is refused where a Chart.yaml says no version', async () => {
    const folder = join(cache, 'bad');
    await mkdir(join(folder, 'one'), { recursive: true });
    await writeFile(join(folder, 'one', 'Chart.yaml'), 'name: one\n');
    await expect(charts({ folder, cache })).rejects.toThrow('Chart.yaml says no name or no version');
  });
});
