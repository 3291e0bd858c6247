import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildGraph } from '../model/build/index.ts';
import type { Facts } from '../model/facts.ts';
import type { ResourceGraph } from '../model/graph.ts';
import { type LoadedCluster, loadCluster } from '../spec/load.ts';

/** The folder of scenarios, and the day on which they are judged. */
export const scenariosFolder = join(import.meta.dirname, '../../scenarios');
export const scenarioDay = new Date('2026-11-01T00:00:00Z');

/** A spec with the facts that it meets, and what the model makes of both. */
export interface Scenario {
  readonly name: string;
  readonly folder: string;
  readonly loaded: LoadedCluster;
  readonly facts: Facts;
  readonly graph: ResourceGraph;
}

export const scenarioNames = (): string[] =>
  readdirSync(scenariosFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();

/** Loads a spec that must be sound; throws with its diagnostics otherwise. */
export function loadOrThrow(text: string, file: string): LoadedCluster {
  const loaded = loadCluster(text, { file, today: scenarioDay });
  if (!loaded.ok) throw new Error(`${file}: ${JSON.stringify(loaded.diagnostics, null, 1)}`);
  return loaded.value;
}

export function scenario(name: string): Scenario {
  const folder = join(scenariosFolder, name);
  const loaded = loadOrThrow(readFileSync(join(folder, 'spec.yaml'), 'utf8'), `scenarios/${name}/spec.yaml`);
  const facts = JSON.parse(readFileSync(join(folder, 'facts.json'), 'utf8')) as Facts;
  const built = buildGraph(loaded.cluster, facts);
  if (!built.ok) throw new Error(`${name}: ${JSON.stringify(built.diagnostics, null, 1)}`);
  return { name, folder, loaded, facts, graph: built.value };
}
