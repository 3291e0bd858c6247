import type { Turn } from '../../call.ts';
import { tellBus } from '../events/deliver.ts';
import type { AutoScalingGroup, GroupInstance, LifecycleHook } from './state.ts';

const ec2Arn = (turn: Turn, id: string): string =>
  `arn:${turn.world.partition}:ec2:${turn.region}:${turn.account}:instance/${id}`;

/** Tells EventBridge that a hook holds an instance: https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-event-reference.html */
export function tellLifecycleAction(
  turn: Turn,
  group: AutoScalingGroup,
  { instance, hook }: { readonly instance: GroupInstance; readonly hook: LifecycleHook },
): void {
  const launching = hook.transition === 'autoscaling:EC2_INSTANCE_LAUNCHING';
  tellBus(turn, {
    source: 'aws.autoscaling',
    type: launching ? 'EC2 Instance-launch Lifecycle Action' : 'EC2 Instance-terminate Lifecycle Action',
    resources: [group.arn],
    detail: {
      LifecycleActionToken: instance.lifecycleActionToken ?? '',
      AutoScalingGroupName: group.name,
      LifecycleHookName: hook.name,
      EC2InstanceId: instance.instanceId,
      LifecycleTransition: hook.transition,
      ...(hook.notificationMetadata !== undefined && { NotificationMetadata: hook.notificationMetadata }),
      Origin: launching ? 'EC2' : 'AutoScalingGroup',
      Destination: launching ? 'AutoScalingGroup' : 'EC2',
    },
  });
}

/** Tells EventBridge that an instance came or went. */
export function tellDone(
  turn: Turn,
  group: AutoScalingGroup,
  instance: GroupInstance,
  what: 'Launch' | 'Terminate',
): void {
  const activity = turn.state.autoscaling.activities.find((own) => own.id === instance.activityId);
  tellBus(turn, {
    source: 'aws.autoscaling',
    type: `EC2 Instance ${what} Successful`,
    resources: [group.arn, ec2Arn(turn, instance.instanceId)],
    detail: {
      StatusCode: 'InProgress',
      Description: activity?.description ?? '',
      AutoScalingGroupName: group.name,
      ActivityId: instance.activityId,
      Details: { 'Availability Zone': instance.zone, 'Subnet ID': instance.subnetId },
      RequestId: instance.activityId,
      StatusMessage: '',
      EndTime: new Date(turn.now).toISOString(),
      EC2InstanceId: instance.instanceId,
      StartTime: new Date(activity?.startTime ?? turn.now).toISOString(),
      Cause: activity?.cause ?? '',
      Origin: what === 'Launch' ? 'EC2' : 'AutoScalingGroup',
      Destination: what === 'Launch' ? 'AutoScalingGroup' : 'EC2',
    },
  });
}
