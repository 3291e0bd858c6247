import { kindNames } from '../model/kinds/names.ts';
import type { Found, Snapshot } from '../model/snapshot.ts';
import { type CallContext, type ReadContext, type Readers, readContext } from '../ports/aws.ts';

/** Everything that is ours in this account and region, all kinds at once. */
export const observe = (readers: Readers, context: CallContext): Promise<Snapshot> =>
  observeIn(readers, readContext(context));

/** The same in a context whose answers others share. */
export async function observeIn(readers: Readers, reading: ReadContext): Promise<Snapshot> {
  const lists = await Promise.all(kindNames.map((kind): Promise<readonly Found[]> => readers[kind].list(reading)));
  const { cluster, region, account } = reading.scope;
  return { cluster, region, account, found: lists.flat() };
}
