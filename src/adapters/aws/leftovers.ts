import type { CallContext } from '../../ports/aws.ts';
import type {
  Leftover,
  LeftoverFinder,
  LeftoverPermissions,
  LeftoverPlaces,
  LeftoverRemover,
} from '../../ports/leftovers.ts';
import type { Permission } from '../../ports/permissions.ts';
import type { Connection } from './connection.ts';
import { ec2Arn } from './ec2.ts';
import {
  findInterfaces,
  findSecurityGroups,
  findVolumes,
  removeInterface,
  removeSecurityGroup,
  removeVolume,
} from './leftover-compute.ts';
import { findLoadBalancers, removeLoadBalancer, removeTargetGroup } from './leftover-load-balancers.ts';
import { eksLeftoverPermissions, findForeignChildren, findLogGroup, removeLogGroup } from './leftover-of-eks.ts';

/**
 * What controllers made inside the cluster and a destroy would leave behind, with what of others stands in VPCs that go,
 * in the order in which it can be removed.
 */
export async function findLeftovers(
  connection: Connection,
  context: CallContext,
  places: LeftoverPlaces,
): Promise<Leftover[]> {
  const { cluster } = context.scope;
  const found = await Promise.all([
    findForeignChildren(connection, context),
    findLogGroup(connection, context.scope, places.since),
    findLoadBalancers(connection, cluster, places.vpcIds),
    findVolumes(connection, cluster),
    findInterfaces(connection, cluster, places),
    findSecurityGroups(connection, cluster, places.vpcIds),
  ]);
  return found.flat();
}

/** Removes what belongs to the cluster and returns when it is gone; throws on anything else, which is a bug of the caller. */
export async function removeLeftover(connection: Connection, leftover: Leftover, context: CallContext): Promise<void> {
  const { type, id, belongsToCluster } = leftover;
  if (!belongsToCluster) throw new Error(`${type} ${id} does not belong to the cluster and is not removed`);
  switch (type) {
    case 'load-balancer':
      return removeLoadBalancer(connection, id, context);
    case 'target-group':
      return removeTargetGroup(connection, id, context);
    case 'volume':
      return removeVolume(connection, id, context);
    case 'network-interface':
      return removeInterface(connection, id, context);
    case 'security-group':
      return removeSecurityGroup(connection, id, context);
    case 'log-group':
      return removeLogGroup(connection, id);
    case 'classic-load-balancer':
    case 'instance':
    case 'node-group':
    case 'fargate-profile':
      throw new Error(`${type} ${id} is never the cluster's by a tag that could be seen`);
    default:
      return type satisfies never;
  }
}

export const leftoverFinder = (connection: Connection): LeftoverFinder => ({
  find: (places, context) => findLeftovers(connection, context, places),
});

export const leftoverRemover = (connection: Connection): LeftoverRemover => ({
  remove: (leftover, context) => removeLeftover(connection, leftover, context),
});

const onAny = (action: string): Permission => ({ action, resource: '*' });
const ownedBy = (tag: string, value: string) => ({ StringEquals: { [`aws:ResourceTag/${tag}`]: value } });
const ownedTag = 'kubernetes.io/cluster/${cluster}';

/** A deletion is allowed on what carries one of the tags that make it the cluster's. */
const deletion = (action: string, resource: string): Permission[] => [
  { action, resource, condition: ownedBy(ownedTag, 'owned') },
  { action, resource, condition: ownedBy('elbv2.k8s.aws/cluster', '${cluster}') },
];
const balancerArn = (type: string): string => `arn:\${partition}:elasticloadbalancing:\${region}:\${account}:${type}/*`;

export const leftoverPermissions: LeftoverPermissions = {
  find: [
    'elasticloadbalancing:DescribeLoadBalancers',
    'elasticloadbalancing:DescribeTargetGroups',
    'elasticloadbalancing:DescribeTags',
    'ec2:DescribeVolumes',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSecurityGroups',
    'logs:DescribeLogGroups',
  ]
    .map(onAny)
    .concat(eksLeftoverPermissions.find),
  remove: [
    ...deletion('elasticloadbalancing:DeleteLoadBalancer', balancerArn('loadbalancer')),
    ...deletion('elasticloadbalancing:DeleteTargetGroup', balancerArn('targetgroup')),
    { action: 'ec2:DeleteVolume', resource: ec2Arn('volume'), condition: ownedBy(ownedTag, 'owned') },
    { action: 'ec2:DeleteVolume', resource: ec2Arn('volume'), condition: ownedBy('KubernetesCluster', '${cluster}') },
    {
      action: 'ec2:DeleteNetworkInterface',
      resource: ec2Arn('network-interface'),
      condition: ownedBy('cluster.k8s.amazonaws.com/name', '${cluster}'),
    },
    {
      action: 'ec2:DeleteNetworkInterface',
      resource: ec2Arn('network-interface'),
      condition: ownedBy(ownedTag, 'owned'),
    },
    ...deletion('ec2:DeleteSecurityGroup', ec2Arn('security-group')),
    ...deletion('ec2:RevokeSecurityGroupIngress', ec2Arn('security-group')),
    ...deletion('ec2:RevokeSecurityGroupEgress', ec2Arn('security-group')),
    onAny('elasticloadbalancing:DescribeLoadBalancers'),
    onAny('ec2:DescribeSecurityGroups'),
    ...eksLeftoverPermissions.remove,
  ],
};
