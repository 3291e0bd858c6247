import type {
  AttachLoadBalancersType,
  DescribeLoadBalancersRequest,
  DescribeLoadBalancersResponse,
  DetachLoadBalancersType,
} from '@aws-sdk/client-auto-scaling';
import type { Duration } from '../../../base/duration.ts';
import { milliseconds } from '../../../base/duration.ts';
import type { Handler, Turn } from '../../call.ts';
import { classicBalancers } from '../elb/lookup.ts';
import { deregisterClassic, registerClassic } from '../elb/registration.ts';
import type { ClassicLoadBalancer } from '../elb/state.ts';
import type { Given } from '../required-members.ts';
import { validationError } from './errors.ts';
import { groupOf, pageFor } from './lookup.ts';
import type { AutoScalingGroup } from './state.ts';

/** Classic load balancers of a request must be there. Throws ValidationError. */
export function checkClassicBalancers(turn: Turn, names: readonly string[]): void {
  if (names.every((name) => classicBalancers(turn)[name] !== undefined)) return;
  throw validationError('Provided Load Balancers may not be valid. Please ensure they exist and try again.');
}

const balancersOf = (turn: Turn, names: readonly string[]): ClassicLoadBalancer[] =>
  names.flatMap((name) => classicBalancers(turn)[name] ?? []);

/** Registers an instance with the classic load balancers of its group: those of its VPC, since they take no other. */
export function enterClassic(turn: Turn, group: AutoScalingGroup, instanceId: string): void {
  const vpcId = turn.state.ec2.instances[instanceId]?.vpcId;
  for (const balancer of balancersOf(turn, group.loadBalancerNames))
    if (balancer.vpcId === vpcId) registerClassic(turn, balancer, instanceId);
}

/** Takes an instance out of classic load balancers; returns the longest time that its connections are kept. */
export function leaveClassic(turn: Turn, names: readonly string[], instanceId: string): Duration {
  const times = balancersOf(turn, names).map((balancer) => deregisterClassic(turn, balancer, instanceId).ms);
  return milliseconds(Math.max(0, ...times));
}

export const attachLoadBalancers: Handler<Given<AttachLoadBalancersType>, object> = (input, call) => {
  const group = groupOf(call, input.AutoScalingGroupName);
  checkClassicBalancers(call, input.LoadBalancerNames);
  group.loadBalancerNames = [...new Set([...group.loadBalancerNames, ...input.LoadBalancerNames])];
  for (const own of group.instances.filter(({ lifecycleState }) => lifecycleState === 'InService'))
    enterClassic(call, group, own.instanceId);
  return {};
};

export const detachLoadBalancers: Handler<Given<DetachLoadBalancersType>, object> = (input, call) => {
  const group = groupOf(call, input.AutoScalingGroupName);
  const unknown = input.LoadBalancerNames.find((name) => !group.loadBalancerNames.includes(name));
  if (unknown !== undefined)
    throw validationError(`Trying to remove Load Balancers that are not part of the group: ${unknown}`);
  group.loadBalancerNames = group.loadBalancerNames.filter((name) => !input.LoadBalancerNames.includes(name));
  for (const own of group.instances) leaveClassic(call, input.LoadBalancerNames, own.instanceId);
  return {};
};

export const describeLoadBalancers: Handler<Given<DescribeLoadBalancersRequest>, DescribeLoadBalancersResponse> = (
  input,
  call,
) => {
  const group = groupOf(call, input.AutoScalingGroupName);
  const page = pageFor(group.loadBalancerNames, input, 100);
  return {
    LoadBalancers: page.items.map((LoadBalancerName) => ({ LoadBalancerName, State: 'Added' })),
    NextToken: page.next,
  };
};
