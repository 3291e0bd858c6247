import type { Json } from '../../../base/canonical-json.ts';
import { seconds } from '../../../base/duration.ts';
import type { EventHandlers, Turn } from '../../call.ts';
import { targetGroupAttributes } from './attributes.ts';
import type { TargetGroupRecord } from './state.ts';

export interface TargetKey {
  readonly id: string;
  readonly port: number;
}

const isTarget = (own: TargetKey, { id, port }: TargetKey): boolean => own.id === id && own.port === port;

/** Registers a target from now on; one that drains is taken back. */
export function registerTarget(turn: Turn, group: TargetGroupRecord, key: TargetKey): void {
  const known = group.targets.find((own) => isTarget(own, key));
  if (known !== undefined && known.drainingSince === undefined) return;
  group.targets = group.targets.filter((own) => own !== known);
  group.targets.push({ ...key, registeredAt: turn.now });
}

/** How long connections to a target that leaves are kept. */
export const drainingTime = (group: TargetGroupRecord) =>
  seconds(Number(targetGroupAttributes(group)['deregistration_delay.timeout_seconds']));

/** Has a target drain; it is gone after the group's delay. Nothing happens where it is not registered. */
export function deregisterTarget(turn: Turn, group: TargetGroupRecord, key: TargetKey): void {
  const known = group.targets.find((own) => isTarget(own, key));
  if (known === undefined || known.drainingSince !== undefined) return;
  known.drainingSince = turn.now;
  turn.later(drainingTime(group), 'elasticloadbalancing.drained', { group: group.arn, ...key });
}

function drainedDue(data: Json, turn: Turn): void {
  const { group: arn, ...key } = data as unknown as TargetKey & { readonly group: string };
  const group = turn.state.elbv2.targetGroups[arn];
  if (group === undefined) return;
  const until = turn.now - drainingTime(group).ms;
  group.targets = group.targets.filter(
    (own) => !(isTarget(own, key) && own.drainingSince !== undefined && own.drainingSince <= until),
  );
}

export const registrationEvents: EventHandlers = { 'elasticloadbalancing.drained': drainedDue };
