import { type Duration, minutes, seconds } from '../../base/duration.ts';
import { type AwsFailure, type CallContext, isAwsFailure } from '../../ports/aws.ts';
import { waitFor } from './wait.ts';

/**
 * Deletes what AWS may still hold for a while (interfaces that take time to go): repeats on a conflict, done when it is gone.
 * `what` completes "waiting for": `subnet subnet-1 to be free for deletion`.
 */
export const deleteWhenFree = (
  what: string,
  context: CallContext,
  remove: () => Promise<unknown>,
  { deadline = minutes(15), held = isConflict }: { deadline?: Duration; held?: (failure: AwsFailure) => boolean } = {},
): Promise<void> =>
  waitFor(
    `${what} to be free for deletion`,
    context,
    async () => {
      try {
        await remove();
        return { done: undefined };
      } catch (error) {
        if (isAwsFailure(error, 'not-found')) return { done: undefined };
        if (isAwsFailure(error) && held(error)) return { waiting: `${error.code}: ${error.message}` };
        throw error;
      }
    },
    { every: seconds(5), deadline },
  );

export const isConflict = (failure: AwsFailure): boolean => failure.reason === 'conflict';

/** A call on something just made, which some of AWS does not know yet: repeats where `lags` says so, then fails with AWS's own answer. */
export function whenKnown<T>(
  what: string,
  context: CallContext,
  act: () => Promise<T>,
  {
    patience = seconds(30),
    lags = (failure) => failure.reason === 'not-found',
  }: { patience?: Duration; lags?: (failure: AwsFailure) => boolean } = {},
): Promise<T> {
  const end = context.clock.now() + patience.ms;
  return waitFor(`AWS to know of ${what}`, context, async () => {
    try {
      return { done: await act() };
    } catch (error) {
      if (!isAwsFailure(error) || !lags(error) || context.clock.now() >= end) throw error;
      return { waiting: `${error.code}: ${error.message}` };
    }
  });
}
