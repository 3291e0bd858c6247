import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { catalogDate } from '../../catalog/catalog-date.ts';
import { loadCluster } from '../../spec/load.ts';
import { type Facts, factsNeeded } from '../facts.ts';
import { buildGraph } from './index.ts';

const folder = new URL('../../../scenarios/', import.meta.url);
const names = readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);
const read = (path: string): string => readFileSync(new URL(path, folder), 'utf8');

test.each(names)('%s has the facts that its spec needs, no others, and a graph', (name) => {
  const loaded = loadCluster(read(`${name}/spec.yaml`), { file: `${name}/spec.yaml`, today: new Date(catalogDate) });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics));
  const { cluster } = loaded.value;
  const facts = JSON.parse(read(`${name}/facts.json`)) as Facts;
  const needed = factsNeeded(cluster);
  expect(Object.keys(facts.images)).toEqual(needed.imageParameters);
  expect(Object.keys(facts.profileRoles)).toEqual(needed.instanceProfiles);
  expect(facts.vpc?.subnets.map(({ id }) => id) ?? null).toEqual(needed.vpc?.subnetIds ?? null);
  expect(facts.creatorArn !== null).toBe(needed.creator);
  const result = buildGraph(cluster, facts);
  expect(result.diagnostics).toEqual([]);
  expect(result.ok).toBe(true);
});

test('the seed scenario is the seed example', () => {
  const example = readFileSync(new URL('../examples/seed-eks.yaml', folder), 'utf8');
  expect(read('seed-eks/spec.yaml')).toBe(example);
});
