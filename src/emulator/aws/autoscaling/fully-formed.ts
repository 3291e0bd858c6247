import type { Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { validationError } from './errors.ts';
import { checkStart } from './launch.ts';
import { type Launching, launchChoices } from './launch-choice.ts';
import type { GroupTag } from './state.ts';

/** What may be had later, or elsewhere: that is no fault of the template. */
const passing = /Capacity|LimitExceeded|InsufficientFreeAddresses|^Unsupported$|^NotImplemented$/;

/**
 * Auto Scaling tries what a group would launch first, without launching it, before it takes a template. Throws ValidationError.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ts-as-launch-template.html
 */
export function checkFullyFormed(
  turn: Turn,
  group: Launching & { readonly name: string; readonly tags: GroupTag[] },
): void {
  const [first] = launchChoices(turn, group);
  if (first === undefined) return;
  try {
    checkStart(turn, group, first);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    if (passing.test(error.code)) return;
    throw validationError(`You must use a valid fully-formed launch template. ${error.message}`);
  }
}
