import { type Duration, minutes, seconds } from '../../base/duration.ts';
import { shortHash } from '../../base/hash.ts';
import type { Seen } from '../../base/until.ts';
import { type CallContext, isAwsFailure } from '../../ports/aws.ts';
import { failedLater } from './failed-later.ts';
import { unlessGone } from './gone.ts';
import { waitFor } from './wait.ts';

/** What a creation gives when its client token led to an object that was deleted meanwhile. */
export const gone = Symbol('gone');
export type OrGone<T> = T | typeof gone;

/** How long an object that was just made may be missing from reads before it counts as gone. */
const visibleAfter = seconds(20);

/**
 * Creates with a client token that follows from what is asked, so that the same creation after a lost answer or a killed run is the
 * same call to AWS. AWS remembers a token longer than what was made with it: where it leads to something that is gone, or
 * was used with other parameters, one more creation follows under a token of this moment.
 * https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
 */
export async function withClientToken<T extends object>(
  asked: { readonly operation: string; readonly id: string; readonly content: unknown },
  context: CallContext,
  make: (token: string) => Promise<OrGone<T>>,
): Promise<T> {
  const { cluster, region } = context.scope;
  const token = shortHash({ cluster, region, ...asked }, 32);
  const first = await make(token).catch((error: unknown): OrGone<T> => {
    if (isAwsFailure(error, 'not-found')) return gone;
    if (isAwsFailure(error) && error.code === 'IdempotentParameterMismatch') return gone;
    throw error;
  });
  if (first !== gone) return first;
  const second = await make(shortHash({ token, at: context.clock.now() }, 32));
  if (second !== gone) return second;
  throw failedLater(asked.operation, 'NotFound', `what was made for ${asked.id} is not there any more`);
}

/** Waits until what was made is as `judge` wants it; `gone` where reads do not show it for long, or `judge` says so. */
export function madeOrGone<O, T extends object>(
  what: string,
  context: CallContext,
  look: {
    readonly describe: () => Promise<O | undefined>;
    readonly judge: (object: O) => Seen<OrGone<T>>;
    readonly every?: Duration;
    readonly deadline?: Duration;
  },
): Promise<OrGone<T>> {
  const since = context.clock.now();
  const step = async (): Promise<Seen<OrGone<T>>> => {
    const object = await unlessGone(look.describe());
    if (object !== undefined) return look.judge(object);
    return context.clock.now() - since >= visibleAfter.ms ? { done: gone } : { waiting: 'not visible yet' };
  };
  return waitFor(what, context, step, { every: look.every ?? seconds(2), deadline: look.deadline ?? minutes(10) });
}

/** The object, or a failure where it is gone: for waits that follow an update. */
export async function present<T extends object>(operation: string, what: string, made: Promise<OrGone<T>>): Promise<T> {
  const object = await made;
  if (object === gone) throw failedLater(operation, 'NotFound', `${what} is not there any more`);
  return object;
}
