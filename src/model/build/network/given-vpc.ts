import type { Diagnostic } from '../../../base/diagnostic.ts';
import type { GivenVpc } from '../../../spec/cluster.ts';
import { report } from '../../codes.ts';
import type { SubnetFact } from '../../facts.ts';
import type { Resource } from '../../graph.ts';
import { type BuildContext, kubernetesTag, resource } from '../context.ts';
import type { NetworkHandles, SubnetHandle } from './network-handles.ts';
import { internalLoadBalancers, publicLoadBalancers } from './planned-subnets.ts';

const path = 'spec.network.vpc';

/** A given subnet for those who stand in it. */
export const givenSubnet = (fact: SubnetFact): SubnetHandle => ({
  subnetId: fact.id,
  zone: fact.zone,
  isPublic: fact.isPublic,
  ready: [],
  routeTableId: fact.routeTableId,
});

function missing(id: string, vpcId: string): Diagnostic {
  const detail = `AWS shows no subnet ${id} in ${vpcId}`;
  return report('graph.given-subnet-missing', {
    detail,
    fix: 'Correct the id, or the region or profile.',
    at: { path },
  });
}

function routeFindings(context: BuildContext, vpc: GivenVpc, facts: readonly SubnetFact[]): readonly Diagnostic[] {
  const code = vpc.addMissingRoutes ? 'graph.cannot-add-route' : 'graph.given-route-missing';
  const hasEndpoints = context.spec.network.endpoints.length > 0;
  return facts
    .filter(({ hasDefaultRoute }) => !hasDefaultRoute && !hasEndpoints)
    .map(({ id, routeTableId }) =>
      report(code, {
        detail: `${id} uses ${routeTableId}, which has no route for 0.0.0.0/0`,
        fix: `Add a route for 0.0.0.0/0 to ${routeTableId}, to a NAT gateway or an internet gateway.`,
        at: { path },
      }),
    );
}

function loadBalancerTags(context: BuildContext, id: string, isPublic: boolean): Resource<'given-subnet-tags'> {
  const tags = {
    ...(isPublic ? publicLoadBalancers : internalLoadBalancers),
    [kubernetesTag(context.name)]: 'shared',
  };
  return resource('given-subnet-tags', {
    id: `given-subnet-tags/${id}`,
    from: 'spec.network.vpc.addMissingTags',
    desired: { subnetId: id, tags },
  });
}

/** A VPC that is not ours: nothing is made in it but, if the spec says so, the tags that load balancers look for. */
export function givenVpc(context: BuildContext, vpc: GivenVpc): NetworkHandles {
  const facts = new Map(context.facts.vpc?.subnets.map((fact) => [fact.id, fact]));
  const { podSubnets } = context.spec.network;
  const podIds = podSubnets?.type === 'given' ? Object.values(podSubnets.byZone) : [];
  const named = [...new Set([...vpc.subnets.private, ...vpc.subnets.public, ...podIds])];
  const found = (ids: readonly string[]): readonly SubnetFact[] => ids.flatMap((id) => facts.get(id) ?? []);
  const nodes = found([...vpc.subnets.private, ...vpc.subnets.public]);
  // Only EKS asks for two zones.
  const isEks = context.spec.controlPlane.type === 'eks';
  const oneZone = isEks && nodes.length > 1 && new Set(nodes.map(({ zone }) => zone)).size === 1;
  return {
    resources: vpc.addMissingTags
      ? [
          ...vpc.subnets.private.map((id) => loadBalancerTags(context, id, false)),
          ...vpc.subnets.public.map((id) => loadBalancerTags(context, id, true)),
        ]
      : [],
    diagnostics: [
      ...named.filter((id) => !facts.has(id)).map((id) => missing(id, vpc.id)),
      ...(oneZone
        ? [report('graph.given-zones', { detail: `all given subnets lie in ${nodes[0]!.zone}`, at: { path } })]
        : []),
      ...routeFindings(context, vpc, found(vpc.subnets[context.spec.network.topology])),
    ],
    vpcId: vpc.id,
    cidrs: context.facts.vpc?.cidrs ?? [],
    privateSubnets: found(vpc.subnets.private).map(givenSubnet),
    publicSubnets: found(vpc.subnets.public).map(givenSubnet),
    podSubnets: found(podIds).map(givenSubnet),
    natRanges: vpc.natAddresses.map((address) => (address.includes('/') ? address : `${address}/32`)),
  };
}
