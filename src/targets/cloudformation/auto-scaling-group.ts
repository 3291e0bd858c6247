import type { Resource } from '../../model/graph.ts';
import type { CloudFormationKind, EmitContext } from './cloudformation-kind.ts';

type Group = Resource<'auto-scaling-group'>['desired'];

/** What AWS takes where nothing is said; with all instances on demand it means nothing. */
const unusedSpotStrategy = 'lowest-price';

const policy = ({ instances: { types, spot }, launchTemplateId, launchTemplateVersion }: Group) => ({
  LaunchTemplate: {
    LaunchTemplateSpecification: { LaunchTemplateId: launchTemplateId, Version: launchTemplateVersion },
    Overrides: types.map((InstanceType) => ({ InstanceType })),
  },
  InstancesDistribution: {
    OnDemandAllocationStrategy: 'prioritized',
    OnDemandBaseCapacity: spot?.onDemandBase ?? 0,
    OnDemandPercentageAboveBaseCapacity: spot?.onDemandPercentageAboveBase ?? 100,
    SpotAllocationStrategy: spot?.allocationStrategy ?? unusedSpotStrategy,
  },
});

const body = (desired: Group, { tagList }: EmitContext) => ({
  AutoScalingGroupName: desired.name,
  MinSize: String(desired.minSize),
  MaxSize: String(desired.maxSize),
  DesiredCapacity: String(desired.desiredSize),
  VPCZoneIdentifier: desired.subnetIds,
  MixedInstancesPolicy: policy(desired),
  CapacityRebalance: desired.capacityRebalance,
  // Not the load balancer's: a lost quorum must not end every seat.
  HealthCheckType: 'EC2',
  TargetGroupARNs: desired.targetGroupArns,
  // Instances get theirs from the launch template.
  Tags: tagList(desired.tags).map((tag) => ({ ...(tag as object), PropagateAtLaunch: false })),
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-autoscaling-autoscalinggroup.html */
export const autoScalingGroup: CloudFormationKind<'auto-scaling-group'> = {
  blocks: ({ desired }, context) => [
    {
      type: 'AWS::AutoScaling::AutoScalingGroup',
      body: body(desired, context),
      // Sizes belong to whoever scales until the template says other ones. No rolling update: what runs is left alone.
      updatePolicy: { AutoScalingScheduledAction: { IgnoreUnmodifiedGroupSizeProperties: true } },
    },
  ],
  attributes: { groupName: 'Ref', arn: 'AutoScalingGroupARN' },
};
