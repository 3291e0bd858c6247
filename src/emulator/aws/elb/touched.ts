import type { Call, Touched } from '../../call.ts';
import { classicBalancers } from './lookup.ts';

/** The load balancers that a request names, with their tags; Describe operations are judged without a resource. */
export function touched(
  operation: string,
  input: Readonly<Record<string, unknown>>,
  call: Call,
): readonly Touched[] | undefined {
  if (operation.startsWith('Describe')) return undefined;
  const { LoadBalancerName: one, LoadBalancerNames: several = [] } = input;
  const names = [one, ...(Array.isArray(several) ? several : [])].filter((name) => typeof name === 'string');
  if (names.length === 0) return undefined;
  return names.map((name) => ({
    resource: `arn:${call.world.partition}:elasticloadbalancing:${call.region}:${call.account}:loadbalancer/${name}`,
    tags: classicBalancers(call)[name]?.tags ?? {},
  }));
}
