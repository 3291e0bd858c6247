import { failed, isError, ok, type Result } from '../../base/diagnostic.ts';
import type { Cluster } from '../../spec/cluster.ts';
import type { Facts } from '../facts.ts';
import type { Resource, ResourceGraph } from '../graph.ts';
import { access } from './access.ts';
import { addonsAfterNodes, addonsBeforeNodes } from './addons.ts';
import { withAppliedValues } from './applied-values.ts';
import type { BuildContext } from './context.ts';
import { controlPlane } from './control-plane.ts';
import { fargate } from './fargate.ts';
import { network } from './network/network.ts';
import { vpcEndpoints } from './network/vpc-endpoints.ts';
import { nodeGroups } from './node-groups/node-groups.ts';
import { applyPatches, checkIgnored } from './patches.ts';
import { podIdentities } from './pod-identities.ts';
import { security } from './security.ts';

/** All builders, each fed with the handles of those before it. */
function compose(context: BuildContext) {
  const net = network(context);
  const groups = security(context, net);
  const endpoints = vpcEndpoints(context, net, groups.endpoints);
  const plane = controlPlane(context, net);
  const { cluster } = plane;
  const people = access(context, cluster);
  const surroundings = { network: net, cluster };
  const early = addonsBeforeNodes(context, surroundings);
  const reachable = endpoints.map(({ id }) => id);
  const nodes = nodeGroups(context, {
    ...surroundings,
    ssh: groups.nodes,
    keyName: people.keyName,
    ready: [...early.beforeNodes, ...reachable],
  });
  const serverless = fargate(context, cluster, { network: net, ready: reachable });
  const late = addonsAfterNodes(context, surroundings, [...nodes.groups, ...serverless.profiles]);
  const resources: readonly Resource[] = [
    ...net.resources,
    ...groups.resources,
    ...endpoints,
    ...plane.resources,
    ...people.resources,
    ...early.resources,
    ...nodes.resources,
    ...serverless.resources,
    ...late,
    ...podIdentities(context, cluster),
  ];
  return { resources, diagnostics: [...net.diagnostics, ...people.diagnostics, ...nodes.diagnostics] };
}

/**
 * Everything that a spec asks for, from the spec and what only AWS can tell. Pure: equal input gives an equal graph. Fails with every
 * diagnostic at once where facts or the spec's own patches do not fit.
 */
export function buildGraph({ metadata, spec }: Cluster, facts: Facts): Result<ResourceGraph> {
  const built = compose({ name: metadata.name, spec, facts });
  const { patched, diagnostics, ...applied } = applyPatches(built.resources, spec.patches);
  const resources = applied.resources.map(withAppliedValues);
  const all = [...built.diagnostics, ...diagnostics, ...checkIgnored(resources, spec.ignore)];
  if (all.some(isError)) return failed(...all);
  return ok({ cluster: metadata.name, region: spec.region, resources, ignore: spec.ignore, patched }, all);
}
