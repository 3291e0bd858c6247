import { buildGraph } from '../model/build/index.ts';
import type { ResourceGraph } from '../model/graph.ts';
import { scenario } from './scenarios.ts';

/** The graph of a scenario with that many copies of its first node group beside its own: a spec limits them nowhere. */
export function wideGraph(name: string, copies: number): ResourceGraph {
  const { loaded, facts } = scenario(name);
  const [first] = loaded.cluster.spec.nodeGroups;
  if (first === undefined) throw new Error(`${name} has no node group`);
  const further = Array.from({ length: copies }, (_, i) => ({ ...first, name: `${first.name}-${i + 1}` }));
  const nodeGroups = [...loaded.cluster.spec.nodeGroups, ...further];
  const cluster = { ...loaded.cluster, spec: { ...loaded.cluster.spec, nodeGroups } };
  const built = buildGraph(cluster as typeof loaded.cluster, facts);
  if (!built.ok) throw new Error(`${name}: ${JSON.stringify(built.diagnostics, null, 1)}`);
  return built.value;
}
