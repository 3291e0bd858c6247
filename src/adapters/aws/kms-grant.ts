import {
  CreateGrantCommand,
  type GrantListEntry,
  type GrantOperation,
  ListGrantsCommand,
  RevokeGrantCommand,
} from '@aws-sdk/client-kms';
import type { Found } from '../../model/snapshot.ts';
import type { Observed, Settled } from '../../model/types.ts';
import { type CallContext, isAwsFailure } from '../../ports/aws.ts';
import type { Permission } from '../../ports/permissions.ts';
import type { Adapter } from './adapter.ts';
import { allKnown } from './all-known.ts';
import { allPages } from './all-pages.ts';
import type { Connection } from './connection.ts';
import { unlessGone } from './gone.ts';
import { forget, hullPermissions, note, notePermissions, notesOf } from './hull.ts';
import { oncePropagated } from './when-free.ts';

type Grant = Settled<'kms-grant'>;

/** All grants of a key; none where the key is gone or on its way out. */
async function grantsOf({ clients, call }: Connection, KeyId: string): Promise<GrantListEntry[]> {
  const pages = await unlessGone(
    allPages(
      (Marker) => call('kms:ListGrants', () => clients.kms.send(new ListGrantsCommand({ KeyId, Marker, Limit: 100 }))),
      (page) => page.NextMarker,
    ),
  );
  return (pages ?? []).flatMap((page) => page.Grants ?? []);
}

/** What is noted of a grant: a key may be somebody's, so that its own tags cannot say it. */
interface Noted {
  readonly id: string;
  readonly keyArn: string;
  readonly name: string;
}
const separator = ' ';
const toNote = ({ id, keyArn, name }: Noted): string => [id, keyArn, name].join(separator);
function fromNote(text: string): Noted {
  const [id = '', keyArn = '', ...name] = text.split(separator);
  return { id, keyArn, name: name.join(separator) };
}

function toFound({ id, keyArn, name }: Noted, grants: readonly GrantListEntry[]): Found<'kms-grant'>[] {
  return grants
    .filter((grant) => grant.Name === name)
    .map((grant) => ({
      kind: 'kms-grant',
      id,
      name: grant.GrantId!,
      state: 'ready',
      settled: {
        keyArn,
        name,
        granteeArn: grant.GranteePrincipal ?? '',
        operations: [...(grant.Operations ?? [])].sort(),
      },
      observed: { grantId: grant.GrantId! },
    }));
}

async function create(connection: Connection, id: string, settled: Grant, context: CallContext) {
  const { clients, call } = connection;
  await note(connection, 'kms-grant', toNote({ id, ...settled }), context);
  const input = {
    KeyId: settled.keyArn,
    Name: settled.name,
    GranteePrincipal: settled.granteeArn,
    Operations: settled.operations as GrantOperation[],
  };
  // The name makes it one grant however often it is asked for.
  const answer = await oncePropagated(`grantee ${settled.granteeArn}`, context, () =>
    call('kms:CreateGrant', () => clients.kms.send(new CreateGrantCommand(input))),
  );
  return { grantId: answer.GrantId! } satisfies Observed<'kms-grant'>;
}

async function remove(connection: Connection, found: Found<'kms-grant'>, context: CallContext): Promise<void> {
  const { clients, call } = connection;
  const keyArn = found.settled.keyArn!;
  try {
    const input = { KeyId: keyArn, GrantId: found.observed.grantId };
    await unlessGone(call('kms:RevokeGrant', () => clients.kms.send(new RevokeGrantCommand(input))));
  } catch (error) {
    // A key that waits for its deletion takes its grants with it.
    if (!isAwsFailure(error) || error.code !== 'KMSInvalidStateException') throw error;
  }
  await forget(connection, 'kms-grant', toNote({ id: found.id, keyArn, name: found.settled.name! }), context);
}

const onKeys = (action: string, condition?: Permission['condition']): Permission => ({
  action: `kms:${action}`,
  // The key may be somebody's and of another account.
  resource: 'arn:${partition}:kms:${region}:*:key/*',
  ...(condition === undefined ? {} : { condition }),
});

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html */
export const kmsGrant: Adapter<'kms-grant'> = {
  permissions: {
    read: [...hullPermissions, onKeys('ListGrants')],
    create: [...notePermissions, onKeys('CreateGrant')],
    update: [],
    delete: [...notePermissions, onKeys('RevokeGrant')],
  },

  reader: (connection) => ({
    async list(context) {
      const noted = (await notesOf(connection, context, 'kms-grant')).map(fromNote);
      const keys = [...new Set(noted.map(({ keyArn }) => keyArn))];
      const grants = new Map(
        await Promise.all(keys.map(async (key) => [key, await grantsOf(connection, key)] as const)),
      );
      return noted.flatMap((one) => toFound(one, grants.get(one.keyArn) ?? []));
    },
    notes: ({ id, settled: { keyArn, name } }) =>
      allKnown(keyArn, name) ? [toNote({ id, keyArn: keyArn!, name: name! })] : [],
  }),

  writer: (connection) => ({
    create: ({ id, settled }, context) => create(connection, id, settled, context),
    // Every field is fixed: there is nothing to change.
    update: async ({ found }) => found.observed,
    delete: (found, context) => remove(connection, found, context),
  }),
};
