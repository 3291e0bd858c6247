import type { Turn } from '../../call.ts';
import { createRequesterInterface, deleteRequesterInterface } from '../requester-interface.ts';
import type { EksCluster } from './state.ts';

/** The tags of what EKS makes for a cluster. */
const ownedTags = (cluster: EksCluster): Record<string, string> => ({
  Name: `eks-cluster-sg-${cluster.name}-${hashOf(cluster)}`,
  'aws:eks:cluster-name': cluster.name,
  [`kubernetes.io/cluster/${cluster.name}`]: 'owned',
});

const hashOf = (cluster: EksCluster): number =>
  [...cluster.issuer].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) % 2_000_000_000, 7);

/** The group through which the control plane and the nodes of node groups talk: everything among its members. */
function makeClusterSecurityGroup(turn: Turn, cluster: EksCluster): string {
  const { ec2 } = turn.state;
  const id = turn.newId('sg-');
  const all = { groupId: id, protocol: '-1', fromPort: -1, toPort: -1 };
  const rules = [
    { ...all, id: turn.newId('sgr-'), isEgress: false, referencedGroupId: id },
    { ...all, id: turn.newId('sgr-'), isEgress: true, cidrIpv4: '0.0.0.0/0' },
    ...(cluster.network.ipFamily === 'ipv6'
      ? [{ ...all, id: turn.newId('sgr-'), isEgress: true, cidrIpv6: '::/0' }]
      : []),
  ];
  ec2.securityGroups[id] = {
    id,
    name: `eks-cluster-sg-${cluster.name}-${hashOf(cluster)}`,
    description:
      'EKS created security group applied to ENI that is attached to EKS Control Plane master nodes, as well as any managed workloads.',
    vpcId: cluster.vpc.vpcId,
  };
  for (const rule of rules) ec2.securityGroupRules[rule.id] = rule;
  ec2.tags[id] = ownedTags(cluster);
  return id;
}

/** Subnets for the control plane's interfaces: one of each of two zones. */
function interfaceSubnets(turn: Turn, cluster: EksCluster): string[] {
  const byZone = new Map<string, string>();
  for (const id of cluster.vpc.subnetIds) {
    const zone = turn.state.ec2.subnets[id]?.zone;
    if (zone !== undefined && !byZone.has(zone)) byZone.set(zone, id);
  }
  return [...byZone.values()].slice(0, 2);
}

/** Makes the cluster security group and the control plane's interfaces. Throws EC2's error where a subnet is full or gone. */
export function makeClusterNetwork(turn: Turn, cluster: EksCluster): void {
  cluster.vpc.clusterSecurityGroupId = makeClusterSecurityGroup(turn, cluster);
  const groups = [cluster.vpc.clusterSecurityGroupId, ...cluster.vpc.securityGroupIds];
  for (const subnetId of interfaceSubnets(turn, cluster)) {
    cluster.networkInterfaceIds.push(
      createRequesterInterface(turn, {
        subnetId,
        groups,
        description: `Amazon EKS ${cluster.name}`,
        requesterId: 'amazon-eks',
        interfaceType: 'interface',
      }),
    );
  }
}

/** Takes away what makeClusterNetwork made; the group stays where something else still uses it, as with AWS. */
export function removeClusterNetwork(turn: Turn, cluster: EksCluster): void {
  const { ec2 } = turn.state;
  for (const id of cluster.networkInterfaceIds) deleteRequesterInterface(turn, id);
  cluster.networkInterfaceIds = [];
  const id = cluster.vpc.clusterSecurityGroupId;
  const used = Object.values(ec2.networkInterfaces).some((eni) => eni.groups.includes(id));
  if (used || ec2.securityGroups[id] === undefined) return;
  delete ec2.securityGroups[id];
  delete ec2.tags[id];
  for (const rule of Object.values(ec2.securityGroupRules)) {
    if (rule.groupId === id) delete ec2.securityGroupRules[rule.id];
  }
}
