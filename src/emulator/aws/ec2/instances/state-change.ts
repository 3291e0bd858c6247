import type { Turn } from '../../../call.ts';
import { stopListening } from '../../elbv2/listening.ts';
import { tellBus } from '../../events/deliver.ts';
import type { InstanceRecord, InstanceStateName } from '../compute-records.ts';

/** The ARN of an instance. */
export const instanceArn = (turn: Turn, id: string): string =>
  `arn:${turn.world.partition}:ec2:${turn.region}:${turn.account}:instance/${id}`;

/**
 * Puts an instance into a state and tells EventBridge; what does not run answers at no port.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instance-state-changes.html
 */
export function changeState(turn: Turn, instance: InstanceRecord, state: InstanceStateName): void {
  instance.state = state;
  if (state !== 'running' && state !== 'pending') stopListening(turn, instance.id);
  tellBus(turn, {
    source: 'aws.ec2',
    type: 'EC2 Instance State-change Notification',
    resources: [instanceArn(turn, instance.id)],
    detail: { 'instance-id': instance.id, state },
  });
}
