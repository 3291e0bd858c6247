import type { Resource } from '../../model/graph.ts';
import type { EmitContext, TerraformKind } from './terraform-kind.ts';

type Group = Resource<'auto-scaling-group'>['desired'];

/** Every group has a mixed instances policy, also with one type on demand, so that the group itself tells its types. */
const mixedInstances = ({ instances: { types, spot }, launchTemplateId, launchTemplateVersion }: Group) => ({
  launch_template: {
    launch_template_specification: { launch_template_id: launchTemplateId, version: launchTemplateVersion },
    override: types.map((type) => ({ instance_type: type })),
  },
  instances_distribution: {
    on_demand_allocation_strategy: 'prioritized',
    on_demand_base_capacity: spot?.onDemandBase ?? 0,
    on_demand_percentage_above_base_capacity: spot?.onDemandPercentageAboveBase ?? 100,
    // What AWS takes where nothing is said; with all instances on demand it means nothing.
    spot_allocation_strategy: spot?.allocationStrategy ?? 'lowest-price',
  },
});

/** Instances get their tags from the launch template. */
const tagBlocks = (tags: unknown) =>
  Object.entries(tags as Readonly<Record<string, unknown>>).map(([key, value]) => ({
    key,
    value,
    propagate_at_launch: false,
  }));

const body = ({ desired }: Resource<'auto-scaling-group'>, { tags }: EmitContext) => ({
  name: desired.name,
  min_size: desired.minSize,
  max_size: desired.maxSize,
  desired_capacity: desired.desiredSize,
  vpc_zone_identifier: desired.subnetIds,
  mixed_instances_policy: mixedInstances(desired),
  capacity_rebalance: desired.capacityRebalance,
  // Not the load balancer's: a lost quorum must not end every seat.
  health_check_type: 'EC2',
  // AWS's own default, which the provider would raise.
  health_check_grace_period: 0,
  target_group_arns: desired.targetGroupArns,
  force_delete: true,
  tag: tagBlocks(tags(desired.tags)),
  // The size belongs to whoever scales once the group runs.
  lifecycle: { ignore_changes: ['desired_capacity'] },
});

/** How Terraform waits and deletes: it learns nothing of that from AWS. */
const ofTerraformAlone = [
  'force_delete',
  'force_delete_warm_pool',
  'ignore_failed_scaling_activities',
  'wait_for_capacity_timeout',
];

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/autoscaling_group */
export const autoScalingGroup: TerraformKind<'auto-scaling-group'> = {
  blocks: (group, context) => [
    { type: 'aws_autoscaling_group', body: body(group, context), notImported: ofTerraformAlone },
  ],
  attributes: { groupName: 'name', arn: 'arn' },
  importIds: ({ observed }) => [observed.groupName],
};
