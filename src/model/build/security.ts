import { parseCidr } from '../../base/cidr.ts';
import { shortHash } from '../../base/hash.ts';
import { type Resource, refTo } from '../graph.ts';
import type { RulePeer } from '../kinds/security-group-rule.ts';
import { type BuildContext, named, resource, tagsOf } from './context.ts';
import type { NetworkHandles } from './network/network-handles.ts';
import { isInterface } from './network/vpc-endpoints.ts';

export interface SecurityHandles {
  readonly resources: readonly Resource[];
  /** Lets SSH in to nodes; none where nobody may come. */
  readonly nodes: Resource<'security-group'> | undefined;
  /** Lets the VPC in to interface endpoints. */
  readonly endpoints: Resource<'security-group'> | undefined;
}

/**
 * A group without outgoing rules: nodes have those of the cluster security group, and endpoints call nobody. None carries a
 * `kubernetes.io/cluster` tag: the cluster security group of EKS does, and load balancer controllers stop at two on one instance.
 */
function groupOf(
  context: BuildContext,
  { vpcId }: NetworkHandles,
  { what, description, from }: { what: string; description: string; from: string },
): Resource<'security-group'> {
  const id = `security-group/${what}`;
  const fixed = { vpcId, description };
  const name = named(`${context.name}-${what}`, shortHash({ ...fixed, cluster: context.name }, 6), 255);
  return resource('security-group', {
    id,
    from,
    desired: { ...fixed, name, openEgress: false, tags: tagsOf(context, id) },
  });
}

const peerOf = (range: string): RulePeer => {
  const parsed = parseCidr(range);
  return parsed.ok && parsed.cidr.version === 6 ? { cidrIpv6: range } : { cidr: range };
};

function rules(
  context: BuildContext,
  group: Resource<'security-group'>,
  opening: { what: string; port: number; ranges: readonly string[]; from: string; description: string },
): readonly Resource<'security-group-rule'>[] {
  const { what, port, ranges, from, description } = opening;
  return [...new Set(ranges)].map((range) => {
    const id = `security-group-rule/${what}-${range}`;
    return resource('security-group-rule', {
      id,
      from,
      desired: {
        groupId: refTo(group, 'groupId'),
        direction: 'ingress',
        protocol: 'tcp',
        ports: { from: port, to: port },
        peer: peerOf(range),
        description,
        tags: tagsOf(context, id),
      },
    });
  });
}

function sshGroup(context: BuildContext, network: NetworkHandles): Pick<SecurityHandles, 'resources' | 'nodes'> {
  const ranges = context.spec.access.ssh?.from ?? [];
  if (ranges.length === 0 || context.spec.nodeGroups.length === 0) return { resources: [], nodes: undefined };
  const from = 'spec.access.ssh.from';
  const nodes = groupOf(context, network, { what: 'nodes', description: 'SSH to nodes', from });
  const opening = { what: 'nodes/ssh', port: 22, ranges, from, description: 'SSH' };
  return { resources: [nodes, ...rules(context, nodes, opening)], nodes };
}

function endpointsGroup(
  context: BuildContext,
  network: NetworkHandles,
): Pick<SecurityHandles, 'resources' | 'endpoints'> {
  if (!context.spec.network.endpoints.some(isInterface)) return { resources: [], endpoints: undefined };
  const from = 'spec.network.endpoints';
  const endpoints = groupOf(context, network, { what: 'endpoints', description: 'HTTPS to VPC endpoints', from });
  const opening = {
    what: 'endpoints/https',
    port: 443,
    ranges: network.cidrs,
    from,
    description: 'HTTPS from the VPC',
  };
  return { resources: [endpoints, ...rules(context, endpoints, opening)], endpoints };
}

/** The security groups that are not EKS's own, with their rules. */
export function security(context: BuildContext, network: NetworkHandles): SecurityHandles {
  const ssh = sshGroup(context, network);
  const https = endpointsGroup(context, network);
  return { resources: [...ssh.resources, ...https.resources], nodes: ssh.nodes, endpoints: https.endpoints };
}
