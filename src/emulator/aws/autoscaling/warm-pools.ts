import type {
  DeleteWarmPoolType,
  DescribeWarmPoolAnswer,
  DescribeWarmPoolType,
  PutWarmPoolType,
} from '@aws-sdk/client-auto-scaling';
import type { Handler, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import type { Given } from '../required-members.ts';
import { validationError } from './errors.ts';
import { instanceView, warmPoolView } from './group-view.ts';
import { groupOf, pageFor } from './lookup.ts';
import { scheduleReconcile } from './schedule.ts';
import type { AutoScalingGroup, WarmPool } from './state.ts';
import { templateData, templateOf } from './templates.ts';
import { autoScalingTimings } from './timings.ts';

function checkSupported(turn: Turn, group: AutoScalingGroup, input: PutWarmPoolType): void {
  const spot = templateData(turn, templateOf(group))?.data.InstanceMarketOptions?.MarketType === 'spot';
  if (spot)
    throw validationError('You cannot add a warm pool to a group whose launch template requests Spot Instances.');
  if (input.PoolState === 'Hibernated' || input.InstanceReusePolicy?.ReuseOnScaleIn === true)
    throw new AwsError(
      'NotImplemented',
      'Warm pools of the embedded AWS neither hibernate nor take back instances.',
      501,
    );
}

/** What a request leaves out stays; -1 takes the maximum away. */
function maxPreparedOf(input: PutWarmPoolType, before: WarmPool | undefined): { maxPrepared?: number } {
  const given = input.MaxGroupPreparedCapacity ?? before?.maxPrepared;
  if (given === undefined || given === -1) return {};
  if (given < 0) throw validationError('MaxGroupPreparedCapacity must be -1 or more.');
  return { maxPrepared: given };
}

function stateOf({ PoolState: given }: PutWarmPoolType, before: WarmPool | undefined): WarmPool['poolState'] {
  if (given === undefined) return before?.poolState ?? 'Stopped';
  return given === 'Running' ? 'Running' : 'Stopped';
}

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutWarmPool.html */
export const putWarmPool: Handler<Given<PutWarmPoolType>, object> = (input, call) => {
  const group = groupOf(call, input.AutoScalingGroupName);
  checkSupported(call, group, input);
  const before = group.warmPool;
  if (before?.isLeaving === true) throw validationError('The warm pool of the group is being deleted.');
  const minSize = input.MinSize ?? before?.minSize ?? 0;
  if (minSize < 0) throw validationError('MinSize must not be negative.');
  const maxPrepared = maxPreparedOf(input, before);
  if (maxPrepared.maxPrepared !== undefined && maxPrepared.maxPrepared < minSize)
    throw validationError('MaxGroupPreparedCapacity must not be smaller than MinSize.');
  group.warmPool = {
    minSize,
    ...maxPrepared,
    poolState: stateOf(input, before),
    instances: before?.instances ?? [],
  };
  scheduleReconcile(call, group, autoScalingTimings.react);
  return {};
};

export const describeWarmPool: Handler<Given<DescribeWarmPoolType>, DescribeWarmPoolAnswer> = (input, call) => {
  const { warmPool } = groupOf(call, input.AutoScalingGroupName);
  if (warmPool === undefined) return { Instances: [] };
  const page = pageFor(warmPool.instances, input);
  return {
    WarmPoolConfiguration: warmPoolView(warmPool),
    Instances: page.items.map(instanceView),
    NextToken: page.next,
  };
};

/** It is there until its instances are gone. */
export const deleteWarmPool: Handler<Given<DeleteWarmPoolType>, object> = (input, call) => {
  const group = groupOf(call, input.AutoScalingGroupName);
  if (group.warmPool === undefined) throw validationError(`No warm pool found for group ${group.name}`);
  group.warmPool.isLeaving = true;
  scheduleReconcile(call, group, autoScalingTimings.now);
  return {};
};
