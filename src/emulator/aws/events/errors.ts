import { AwsError, type Turn } from '../../call.ts';
import type { RuleRecord } from './state.ts';

export const validationException = (message: string): AwsError => new AwsError('ValidationException', message);

/** The rule of a request. Throws ResourceNotFoundException. */
export function ruleOf(turn: Turn, name: string): RuleRecord {
  const rule = turn.state.events.rules[name];
  if (rule === undefined)
    throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus default.`);
  return rule;
}

/** Only the default event bus is known here. */
export function checkBus(name: string | undefined): void {
  if (name === undefined || name === 'default' || /:event-bus\/default$/.test(name)) return;
  throw new AwsError('ResourceNotFoundException', `Event bus ${name} does not exist.`);
}
