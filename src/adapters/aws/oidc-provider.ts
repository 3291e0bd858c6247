import {
  AddClientIDToOpenIDConnectProviderCommand,
  CreateOpenIDConnectProviderCommand,
  DeleteOpenIDConnectProviderCommand,
  GetOpenIDConnectProviderCommand,
  type GetOpenIDConnectProviderResponse,
  ListOpenIDConnectProvidersCommand,
  RemoveClientIDFromOpenIDConnectProviderCommand,
  TagOpenIDConnectProviderCommand,
  UntagOpenIDConnectProviderCommand,
} from '@aws-sdk/client-iam';
import type { Tags } from '../../model/field.ts';
import type { Found } from '../../model/snapshot.ts';
import { type CallContext, isAwsFailure, type ReadContext, type Scope } from '../../ports/aws.ts';
import type { Permission } from '../../ports/permissions.ts';
import type { Adapter } from './adapter.ts';
import { allKnown } from './all-known.ts';
import type { Connection } from './connection.ts';
import { clusterRead, ourCluster } from './eks.ts';
import { fromTagList, idOf, tagChanges, toTagList } from './found.ts';
import { unlessGone } from './gone.ts';
import { forget, hasSeats, hullPermissions, note, notePermissions, notesOf } from './hull.ts';
import { notOurs } from './not-ours.ts';

const arnOf = ({ partition, account }: Scope, url: string): string =>
  `arn:${partition}:iam::${account}:oidc-provider/${url.replace('https://', '')}`;

/** Whether EKS is the issuer; else it is a bucket of a self-managed cluster, and the provider is noted. */
const isOfEks = (urlOrArn: string): boolean => /\/oidc\.eks\./.test(urlOrArn);

/**
 * Where our provider may be: at the cluster's issuer, or where it is noted. Where the cluster is gone (a killed destroy, or somebody
 * deleted it) the issuer is unknown, and every provider of EKS in this region is a candidate.
 */
async function candidates(connection: Connection, context: ReadContext): Promise<string[]> {
  const { clients, call } = connection;
  const cluster = await ourCluster(connection, context);
  const issuer = cluster?.identity?.oidc?.issuer;
  if (issuer !== undefined) return [arnOf(context.scope, issuer)];
  if (await hasSeats(connection, context)) return notesOf(connection, context, 'oidc-provider');
  const answer = await call('iam:ListOpenIDConnectProviders', () =>
    clients.iam.send(new ListOpenIDConnectProvidersCommand({})),
  );
  const arns = (answer.OpenIDConnectProviderList ?? []).flatMap(({ Arn }) => (Arn === undefined ? [] : [Arn]));
  return arns.filter((arn) => arn.includes(`/oidc.eks.${context.scope.region}.`));
}

const get = (
  { clients, call }: Connection,
  OpenIDConnectProviderArn: string,
): Promise<GetOpenIDConnectProviderResponse | undefined> =>
  unlessGone(
    call('iam:GetOpenIDConnectProvider', () =>
      clients.iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn })),
    ),
  );

async function toFound(connection: Connection, arn: string, context: CallContext): Promise<Found<'oidc-provider'>[]> {
  const provider = await get(connection, arn);
  const tags = fromTagList(provider?.Tags);
  const id = idOf(tags, context.scope);
  if (provider === undefined || id === undefined) return [];
  const url = `https://${(provider.Url ?? '').replace('https://', '')}`;
  return [
    {
      kind: 'oidc-provider',
      id,
      name: arn,
      state: 'ready',
      settled: { url, audiences: provider.ClientIDList ?? [], tags },
      observed: { arn },
    },
  ];
}

interface Audiences {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

async function setAudiences({ clients, call }: Connection, arn: string, { before, after }: Audiences): Promise<void> {
  for (const ClientID of after.filter((audience) => !before.includes(audience))) {
    const input = { OpenIDConnectProviderArn: arn, ClientID };
    await call('iam:AddClientIDToOpenIDConnectProvider', () =>
      clients.iam.send(new AddClientIDToOpenIDConnectProviderCommand(input)),
    );
  }
  for (const ClientID of before.filter((audience) => !after.includes(audience))) {
    const input = { OpenIDConnectProviderArn: arn, ClientID };
    await call('iam:RemoveClientIDFromOpenIDConnectProvider', () =>
      clients.iam.send(new RemoveClientIDFromOpenIDConnectProviderCommand(input)),
    );
  }
}

async function retag({ clients, call }: Connection, arn: string, before: Tags, after: Tags): Promise<void> {
  const { set, remove } = tagChanges(before, after);
  if (Object.keys(set).length > 0) {
    const input = { OpenIDConnectProviderArn: arn, Tags: toTagList(set) };
    await call('iam:TagOpenIDConnectProvider', () => clients.iam.send(new TagOpenIDConnectProviderCommand(input)));
  }
  if (remove.length > 0) {
    const input = { OpenIDConnectProviderArn: arn, TagKeys: remove };
    await call('iam:UntagOpenIDConnectProvider', () => clients.iam.send(new UntagOpenIDConnectProviderCommand(input)));
  }
}

const onProvider = (...actions: readonly string[]): Permission[] =>
  actions.flatMap((action) =>
    // Issuers of EKS, and the bucket of a self-managed cluster.
    ['oidc.eks.${region}.*', '${issuerBuckets}.s3.${region}.*'].map((name) => ({
      action: `iam:${action}`,
      resource: `arn:\${partition}:iam::\${account}:oidc-provider/${name}`,
    })),
  );

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html */
export const oidcProvider: Adapter<'oidc-provider'> = {
  permissions: {
    read: [
      ...hullPermissions,
      ...clusterRead,
      { action: 'iam:ListOpenIDConnectProviders', resource: '*' },
      ...onProvider('GetOpenIDConnectProvider'),
    ],
    create: [
      ...notePermissions,
      ...onProvider(
        'CreateOpenIDConnectProvider',
        'TagOpenIDConnectProvider',
        'GetOpenIDConnectProvider',
        'AddClientIDToOpenIDConnectProvider',
        'RemoveClientIDFromOpenIDConnectProvider',
      ),
    ],
    update: onProvider(
      'AddClientIDToOpenIDConnectProvider',
      'RemoveClientIDFromOpenIDConnectProvider',
      'TagOpenIDConnectProvider',
      'UntagOpenIDConnectProvider',
    ),
    // Other clusters of the account have theirs beside it.
    delete: [
      ...notePermissions,
      ...onProvider('DeleteOpenIDConnectProvider').map(
        (permission): Permission => ({ ...permission, condition: 'our-tag-on-resource' }),
      ),
    ],
  },

  reader: (connection) => ({
    async list(context) {
      const arns = await candidates(connection, context);
      return (await Promise.all(arns.map((arn) => toFound(connection, arn, context)))).flat();
    },
    notes: ({ settled: { url } }, scope) => (allKnown(url) && !isOfEks(url!) ? [arnOf(scope, url!)] : []),
  }),

  writer: (connection) => ({
    async create({ settled }, context) {
      const { clients, call } = connection;
      const { scope } = context;
      const arn = arnOf(scope, settled.url);
      if (!isOfEks(settled.url)) await note(connection, 'oidc-provider', arn, context);
      const input = { Url: settled.url, ClientIDList: [...settled.audiences], Tags: toTagList(settled.tags) };
      try {
        await call('iam:CreateOpenIDConnectProvider', () =>
          clients.iam.send(new CreateOpenIDConnectProviderCommand(input)),
        );
      } catch (error) {
        if (!isAwsFailure(error, 'exists')) throw error;
        const there = await get(connection, arn);
        if (idOf(fromTagList(there?.Tags), scope) === undefined) {
          throw notOurs('iam:CreateOpenIDConnectProvider', `The OIDC provider ${arn}`, 'Delete it, then apply again.');
        }
        await setAudiences(connection, arn, { before: there?.ClientIDList ?? [], after: settled.audiences });
      }
      return { arn };
    },

    async update({ found, settled, changed }) {
      const { arn } = found.observed;
      if (changed.includes('audiences')) {
        await setAudiences(connection, arn, { before: found.settled.audiences ?? [], after: settled.audiences });
      }
      if (changed.includes('tags')) await retag(connection, arn, found.settled.tags ?? {}, settled.tags);
      return found.observed;
    },

    async delete(found, context) {
      const { clients, call } = connection;
      const { arn } = found.observed;
      const input = { OpenIDConnectProviderArn: arn };
      await unlessGone(
        call('iam:DeleteOpenIDConnectProvider', () => clients.iam.send(new DeleteOpenIDConnectProviderCommand(input))),
      );
      if (!isOfEks(arn)) await forget(connection, 'oidc-provider', arn, context);
    },
  }),
};
