import { kindNames } from '../model/kinds/names.ts';
import type { Found, Snapshot } from '../model/snapshot.ts';
import { type CallContext, type Readers, readContext } from '../ports/aws.ts';

/** Everything that is ours in this account and region, all kinds at once. */
export async function observe(readers: Readers, context: CallContext): Promise<Snapshot> {
  const reading = readContext(context);
  const lists = await Promise.all(kindNames.map((kind): Promise<readonly Found[]> => readers[kind].list(reading)));
  const { cluster, region, account } = context.scope;
  return { cluster, region, account, found: lists.flat() };
}
