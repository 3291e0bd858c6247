import type {
  AvailabilityZoneDistribution,
  CreateAutoScalingGroupType,
  DeleteAutoScalingGroupType,
  SetDesiredCapacityType,
  UpdateAutoScalingGroupType,
} from '@aws-sdk/client-auto-scaling';
import type { Call, Handler } from '../../call.ts';
import { AwsError } from '../../call.ts';
import type { Given } from '../required-members.ts';
import { checkClassicBalancers } from './classic-balancers.ts';
import { alreadyExists, resourceInUse, scalingInProgress, validationError } from './errors.ts';
import { checkFullyFormed } from './fully-formed.ts';
import { createGroup, deleteGroupByForce, resizeGroup, zonesOfSubnets } from './group-record.ts';
import { hookOf } from './hooks.ts';
import { checkTargetGroups, groupOf } from './lookup.ts';
import { runningRefresh } from './refresh-progress.ts';
import type { AutoScalingGroup } from './state.ts';
import { checkedTags } from './tags.ts';
import { checkedMixed, checkedTemplate } from './templates.ts';

interface Sized {
  readonly minSize: number;
  readonly maxSize: number;
  readonly desiredCapacity: number;
}

function checkSizes({ minSize, maxSize, desiredCapacity }: Sized): void {
  if (minSize < 0 || maxSize < 0) throw validationError('MinSize and MaxSize must not be negative.');
  if (maxSize < minSize)
    throw validationError(`Max bound, ${maxSize}, must be greater than or equal to min bound, ${minSize}`);
  if (desiredCapacity < minSize) {
    throw validationError(
      `Desired capacity:${desiredCapacity} must be between the specified min size:${minSize} and max size:${maxSize}`,
    );
  }
  if (desiredCapacity > maxSize) {
    throw validationError(
      `Desired capacity:${desiredCapacity} must be between the specified min size:${minSize} and max size:${maxSize}`,
    );
  }
}

/** The subnets of VPCZoneIdentifier: they must exist, in one VPC, one per group of zones or more. */
function checkedSubnets(call: Call, text: string | undefined): string[] {
  const ids = (text ?? '')
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
  if (ids.length === 0) throw validationError('At least one Availability Zone or VPC Subnet is required.');
  const records = ids.map((id) => call.state.ec2.subnets[id]);
  const gone = ids.filter((_, i) => records[i] === undefined);
  if (gone.length > 0) throw validationError(`The subnet ID '${gone[0]}' does not exist`);
  if (new Set(records.map((record) => record!.vpcId)).size > 1) {
    throw validationError('All subnets must be in the same VPC');
  }
  return ids;
}

function checkName(name: string): void {
  if (name.length >= 1 && name.length <= 255 && !name.includes(':')) return;
  throw validationError('Group name must be 1 to 255 characters long and must not contain a colon.');
}

function refuseUnknown(input: object, known: readonly string[], operation: string): void {
  const unknown = Object.entries(input).find(([key, value]) => value !== undefined && !known.includes(key))?.[0];
  if (unknown === undefined) return;
  throw new AwsError('NotImplemented', `The embedded AWS does not know ${unknown} of ${operation}.`, 501);
}

/** A launch that fails in one zone is tried in another: AWS's default, and what is done here. */
function checkDistribution(distribution: AvailabilityZoneDistribution | undefined): void {
  const strategy = distribution?.CapacityDistributionStrategy ?? 'balanced-best-effort';
  if (strategy === 'balanced-best-effort') return;
  throw new AwsError('NotImplemented', `The embedded AWS does not know the distribution ${strategy}.`, 501);
}

/** Members that are kept as they are given. */
const plainMembers = {
  DefaultCooldown: 'defaultCooldown',
  HealthCheckType: 'healthCheckType',
  HealthCheckGracePeriod: 'healthCheckGracePeriod',
  PlacementGroup: 'placementGroup',
  TerminationPolicies: 'terminationPolicies',
  NewInstancesProtectedFromScaleIn: 'newInstancesProtectedFromScaleIn',
  CapacityRebalance: 'capacityRebalance',
  ServiceLinkedRoleARN: 'serviceLinkedRoleArn',
  MaxInstanceLifetime: 'maxInstanceLifetime',
  DefaultInstanceWarmup: 'defaultInstanceWarmup',
  Context: 'context',
  DesiredCapacityType: 'desiredCapacityType',
  DeletionProtection: 'deletionProtection',
} as const satisfies Readonly<Record<string, keyof AutoScalingGroup>>;

/** Where zones come from the subnets, what is said of zones must fit. */
const zoneMembers = ['AvailabilityZones', 'AvailabilityZoneIds', 'SkipZonalShiftValidation'];

const known = [
  'AutoScalingGroupName',
  'LaunchTemplate',
  'MixedInstancesPolicy',
  'MinSize',
  'MaxSize',
  'DesiredCapacity',
  'VPCZoneIdentifier',
  'AvailabilityZoneDistribution',
  ...zoneMembers,
  ...Object.keys(plainMembers),
];

function settingsOf(input: Readonly<Record<string, unknown>>): Partial<AutoScalingGroup> {
  const entries = Object.entries(plainMembers).filter(([member]) => input[member] !== undefined);
  return Object.fromEntries(entries.map(([member, field]) => [field, input[member]]));
}

export const createAutoScalingGroup: Handler<Given<CreateAutoScalingGroupType>, object> = (input, call) => {
  refuseUnknown(
    input,
    [...known, 'LifecycleHookSpecificationList', 'Tags', 'TargetGroupARNs', 'LoadBalancerNames'],
    'CreateAutoScalingGroup',
  );
  const name = input.AutoScalingGroupName;
  checkName(name);
  if (call.state.autoscaling.groups[name] !== undefined) {
    throw alreadyExists(`AutoScalingGroup by this name already exists - A group with the name ${name} already exists`);
  }
  if ((input.LaunchTemplate === undefined) === (input.MixedInstancesPolicy === undefined)) {
    throw validationError(
      'Valid requests must contain either LaunchTemplate, LaunchConfigurationName, InstanceId or MixedInstancesPolicy parameter.',
    );
  }
  const sizes = {
    minSize: input.MinSize,
    maxSize: input.MaxSize,
    desiredCapacity: input.DesiredCapacity ?? input.MinSize,
  };
  checkSizes(sizes);
  checkDistribution(input.AvailabilityZoneDistribution);
  checkTargetGroups(call, input.TargetGroupARNs ?? []);
  checkClassicBalancers(call, input.LoadBalancerNames ?? []);
  const wanted = {
    name,
    ...(input.LaunchTemplate !== undefined && { launchTemplate: checkedTemplate(call, input.LaunchTemplate) }),
    ...(input.MixedInstancesPolicy !== undefined && { mixedInstances: checkedMixed(call, input.MixedInstancesPolicy) }),
    subnetIds: checkedSubnets(call, input.VPCZoneIdentifier),
    tags: checkedTags(input.Tags ?? []),
  };
  checkFullyFormed(call, { ...wanted, instances: [] });
  createGroup(call, {
    ...wanted,
    ...sizes,
    hooks: (input.LifecycleHookSpecificationList ?? []).map(hookOf),
    settings: {
      ...settingsOf(input as unknown as Readonly<Record<string, unknown>>),
      targetGroupArns: [...(input.TargetGroupARNs ?? [])],
      loadBalancerNames: [...(input.LoadBalancerNames ?? [])],
    },
  });
  return {};
};

function changeSource(call: Call, group: AutoScalingGroup, input: Given<UpdateAutoScalingGroupType>): void {
  if (input.LaunchTemplate !== undefined && input.MixedInstancesPolicy !== undefined) {
    throw validationError('You can specify only one of LaunchTemplate and MixedInstancesPolicy.');
  }
  if (input.LaunchTemplate !== undefined) {
    group.launchTemplate = checkedTemplate(call, input.LaunchTemplate);
    delete group.mixedInstances;
  }
  if (input.MixedInstancesPolicy !== undefined) {
    const before = group.mixedInstances;
    const policy = input.MixedInstancesPolicy;
    const spec = policy.LaunchTemplate?.LaunchTemplateSpecification ?? {
      LaunchTemplateId: before?.launchTemplate.id,
      Version: before?.launchTemplate.version,
    };
    group.mixedInstances = checkedMixed(call, {
      ...policy,
      LaunchTemplate: { ...policy.LaunchTemplate, LaunchTemplateSpecification: spec },
    });
    delete group.launchTemplate;
  }
}

export const updateAutoScalingGroup: Handler<Given<UpdateAutoScalingGroupType>, object> = (input, call) => {
  refuseUnknown(input, known, 'UpdateAutoScalingGroup');
  const group = groupOf(call, input.AutoScalingGroupName);
  const minSize = input.MinSize ?? group.minSize;
  const maxSize = input.MaxSize ?? group.maxSize;
  // A desired capacity that is not named follows new bounds, as AWS has it.
  const desiredCapacity = input.DesiredCapacity ?? Math.min(Math.max(group.desiredCapacity, minSize), maxSize);
  checkSizes({ minSize, maxSize, desiredCapacity });
  checkDistribution(input.AvailabilityZoneDistribution);
  const subnetIds = input.VPCZoneIdentifier === undefined ? undefined : checkedSubnets(call, input.VPCZoneIdentifier);
  const changed = { ...group, ...(subnetIds !== undefined && { subnetIds }) };
  changeSource(call, changed, input);
  if (input.LaunchTemplate !== undefined || input.MixedInstancesPolicy !== undefined) checkFullyFormed(call, changed);
  changeSource(call, group, input);
  if (subnetIds !== undefined) {
    group.subnetIds = subnetIds;
    group.zones = zonesOfSubnets(call, subnetIds);
  }
  Object.assign(group, settingsOf(input as unknown as Readonly<Record<string, unknown>>));
  resizeGroup(call, group, { minSize, maxSize, desiredCapacity });
  return {};
};

export const setDesiredCapacity: Handler<Given<SetDesiredCapacityType>, object> = (input, call) => {
  const group = groupOf(call, input.AutoScalingGroupName);
  const { minSize, maxSize } = group;
  const desiredCapacity = input.DesiredCapacity;
  if (desiredCapacity > maxSize) {
    throw validationError(
      `New SetDesiredCapacity value ${desiredCapacity} is above max value ${maxSize} for the AutoScalingGroup.`,
    );
  }
  if (desiredCapacity < minSize) {
    throw validationError(
      `New SetDesiredCapacity value ${desiredCapacity} is below min value ${minSize} for the AutoScalingGroup.`,
    );
  }
  resizeGroup(call, group, { minSize, maxSize, desiredCapacity });
  return {};
};

export const deleteAutoScalingGroup: Handler<Given<DeleteAutoScalingGroupType>, object> = (input, call) => {
  const group = groupOf(call, input.AutoScalingGroupName);
  const protection = group.deletionProtection ?? 'none';
  if (
    protection === 'prevent-all-deletion' ||
    (protection === 'prevent-force-deletion' && input.ForceDelete === true)
  ) {
    throw validationError(`The group ${group.name} has deletion protection (${protection}).`);
  }
  if (input.ForceDelete === true) {
    deleteGroupByForce(call, group);
    return {};
  }
  if (group.warmPool !== undefined) {
    throw resourceInUse('You cannot delete an AutoScalingGroup while there is a warm pool in the group.');
  }
  if (runningRefresh(call, group) !== undefined) {
    throw scalingInProgress(
      'You cannot delete an AutoScalingGroup while there are scaling activities in progress for that group.',
    );
  }
  if (group.instances.some((own) => own.lifecycleState === 'InService' || own.lifecycleState.startsWith('Pending'))) {
    throw resourceInUse(
      'You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request(s) still in the group.',
    );
  }
  if (group.instances.length > 0) {
    throw scalingInProgress(
      'You cannot delete an AutoScalingGroup while there are scaling activities in progress for that group.',
    );
  }
  delete call.state.autoscaling.groups[group.name];
  return {};
};
