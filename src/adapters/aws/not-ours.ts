import { AwsFailure, type CallContext } from '../../ports/aws.ts';
import { whenKnown } from './retry.ts';

/** Something of the name that we want stands there and does not carry this cluster's tags: it is left alone. */
export const notOurs = (operation: string, what: string, fix: string): AwsFailure =>
  new AwsFailure({
    reason: 'conflict',
    operation,
    code: 'NotOurs',
    message: `${what} exists already and is not tagged as this cluster's, so it is not touched. ${fix}`,
  });

const isNotOurs = (failure: AwsFailure): boolean => failure.code === 'NotOurs';

/** Looks again before it says that something is not ours: where a call of ours has just made it, reads learn of its tags late. */
export const oursOrFail = <T>(what: string, context: CallContext, look: () => Promise<T>): Promise<T> =>
  whenKnown(what, context, look, { lags: (failure) => failure.reason === 'not-found' || isNotOurs(failure) });
