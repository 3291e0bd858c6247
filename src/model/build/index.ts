import { failed, isError, ok, type Result } from '../../base/diagnostic.ts';
import type { Cluster } from '../../spec/cluster.ts';
import type { Facts } from '../facts.ts';
import type { ResourceGraph } from '../graph.ts';
import { withAppliedValues } from './applied-values.ts';
import type { Built } from './context.ts';
import { eks } from './eks/eks.ts';
import { applyPatches, checkIgnored } from './patches.ts';
import { selfManaged } from './self-managed/self-managed.ts';

function compose({ metadata, spec }: Cluster, facts: Facts): Built {
  const { controlPlane } = spec;
  const { name } = metadata;
  switch (controlPlane.type) {
    case 'eks':
      return eks({ name, spec: { ...spec, controlPlane }, facts });
    case 'self-managed':
      return selfManaged({ name, spec: { ...spec, controlPlane }, facts });
    default:
      return controlPlane satisfies never;
  }
}

/**
 * Everything that a spec asks for, from the spec and what only AWS can tell. Pure: equal input gives an equal graph. Fails with every
 * diagnostic at once where facts or the spec's own patches do not fit.
 */
export function buildGraph(cluster: Cluster, facts: Facts): Result<ResourceGraph> {
  const { metadata, spec } = cluster;
  const built = compose(cluster, facts);
  const { patched, diagnostics, ...applied } = applyPatches(built.resources, spec.patches);
  const resources = applied.resources.map(withAppliedValues);
  const all = [...built.diagnostics, ...diagnostics, ...checkIgnored(resources, spec.ignore)];
  if (all.some(isError)) return failed(...all);
  return ok({ cluster: metadata.name, region: spec.region, resources, ignore: spec.ignore, patched }, all);
}
