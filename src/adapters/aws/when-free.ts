import { type Duration, minutes, seconds } from '../../base/duration.ts';
import { type AwsFailure, type CallContext, isAwsFailure } from '../../ports/aws.ts';
import { waitFor } from './wait.ts';

interface Patience {
  readonly what: string;
  readonly every?: Duration;
  readonly deadline?: Duration;
}

/** EKS says that something else of the cluster is being changed sometimes as a conflict, sometimes as an invalid request. */
const busyMessage =
  /in progress|currently (?:being|has|updating)|is not in (?:an )?ACTIVE|not in a valid state|(?:in|is) (?:CREATING|UPDATING|DELETING)/i;

/** Children of a cluster that are still there do not pass by waiting: ours are gone when their cluster is deleted. */
export const hasChildren = /has nodegroups attached|has Fargate Profiles/i;

const isBusy = (error: AwsFailure): boolean =>
  !hasChildren.test(error.message) &&
  (error.reason === 'conflict' ||
    error.code === 'EntityTemporarilyUnmodifiable' ||
    (error.reason === 'invalid' && busyMessage.test(error.message)));

/** Asks again on the clock while AWS answers that what should be changed is being changed or still in use. */
export const whenFree = <T>(
  { what, every = seconds(5), deadline = minutes(20) }: Patience,
  context: CallContext,
  ask: () => Promise<T>,
): Promise<T> =>
  waitFor(
    what,
    context,
    async () => {
      try {
        return { done: await ask() };
      } catch (error) {
        if (isAwsFailure(error) && isBusy(error)) return { waiting: error.message };
        throw error;
      }
    },
    { every, deadline },
  );

/**
 * What services answer while a role that IAM has just made is not known to them yet.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
 */
const notYetKnown =
  /could not be assumed|cannot be assumed|not assumable|is unable to assume|unable to assume role|[Rr]ole.*(?:does not|doesn't) exist|invalid principal|[Ii]nvalid .*[Rr]ole|were not found in the trust relationships|[Tt]rust [Pp]olicy|does not have permissions to assume/;

const propagation = minutes(1);

/** Asks again for up to a minute while AWS does not know a fresh role or principal yet; then fails with AWS's own answer. */
export async function oncePropagated<T>(what: string, context: CallContext, ask: () => Promise<T>): Promise<T> {
  const end = context.clock.now() + propagation.ms;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const early = isAwsFailure(error) && error.reason !== 'exists' && notYetKnown.test(error.message);
      if (!early || context.clock.now() >= end) throw error;
      context.onWait(`${what}: ${error.message}`);
    }
    await context.clock.sleep(seconds(2), context.signal);
  }
}
