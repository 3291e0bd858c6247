import type { Json } from '../../../base/canonical-json.ts';
import { seconds } from '../../../base/duration.ts';
import type { EventHandlers, Turn } from '../../call.ts';
import { conditionsMet, like } from '../iam/evaluate.ts';
import { listOf, parsePolicy, type Statement } from '../iam/policy-document.ts';
import { enqueue } from '../sqs/messages.ts';
import type { QueueRecord } from '../sqs/state.ts';
import { matchesPattern } from './pattern.ts';

/** What a service tells the default event bus. */
export interface ServiceEvent {
  /** `aws.ec2` */
  readonly source: string;
  /** `EC2 Instance State-change Notification` */
  readonly type: string;
  /** ARNs. */
  readonly resources: readonly string[];
  readonly detail: Json;
}

function uuidOf(turn: Turn): string {
  const hex = turn.newToken(32);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** How long the bus takes from the event to the queue. */
const delay = seconds(1);

/** Tells the region's default bus of an event; what rules match arrives at their targets a moment later. */
export function tellBus(turn: Turn, event: ServiceEvent): void {
  const { rules } = turn.state.events;
  if (Object.keys(rules).length === 0) return;
  const envelope = {
    version: '0',
    id: uuidOf(turn),
    'detail-type': event.type,
    source: event.source,
    account: turn.account,
    time: new Date(turn.now).toISOString().replace(/\.\d{3}Z$/, 'Z'),
    region: turn.region,
    resources: [...event.resources],
    detail: event.detail,
  };
  for (const rule of Object.values(rules)) {
    if (rule.state !== 'ENABLED' || !matchesPattern(JSON.parse(rule.pattern), envelope)) continue;
    for (const { arn } of rule.targets) {
      turn.later(delay, 'events.deliver', { rule: rule.arn, target: arn, body: JSON.stringify(envelope) });
    }
  }
}

/**
 * Whether a queue's policy lets a rule send to it.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sqs-permissions
 */
export function lets(turn: Turn, queue: QueueRecord, ruleArn: string): boolean {
  const policy = queue.attributes.Policy ? parsePolicy(queue.attributes.Policy, 'queue') : 'none';
  if (typeof policy === 'string') return false;
  const context = { 'aws:SourceArn': ruleArn, 'aws:SourceAccount': turn.account, 'aws:SecureTransport': 'true' };
  const applying = listOf(policy.Statement).filter(
    (statement) =>
      isForBus(statement) &&
      listOf(statement.Action).some((action) => like(action, 'sqs:SendMessage', true)) &&
      listOf(statement.Resource).some((resource) => like(resource, queue.arn)) &&
      conditionsMet(statement.Condition, context),
  );
  return applying.some(({ Effect }) => Effect === 'Allow') && !applying.some(({ Effect }) => Effect === 'Deny');
}

function isForBus({ Principal: principal }: Statement): boolean {
  if (principal === undefined || principal === '*') return principal === '*';
  return listOf(principal.Service).includes('events.amazonaws.com') || listOf(principal.AWS).includes('*');
}

function deliverDue(data: Json, turn: Turn): void {
  const { rule, target, body } = data as { readonly rule: string; readonly target: string; readonly body: string };
  const queue = Object.values(turn.state.sqs.queues).find((own) => own.arn === target);
  if (queue !== undefined && lets(turn, queue, rule)) enqueue(turn, queue, { body, senderId: 'AIDAEVENTBRIDGE000000' });
}

export const busEvents: EventHandlers = { 'events.deliver': deliverDue };
