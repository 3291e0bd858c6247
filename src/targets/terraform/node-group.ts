import type { Resource } from '../../model/graph.ts';
import type { Taint } from '../../model/kinds/node-group.ts';
import type { EmitContext, TerraformKind } from './terraform-kind.ts';

const effects = {
  NoSchedule: 'NO_SCHEDULE',
  PreferNoSchedule: 'PREFER_NO_SCHEDULE',
  NoExecute: 'NO_EXECUTE',
} as const satisfies Record<Taint['effect'], string>;

/** With an image in the launch template EKS finds out by itself and refuses to be told. */
const image = ({ amiType, version, releaseVersion }: Resource<'node-group'>['desired']) =>
  amiType === 'CUSTOM' ? {} : { ami_type: amiType, version, release_version: releaseVersion };

const body = ({ desired }: Resource<'node-group'>, { tags }: EmitContext) => ({
  cluster_name: desired.clusterName,
  node_group_name: desired.name,
  node_role_arn: desired.nodeRoleArn,
  subnet_ids: desired.subnetIds,
  ...image(desired),
  instance_types: desired.instanceTypes,
  capacity_type: desired.capacityType,
  launch_template: { id: desired.launchTemplateId, version: desired.launchTemplateVersion },
  scaling_config: { min_size: desired.minSize, max_size: desired.maxSize, desired_size: desired.desiredSize },
  labels: desired.labels,
  taint: desired.taints.map(({ key, value, effect }) => ({
    key,
    value: value === '' ? undefined : value,
    effect: effects[effect as Taint['effect']],
  })),
  update_config:
    'maxUnavailable' in desired.updateConfig
      ? { max_unavailable: desired.updateConfig.maxUnavailable }
      : { max_unavailable_percentage: desired.updateConfig.maxUnavailablePercentage },
  tags: tags(desired.tags),
  // The size belongs to whoever scales once the group runs.
  lifecycle: { ignore_changes: ['scaling_config[0].desired_size'] },
});

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/eks_node_group */
export const nodeGroup: TerraformKind<'node-group'> = {
  blocks: (group, context) => [{ type: 'aws_eks_node_group', body: body(group, context) }],
  attributes: {
    nodeGroupName: 'node_group_name',
    arn: 'arn',
    autoScalingGroupName: 'resources[0].autoscaling_groups[0].name',
  },
  importIds: ({ settled, observed }) => [`${settled.clusterName}:${observed.nodeGroupName}`],
};
