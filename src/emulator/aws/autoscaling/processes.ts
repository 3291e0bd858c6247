import type {
  AttachLoadBalancerTargetGroupsType,
  DescribeLoadBalancerTargetGroupsRequest,
  DescribeLoadBalancerTargetGroupsResponse,
  DescribePoliciesType,
  DetachLoadBalancerTargetGroupsType,
  DisableMetricsCollectionQuery,
  EnableMetricsCollectionQuery,
  PoliciesType,
  ScalingProcessQuery,
} from '@aws-sdk/client-auto-scaling';
import type { Handler } from '../../call.ts';
import type { Given } from '../required-members.ts';
import { validationError } from './errors.ts';
import { attachTargetGroups, detachTargetGroups, targetGroupState } from './group-targets.ts';
import { checkTargetGroups, groupOf } from './lookup.ts';
import { scheduleReconcile } from './schedule.ts';
import { autoScalingTimings } from './timings.ts';

const processes = [
  'AZRebalance',
  'AddToLoadBalancer',
  'AlarmNotification',
  'HealthCheck',
  'InstanceRefresh',
  'Launch',
  'ReplaceUnhealthy',
  'ScheduledActions',
  'Terminate',
];

function namedProcesses(input: Given<ScalingProcessQuery>): readonly string[] {
  const names = input.ScalingProcesses?.length ? input.ScalingProcesses : processes;
  const unknown = names.find((name) => !processes.includes(name));
  if (unknown !== undefined) throw validationError(`Unknown process type ${unknown}. Known: ${processes.join(', ')}`);
  return names;
}

export const suspendProcesses: Handler<Given<ScalingProcessQuery>, object> = (input, call) => {
  const group = groupOf(call, input.AutoScalingGroupName);
  const reason = `User suspended at ${new Date(call.now).toISOString()}`;
  for (const name of namedProcesses(input)) {
    if (!group.suspendedProcesses.some((own) => own.name === name)) group.suspendedProcesses.push({ name, reason });
  }
  return {};
};

export const resumeProcesses: Handler<Given<ScalingProcessQuery>, object> = (input, call) => {
  const group = groupOf(call, input.AutoScalingGroupName);
  const names = namedProcesses(input);
  group.suspendedProcesses = group.suspendedProcesses.filter((own) => !names.includes(own.name));
  scheduleReconcile(call, group, autoScalingTimings.react);
  return {};
};

const metrics = [
  'GroupMinSize',
  'GroupMaxSize',
  'GroupDesiredCapacity',
  'GroupInServiceInstances',
  'GroupPendingInstances',
  'GroupStandbyInstances',
  'GroupTerminatingInstances',
  'GroupTotalInstances',
];

export const enableMetricsCollection: Handler<Given<EnableMetricsCollectionQuery>, object> = (input, call) => {
  const group = groupOf(call, input.AutoScalingGroupName);
  if (input.Granularity !== '1Minute') throw validationError('Metrics granularity must be 1Minute');
  group.enabledMetrics = [
    ...new Set([...group.enabledMetrics, ...(input.Metrics?.length ? input.Metrics : metrics)]),
  ].sort();
  return {};
};

export const disableMetricsCollection: Handler<Given<DisableMetricsCollectionQuery>, object> = (input, call) => {
  const group = groupOf(call, input.AutoScalingGroupName);
  const off = input.Metrics?.length ? input.Metrics : group.enabledMetrics;
  group.enabledMetrics = group.enabledMetrics.filter((name) => !off.includes(name));
  return {};
};

/** There are no scaling policies here: PutScalingPolicy is not known. */
export const describePolicies: Handler<DescribePoliciesType, PoliciesType> = (input, call) => {
  if (input.AutoScalingGroupName !== undefined) groupOf(call, input.AutoScalingGroupName);
  return { ScalingPolicies: [] };
};

export const attachLoadBalancerTargetGroups: Handler<Given<AttachLoadBalancerTargetGroupsType>, object> = (
  input,
  call,
) => {
  const group = groupOf(call, input.AutoScalingGroupName);
  checkTargetGroups(call, input.TargetGroupARNs);
  attachTargetGroups(call, group, input.TargetGroupARNs);
  return {};
};

export const detachLoadBalancerTargetGroups: Handler<Given<DetachLoadBalancerTargetGroupsType>, object> = (
  input,
  call,
) => {
  const group = groupOf(call, input.AutoScalingGroupName);
  const unknown = input.TargetGroupARNs.find((arn) => !group.targetGroupArns.includes(arn));
  if (unknown !== undefined)
    throw validationError(`Trying to remove Target Groups that are not part of the group: ${unknown}`);
  detachTargetGroups(call, group, input.TargetGroupARNs);
  return {};
};

export const describeLoadBalancerTargetGroups: Handler<
  Given<DescribeLoadBalancerTargetGroupsRequest>,
  DescribeLoadBalancerTargetGroupsResponse
> = (input, call) => {
  const group = groupOf(call, input.AutoScalingGroupName);
  return {
    LoadBalancerTargetGroups: group.targetGroupArns.map((arn) => ({
      LoadBalancerTargetGroupARN: arn,
      State: targetGroupState(call, group, arn),
    })),
  };
};
