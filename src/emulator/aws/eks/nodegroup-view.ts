import type { Nodegroup } from '@aws-sdk/client-eks';
import type { Turn } from '../../call.ts';
import type { EksCluster, EksNodegroup } from './state.ts';

/** Shows the size that the Auto Scaling group wants, as EKS does: others may have scaled it. */
function scalingView(turn: Turn, group: EksNodegroup): NonNullable<Nodegroup['scalingConfig']> {
  const real = turn.state.autoscaling.groups[group.autoScalingGroupName];
  return { minSize: group.minSize, maxSize: group.maxSize, desiredSize: real?.desiredCapacity ?? group.desiredSize };
}

const updateConfigView = (group: EksNodegroup): NonNullable<Nodegroup['updateConfig']> =>
  group.maxUnavailablePercentage === undefined
    ? { maxUnavailable: group.maxUnavailable ?? 1, updateStrategy: 'DEFAULT' }
    : { maxUnavailablePercentage: group.maxUnavailablePercentage, updateStrategy: 'DEFAULT' };

/** What was given or, with a launch template, comes from it and is not shown. */
const optionalView = (group: EksNodegroup): Partial<Nodegroup> => ({
  ...(group.instanceTypes === undefined
    ? {}
    : { instanceTypes: [...group.instanceTypes] as NonNullable<Nodegroup['instanceTypes']> }),
  ...(group.diskSize === undefined ? {} : { diskSize: group.diskSize }),
  ...(group.launchTemplate === undefined ? {} : { launchTemplate: { ...group.launchTemplate } }),
  ...(group.remoteAccess === undefined
    ? {}
    : {
        remoteAccess: {
          ec2SshKey: group.remoteAccess.ec2SshKey,
          sourceSecurityGroups: group.remoteAccess.sourceSecurityGroups,
        },
      }),
});

const resourcesView = (turn: Turn, group: EksNodegroup): NonNullable<Nodegroup['resources']> => ({
  autoScalingGroups:
    turn.state.autoscaling.groups[group.autoScalingGroupName] === undefined
      ? []
      : [{ name: group.autoScalingGroupName }],
  ...(group.remoteAccess?.securityGroupId === undefined
    ? {}
    : { remoteAccessSecurityGroup: group.remoteAccess.securityGroupId }),
});

/** A node group as DescribeNodegroup answers it. */
export const nodegroupView = (turn: Turn, cluster: EksCluster, group: EksNodegroup): Nodegroup => ({
  nodegroupName: group.name,
  nodegroupArn: group.arn,
  clusterName: cluster.name,
  version: group.version,
  releaseVersion: group.releaseVersion,
  createdAt: new Date(group.createdAt),
  modifiedAt: new Date(group.modifiedAt),
  status: group.status,
  capacityType: group.capacityType,
  scalingConfig: scalingView(turn, group),
  ...optionalView(group),
  subnets: [...group.subnets],
  amiType: group.amiType as NonNullable<Nodegroup['amiType']>,
  nodeRole: group.nodeRole,
  labels: { ...group.labels },
  taints: group.taints.map((taint) => ({ ...taint })),
  resources: resourcesView(turn, group),
  health: { issues: group.issues.map((issue) => ({ ...issue })) as NonNullable<Nodegroup['health']>['issues'] },
  updateConfig: updateConfigView(group),
  nodeRepairConfig: { enabled: group.nodeRepair },
  tags: { ...group.tags },
});
