import type { Json } from '../../../base/canonical-json.ts';
import type { Duration } from '../../../base/duration.ts';
import { seconds } from '../../../base/duration.ts';
import type { EventHandlers, Turn } from '../../call.ts';
import { deleteRequesterInterface } from '../requester-interface.ts';
import { classicBalancers } from './lookup.ts';
import type { ClassicLoadBalancer } from './state.ts';

/** Registers an instance from now on; one that drains is taken back. */
export function registerClassic(turn: Turn, balancer: ClassicLoadBalancer, instanceId: string): void {
  const known = balancer.instances.find(({ id }) => id === instanceId);
  if (known !== undefined && known.drainingSince === undefined) return;
  balancer.instances = balancer.instances.filter((own) => own !== known);
  balancer.instances.push({ id: instanceId, registeredAt: turn.now });
}

/** How long connections to an instance that leaves are kept: not at all unless the load balancer was told to. */
export const classicDraining = ({ attributes }: ClassicLoadBalancer): Duration =>
  seconds(attributes.draining.enabled ? attributes.draining.timeout : 0);

/** Takes an instance out, after its connections have drained; returns how long that is. */
export function deregisterClassic(turn: Turn, balancer: ClassicLoadBalancer, instanceId: string): Duration {
  const time = classicDraining(balancer);
  const known = balancer.instances.find(({ id }) => id === instanceId);
  if (known === undefined) return seconds(0);
  if (time.ms === 0) balancer.instances = balancer.instances.filter((own) => own !== known);
  else if (known.drainingSince === undefined) {
    known.drainingSince = turn.now;
    turn.later(time, 'elb.drained', { balancer: balancer.name, instance: instanceId });
  }
  return time;
}

function drainedDue(data: Json, turn: Turn): void {
  const due = data as { readonly balancer: string; readonly instance: string };
  const balancer = classicBalancers(turn)[due.balancer];
  if (balancer === undefined) return;
  const until = turn.now - classicDraining(balancer).ms;
  balancer.instances = balancer.instances.filter(
    ({ id, drainingSince }) => !(id === due.instance && drainingSince !== undefined && drainingSince <= until),
  );
}

function releasedDue(data: Json, turn: Turn): void {
  for (const id of (data as { readonly interfaces: readonly string[] }).interfaces) deleteRequesterInterface(turn, id);
}

export const classicEvents: EventHandlers = { 'elb.drained': drainedDue, 'elb.released': releasedDue };
