import type { Resource } from '../../graph.ts';
import type { Built } from '../context.ts';
import { network } from '../network/network.ts';
import { vpcEndpoints } from '../network/vpc-endpoints.ts';
import { access } from './access.ts';
import { addonsAfterNodes, addonsBeforeNodes } from './addons.ts';
import { controlPlane } from './control-plane.ts';
import type { EksContext } from './eks-context.ts';
import { fargate } from './fargate.ts';
import { nodeGroups } from './node-groups/node-groups.ts';
import { podIdentities } from './pod-identities.ts';
import { security } from './security.ts';

/** A cluster whose control plane EKS runs: all builders, each fed with the handles of those before it. */
export function eks(context: EksContext): Built {
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
