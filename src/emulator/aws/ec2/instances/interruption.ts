import type { Json } from '../../../../base/canonical-json.ts';
import { minutes } from '../../../../base/duration.ts';
import type { EventHandlers, Turn } from '../../../call.ts';
import { AwsError } from '../../../call.ts';
import { tellBus } from '../../events/deliver.ts';
import { get } from '../lookup.ts';
import { terminateInstance } from './life.ts';
import { instanceArn } from './state-change.ts';

/** From the warning to the end. */
const notice = minutes(2);

/**
 * Takes a spot instance back, as EC2 does when it needs the capacity: a warning to EventBridge and to the instance's metadata now, the end
 * two minutes later. Throws for an instance that is no spot instance or does not run.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html
 */
export function interruptSpotInstance(turn: Turn, id: string): void {
  const instance = get(turn, 'instances', id);
  if (instance.spotRequestId === undefined)
    throw new AwsError('UnsupportedOperation', `Instance '${id}' is not a Spot Instance.`);
  if (instance.state !== 'running' || instance.interruption !== undefined)
    throw new AwsError('IncorrectInstanceState', `The instance '${id}' cannot be interrupted now.`);
  instance.interruption = { at: turn.now + notice.ms };
  const resources = [instanceArn(turn, id)];
  for (const type of ['EC2 Instance Rebalance Recommendation', 'EC2 Spot Instance Interruption Warning']) {
    const action = type.endsWith('Warning') && { 'instance-action': 'terminate' };
    tellBus(turn, { source: 'aws.ec2', type, resources, detail: { 'instance-id': id, ...action } });
  }
  turn.later(notice, 'ec2.spot-interrupted', { instanceId: id });
}

function interruptedDue(data: Json, turn: Turn): void {
  const { instanceId } = data as { readonly instanceId: string };
  const instance = turn.state.ec2.instances[instanceId];
  if (instance === undefined || instance.state !== 'running') return;
  terminateInstance(turn, instanceId, 'Service');
}

export const interruptionEvents: EventHandlers = { 'ec2.spot-interrupted': interruptedDue };
