import type { Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import type { ClassicLoadBalancer } from './state.ts';

export const validationError = (message: string): AwsError => new AwsError('ValidationError', message);

/** https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_CreateLoadBalancer.html#API_CreateLoadBalancer_Errors */
export const invalidConfiguration = (message: string): AwsError =>
  new AwsError('InvalidConfigurationRequest', message, 409);

/** All classic load balancers of a region; none where there never was one. */
export const classicBalancers = (turn: Turn): Readonly<Record<string, ClassicLoadBalancer>> =>
  turn.state.elb?.loadBalancers ?? {};

/** The load balancer of a request. Throws LoadBalancerNotFound. */
export function balancerNamed(turn: Turn, name: string): ClassicLoadBalancer {
  const found = classicBalancers(turn)[name];
  if (found === undefined)
    throw new AwsError('LoadBalancerNotFound', `There is no ACTIVE Load Balancer named '${name}'`);
  return found;
}
