import { CreateAliasCommand, DeleteAliasCommand, UpdateAliasCommand } from '@aws-sdk/client-kms';
import type { Found } from '../../model/snapshot.ts';
import { kmsAliasPrefix } from '../../model/tags.ts';
import type { Observed, Settled } from '../../model/types.ts';
import { isAwsFailure, type Scope } from '../../ports/aws.ts';
import type { Permission } from '../../ports/permissions.ts';
import type { Adapter } from './adapter.ts';
import type { Connection } from './connection.ts';
import { unlessGone } from './gone.ts';
import { ourKeys } from './kms-key.ts';
import { keyArn, ourAliases } from './kms-questions.ts';
import { mayUsePermissions } from './of-eks.ts';

const observedOf = (scope: Scope, name: string): Observed<'kms-alias'> => ({
  arn: `arn:${scope.partition}:kms:${scope.region}:${scope.account}:${name}`,
});

async function point({ clients, call }: Connection, { name, keyId }: Settled<'kms-alias'>): Promise<void> {
  const input = { AliasName: name, TargetKeyId: keyId };
  await call('kms:UpdateAlias', () => clients.kms.send(new UpdateAliasCommand(input)));
}

const onAliasAndKey = (action: string): Permission[] => [
  {
    action: `kms:${action}`,
    resource: `arn:\${partition}:kms:\${region}:\${account}:alias/quilla/\${region}/\${cluster}/*`,
  },
  {
    action: `kms:${action}`,
    // Without a condition on the key's tag, which would not hold yet for a key just made: the alias is the fence.
    resource: `arn:\${partition}:kms:\${region}:\${account}:key/*`,
  },
];

/** Aliases carry no tags: ours are those under the cluster's prefix that name a key of ours. https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html */
export const kmsAlias: Adapter<'kms-alias'> = {
  permissions: {
    read: [
      ...mayUsePermissions,
      { action: 'kms:ListAliases', resource: '*' },
      { action: 'kms:ListResourceTags', resource: `arn:\${partition}:kms:\${region}:\${account}:key/*` },
    ],
    create: [...onAliasAndKey('CreateAlias'), ...onAliasAndKey('UpdateAlias')],
    update: onAliasAndKey('UpdateAlias'),
    delete: onAliasAndKey('DeleteAlias'),
  },

  reader: (connection) => ({
    async list(context) {
      const { region, cluster } = context.scope;
      const [aliases, keys] = await Promise.all([ourAliases(connection, context), ourKeys(connection, context)]);
      // An alias has no tags; one under our prefix that names somebody else's key is his.
      const ours = aliases.filter(({ TargetKeyId: key }) => key !== undefined && keys.has(keyArn(context, key)));
      return ours.map((alias): Found<'kms-alias'> => {
        const name = alias.AliasName!;
        return {
          kind: 'kms-alias',
          id: `kms-alias/${name.slice(kmsAliasPrefix(region, cluster).length)}`,
          name,
          state: 'ready',
          settled: { name, keyId: alias.TargetKeyId ?? '' },
          observed: observedOf(context.scope, name),
        };
      });
    },
  }),

  writer: (connection) => ({
    async create({ settled }, { scope }) {
      const { clients, call } = connection;
      const input = { AliasName: settled.name, TargetKeyId: settled.keyId };
      try {
        await call('kms:CreateAlias', () => clients.kms.send(new CreateAliasCommand(input)));
      } catch (error) {
        // The name is in our prefix: a call of ours made it whose answer was lost.
        if (!isAwsFailure(error, 'exists')) throw error;
        await point(connection, settled);
      }
      return observedOf(scope, settled.name);
    },

    async update({ found, settled }) {
      await point(connection, settled);
      return found.observed;
    },

    async delete(found) {
      const { clients, call } = connection;
      await unlessGone(
        call('kms:DeleteAlias', () => clients.kms.send(new DeleteAliasCommand({ AliasName: found.name }))),
      );
    },
  }),
};
