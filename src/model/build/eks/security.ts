import type { Resource } from '../../graph.ts';
import type { NetworkHandles } from '../network/network-handles.ts';
import { type EndpointsGroup, endpointsGroup, openTo, securityGroup } from '../security-groups.ts';
import type { EksContext } from './eks-context.ts';

export interface SecurityHandles extends EndpointsGroup {
  /** Lets SSH in to nodes; none where nobody may come. */
  readonly nodes: Resource<'security-group'> | undefined;
}

/**
 * A group without outgoing rules: nodes have those of the cluster security group. It carries no `kubernetes.io/cluster` tag: the
 * cluster security group of EKS does, and load balancer controllers stop at two on one instance.
 */
function sshGroup(context: EksContext, network: NetworkHandles): Pick<SecurityHandles, 'resources' | 'nodes'> {
  const ranges = context.spec.access.ssh?.from ?? [];
  if (ranges.length === 0 || context.spec.nodeGroups.length === 0) return { resources: [], nodes: undefined };
  const from = 'spec.access.ssh.from';
  const nodes = securityGroup(context, network, { what: 'nodes', description: 'SSH to nodes', from });
  const opening = { what: 'nodes/ssh', port: 22, ranges, from, description: 'SSH' };
  return { resources: [nodes, ...openTo(context, nodes, opening)], nodes };
}

/** The security groups that are not EKS's own, with their rules. */
export function security(context: EksContext, network: NetworkHandles): SecurityHandles {
  const ssh = sshGroup(context, network);
  const https = endpointsGroup(context, network);
  return { resources: [...ssh.resources, ...https.resources], nodes: ssh.nodes, endpoints: https.endpoints };
}
