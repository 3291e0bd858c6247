import type { Turn } from '../../call.ts';
import type { World } from '../../world.ts';
import type { TargetKey } from './registration.ts';
import type { MeasuredHealth } from './state.ts';

/** What the real load balancer in front of a target has found. */
export interface Measurement {
  readonly health: MeasuredHealth;
  /** Why the last check was bad. */
  readonly why?: string;
}

/** Writes what a real load balancer has found of a target; DescribeTargetHealth tells it from now on. Nothing happens where it is not registered. */
export function measureTarget(
  turn: Turn,
  { group, id, port }: TargetKey & { /** ARN. */ readonly group: string },
  { health, why }: Measurement,
): void {
  const target = turn.state.elbv2.targetGroups[group]?.targets.find((own) => own.id === id && own.port === port);
  if (target !== undefined) target.measured = { health, ...(why !== undefined && { why }) };
}

/** A machine driver begins with all machines off: what one before it has measured counts no more, nor what answered then. */
export function forgetMeasured({ regions }: World): void {
  for (const region of Object.values(regions)) {
    region.listening = {};
    for (const { targets } of Object.values(region.elbv2.targetGroups))
      for (const target of targets) delete target.measured;
  }
}
