import type { Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import type { ListenerRecord, LoadBalancerRecord, TargetGroupRecord } from './state.ts';

export const validationError = (message: string): AwsError => new AwsError('ValidationError', message);

export const invalidRequest = (message: string): AwsError => new AwsError('InvalidConfigurationRequest', message);

/** The load balancer of a request. Throws LoadBalancerNotFound. */
export function loadBalancerOf(turn: Turn, arn: string): LoadBalancerRecord {
  const found = turn.state.elbv2.loadBalancers[arn];
  if (found === undefined) throw new AwsError('LoadBalancerNotFound', `Load balancers '[${arn}]' not found`);
  return found;
}

/** The target group of a request. Throws TargetGroupNotFound. */
export function targetGroupOf(turn: Turn, arn: string): TargetGroupRecord {
  const found = turn.state.elbv2.targetGroups[arn];
  if (found === undefined) throw new AwsError('TargetGroupNotFound', `Target groups '[${arn}]' not found`);
  return found;
}

/** The listener of a request. Throws ListenerNotFound. */
export function listenerOf(turn: Turn, arn: string): ListenerRecord {
  const found = turn.state.elbv2.listeners[arn];
  if (found === undefined) throw new AwsError('ListenerNotFound', `One or more listeners not found`);
  return found;
}
