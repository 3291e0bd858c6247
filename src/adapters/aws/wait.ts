import { type Duration, minutes, seconds } from '../../base/duration.ts';
import { type Seen, until } from '../../base/until.ts';
import type { CallContext } from '../../ports/aws.ts';

/** Waits on the context's clock and tells the context what was last seen. */
export const waitFor = <T>(
  what: string,
  context: CallContext,
  look: () => Promise<Seen<T>>,
  { every = seconds(2), deadline = minutes(10) }: { every?: Duration; deadline?: Duration } = {},
): Promise<T> =>
  until({ what, every, deadline, clock: context.clock, signal: context.signal, onLook: context.onWait }, look);
