import type { Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { type Page, pageOf } from '../page.ts';
import { validationError } from './errors.ts';
import type { AutoScalingGroup, GroupInstance } from './state.ts';

/** The group of that name, else ValidationError. */
export function groupOf(turn: Turn, name: string | undefined): AutoScalingGroup {
  const group = turn.state.autoscaling.groups[name ?? ''];
  if (group !== undefined) return group;
  throw validationError(`AutoScalingGroup name not found - AutoScalingGroup '${name}' not found`);
}

/** The group that an instance belongs to and the instance in it. */
export function memberOf(
  turn: Turn,
  instanceId: string | undefined,
): { group: AutoScalingGroup; instance: GroupInstance } {
  for (const group of Object.values(turn.state.autoscaling.groups)) {
    const instance = group.instances.find((own) => own.instanceId === instanceId);
    if (instance !== undefined) return { group, instance };
  }
  throw validationError(`Instance Id not found - No managed instance found for instance ID: ${instanceId}`);
}

interface Paged {
  readonly NextToken?: string | undefined;
  readonly MaxRecords?: number | undefined;
}

/** One page as Auto Scaling cuts it. */
export const pageFor = <T>(all: readonly T[], input: Paged, usual = 50): Page<T> =>
  pageOf(all, {
    token: input.NextToken,
    size: input.MaxRecords,
    usual,
    invalidToken: () => new AwsError('InvalidNextToken', 'The NextToken value is not valid.'),
  });

/** Target groups of a request must be there. Throws ValidationError. */
export function checkTargetGroups(turn: Turn, arns: readonly string[]): void {
  const gone = arns.find((arn) => turn.state.elbv2.targetGroups[arn] === undefined);
  if (gone === undefined) return;
  throw validationError('Provided Target Groups may not be valid. Please ensure they exist and try again.');
}
