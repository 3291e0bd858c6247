import type { Call, Touched } from '../../call.ts';

/** The load balancer or target group that a request names, with its tags. */
export function touched(
  operation: string,
  input: Readonly<Record<string, unknown>>,
  call: Call,
): readonly Touched[] | undefined {
  const resource = input.LoadBalancerArn ?? input.TargetGroupArn;
  if (operation.startsWith('Describe') || typeof resource !== 'string') return undefined;
  const { loadBalancers, targetGroups } = call.state.elbv2;
  return [{ resource, tags: (loadBalancers[resource] ?? targetGroups[resource])?.tags ?? {} }];
}
