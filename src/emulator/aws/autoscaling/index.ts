import {
  AttachLoadBalancers$,
  AttachLoadBalancerTargetGroups$,
  CancelInstanceRefresh$,
  CompleteLifecycleAction$,
  CreateAutoScalingGroup$,
  CreateOrUpdateTags$,
  DeleteAutoScalingGroup$,
  DeleteLifecycleHook$,
  DeleteTags$,
  DeleteWarmPool$,
  DescribeAutoScalingGroups$,
  DescribeAutoScalingInstances$,
  DescribeInstanceRefreshes$,
  DescribeLifecycleHooks$,
  DescribeLifecycleHookTypes$,
  DescribeLoadBalancers$,
  DescribeLoadBalancerTargetGroups$,
  DescribePolicies$,
  DescribeScalingActivities$,
  DescribeTags$,
  DescribeWarmPool$,
  DetachLoadBalancers$,
  DetachLoadBalancerTargetGroups$,
  DisableMetricsCollection$,
  EnableMetricsCollection$,
  PutLifecycleHook$,
  PutWarmPool$,
  RecordLifecycleActionHeartbeat$,
  ResumeProcesses$,
  SetDesiredCapacity$,
  SetInstanceHealth$,
  SetInstanceProtection$,
  StartInstanceRefresh$,
  SuspendProcesses$,
  TerminateInstanceInAutoScalingGroup$,
  UpdateAutoScalingGroup$,
} from '@aws-sdk/client-auto-scaling';
import type { Handlers, Service } from '../../call.ts';
import { withRequiredMembers } from '../required-members.ts';
import { describeScalingActivities } from './activities.ts';
import { attachLoadBalancers, describeLoadBalancers, detachLoadBalancers } from './classic-balancers.ts';
import { validationError } from './errors.ts';
import { describeAutoScalingGroups, describeAutoScalingInstances } from './group-view.ts';
import {
  createAutoScalingGroup,
  deleteAutoScalingGroup,
  setDesiredCapacity,
  updateAutoScalingGroup,
} from './groups.ts';
import {
  completeLifecycleAction,
  deleteLifecycleHook,
  describeLifecycleHooks,
  describeLifecycleHookTypes,
  hookEvents,
  putLifecycleHook,
  recordLifecycleActionHeartbeat,
} from './hooks.ts';
import { setInstanceHealth, setInstanceProtection, terminateInstanceInAutoScalingGroup } from './members.ts';
import * as processes from './processes.ts';
import { reconcileEvents } from './reconcile.ts';
import { cancelInstanceRefresh, describeInstanceRefreshes, startInstanceRefresh } from './refreshes.ts';
import { createOrUpdateTags, deleteTags, describeTags } from './tags.ts';
import { terminationEvents } from './terminate.ts';
import { touched } from './touched.ts';
import { deleteWarmPool, describeWarmPool, putWarmPool } from './warm-pools.ts';

const schemas = {
  AttachLoadBalancerTargetGroups: AttachLoadBalancerTargetGroups$,
  AttachLoadBalancers: AttachLoadBalancers$,
  CancelInstanceRefresh: CancelInstanceRefresh$,
  CompleteLifecycleAction: CompleteLifecycleAction$,
  CreateAutoScalingGroup: CreateAutoScalingGroup$,
  CreateOrUpdateTags: CreateOrUpdateTags$,
  DeleteAutoScalingGroup: DeleteAutoScalingGroup$,
  DeleteLifecycleHook: DeleteLifecycleHook$,
  DeleteTags: DeleteTags$,
  DeleteWarmPool: DeleteWarmPool$,
  DescribeAutoScalingGroups: DescribeAutoScalingGroups$,
  DescribeAutoScalingInstances: DescribeAutoScalingInstances$,
  DescribeInstanceRefreshes: DescribeInstanceRefreshes$,
  DescribeLifecycleHookTypes: DescribeLifecycleHookTypes$,
  DescribeLifecycleHooks: DescribeLifecycleHooks$,
  DescribeLoadBalancerTargetGroups: DescribeLoadBalancerTargetGroups$,
  DescribeLoadBalancers: DescribeLoadBalancers$,
  DescribePolicies: DescribePolicies$,
  DescribeScalingActivities: DescribeScalingActivities$,
  DescribeTags: DescribeTags$,
  DescribeWarmPool: DescribeWarmPool$,
  DetachLoadBalancerTargetGroups: DetachLoadBalancerTargetGroups$,
  DetachLoadBalancers: DetachLoadBalancers$,
  DisableMetricsCollection: DisableMetricsCollection$,
  EnableMetricsCollection: EnableMetricsCollection$,
  PutLifecycleHook: PutLifecycleHook$,
  PutWarmPool: PutWarmPool$,
  RecordLifecycleActionHeartbeat: RecordLifecycleActionHeartbeat$,
  ResumeProcesses: ResumeProcesses$,
  SetDesiredCapacity: SetDesiredCapacity$,
  SetInstanceHealth: SetInstanceHealth$,
  SetInstanceProtection: SetInstanceProtection$,
  StartInstanceRefresh: StartInstanceRefresh$,
  SuspendProcesses: SuspendProcesses$,
  TerminateInstanceInAutoScalingGroup: TerminateInstanceInAutoScalingGroup$,
  UpdateAutoScalingGroup: UpdateAutoScalingGroup$,
};

const handlers: Handlers = {
  AttachLoadBalancers: attachLoadBalancers,
  AttachLoadBalancerTargetGroups: processes.attachLoadBalancerTargetGroups,
  CancelInstanceRefresh: cancelInstanceRefresh,
  CompleteLifecycleAction: completeLifecycleAction,
  CreateAutoScalingGroup: createAutoScalingGroup,
  CreateOrUpdateTags: createOrUpdateTags,
  DeleteAutoScalingGroup: deleteAutoScalingGroup,
  DeleteLifecycleHook: deleteLifecycleHook,
  DeleteTags: deleteTags,
  DeleteWarmPool: deleteWarmPool,
  DescribeAutoScalingGroups: describeAutoScalingGroups,
  DescribeAutoScalingInstances: describeAutoScalingInstances,
  DescribeInstanceRefreshes: describeInstanceRefreshes,
  DescribeLifecycleHookTypes: describeLifecycleHookTypes,
  DescribeLifecycleHooks: describeLifecycleHooks,
  DescribeLoadBalancers: describeLoadBalancers,
  DescribeLoadBalancerTargetGroups: processes.describeLoadBalancerTargetGroups,
  DescribePolicies: processes.describePolicies,
  DescribeScalingActivities: describeScalingActivities,
  DescribeTags: describeTags,
  DescribeWarmPool: describeWarmPool,
  DetachLoadBalancers: detachLoadBalancers,
  DetachLoadBalancerTargetGroups: processes.detachLoadBalancerTargetGroups,
  DisableMetricsCollection: processes.disableMetricsCollection,
  EnableMetricsCollection: processes.enableMetricsCollection,
  PutLifecycleHook: putLifecycleHook,
  PutWarmPool: putWarmPool,
  RecordLifecycleActionHeartbeat: recordLifecycleActionHeartbeat,
  ResumeProcesses: processes.resumeProcesses,
  SetDesiredCapacity: setDesiredCapacity,
  SetInstanceHealth: setInstanceHealth,
  SetInstanceProtection: setInstanceProtection,
  StartInstanceRefresh: startInstanceRefresh,
  SuspendProcesses: processes.suspendProcesses,
  TerminateInstanceInAutoScalingGroup: terminateInstanceInAutoScalingGroup,
  UpdateAutoScalingGroup: updateAutoScalingGroup,
};

/** Auto Scaling of EC2: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/ */
export const service: Service = {
  signingName: 'autoscaling',
  protocol: 'awsQuery',
  version: '2011-01-01',
  schemas,
  touched,
  handlers: withRequiredMembers(schemas, handlers, (member) =>
    validationError(
      `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
    ),
  ),
  events: { ...reconcileEvents, ...hookEvents, ...terminationEvents },
};
