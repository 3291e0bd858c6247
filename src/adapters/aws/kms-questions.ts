import { type AliasListEntry, ListAliasesCommand } from '@aws-sdk/client-kms';
import { kmsAliasPrefix } from '../../model/tags.ts';
import type { ReadContext } from '../../ports/aws.ts';
import { allPages } from './all-pages.ts';
import type { Connection } from './connection.ts';
import { mayUse } from './of-eks.ts';

/** The aliases under our prefix: one question of an observation, whoever asks. */
export const ourAliases = (connection: Connection, context: ReadContext): Promise<readonly AliasListEntry[]> =>
  context.once('kms:ListAliases', async () => {
    const { clients, call } = connection;
    if (!(await mayUse(connection, context, 'kms'))) return [];
    const pages = await allPages(
      (Marker) => call('kms:ListAliases', () => clients.kms.send(new ListAliasesCommand({ Marker, Limit: 100 }))),
      (page) => page.NextMarker,
    );
    const prefix = kmsAliasPrefix(context.scope.region, context.scope.cluster);
    return pages.flatMap((page) => page.Aliases ?? []).filter((alias) => alias.AliasName?.startsWith(prefix));
  });

/** The ARN of a key of this account and region. */
export const keyArn = ({ scope }: ReadContext, keyId: string): string =>
  `arn:${scope.partition}:kms:${scope.region}:${scope.account}:key/${keyId}`;
