import { randomUUID } from 'node:crypto';
import {
  type AccessEntry,
  AssociateAccessPolicyCommand,
  CreateAccessEntryCommand,
  DeleteAccessEntryCommand,
  DescribeAccessEntryCommand,
  DisassociateAccessPolicyCommand,
  ListAccessEntriesCommand,
  ListAssociatedAccessPoliciesCommand,
  UpdateAccessEntryCommand,
} from '@aws-sdk/client-eks';
import { sameJson } from '../../base/canonical-json.ts';
import type { AccessPolicy } from '../../model/kinds/access-entry.ts';
import type { Found } from '../../model/snapshot.ts';
import { iamPath } from '../../model/tags.ts';
import type { Settled } from '../../model/types.ts';
import { type CallContext, isAwsFailure, type ReadContext } from '../../ports/aws.ts';
import type { Adapter } from './adapter.ts';
import { allPages } from './all-pages.ts';
import type { Connection } from './connection.ts';
import { childArn, clusterArn, clusterRead, eksCreation, eksTagPermissions, parentCluster, retagEks } from './eks.ts';
import { fargateProfiles } from './fargate-profile.ts';
import { fromTagMap, idOf } from './found.ts';
import { unlessGone } from './gone.ts';
import { nodeGroups } from './node-group-questions.ts';
import { notOurs } from './not-ours.ts';
import { oncePropagated } from './when-free.ts';

interface EntryKey {
  readonly clusterName: string;
  readonly principalArn: string;
}

async function principals({ clients, call }: Connection, clusterName: string): Promise<string[]> {
  const pages = await allPages(
    (nextToken) =>
      call('eks:ListAccessEntries', () => clients.eks.send(new ListAccessEntriesCommand({ clusterName, nextToken }))),
    (page) => page.nextToken,
  );
  return pages.flatMap((page) => page.accessEntries ?? []);
}

/**
 * Entries that are certainly EKS's own and need no describing: of its service-linked roles, and of the roles that we made
 * for managed node groups and Fargate profiles, for which EKS makes the entries.
 */
async function madeByEks(connection: Connection, context: ReadContext): Promise<(principalArn: string) => boolean> {
  const [groups, profiles] = await Promise.all([nodeGroups(connection, context), fargateProfiles(connection, context)]);
  const path = `:role${iamPath(context.scope.region, context.scope.cluster)}`;
  const roles = [...groups.map((group) => group.nodeRole), ...profiles.map((profile) => profile.podExecutionRoleArn)];
  const ours = new Set(roles.filter((arn) => arn?.includes(path)));
  return (arn) => arn.includes(':role/aws-service-role/') || ours.has(arn);
}

async function describe({ clients, call }: Connection, key: EntryKey): Promise<AccessEntry | undefined> {
  const answer = await unlessGone(
    call('eks:DescribeAccessEntry', () => clients.eks.send(new DescribeAccessEntryCommand(key))),
  );
  return answer?.accessEntry;
}

async function policiesOf({ clients, call }: Connection, key: EntryKey): Promise<AccessPolicy[]> {
  const pages = await allPages(
    (nextToken) =>
      call('eks:ListAssociatedAccessPolicies', () =>
        clients.eks.send(new ListAssociatedAccessPoliciesCommand({ ...key, nextToken })),
      ),
    (page) => page.nextToken,
  );
  return pages
    .flatMap((page) => page.associatedAccessPolicies ?? [])
    .map((policy) => ({ policyArn: policy.policyArn!, namespaces: policy.accessScope?.namespaces ?? [] }));
}

async function toFound(connection: Connection, key: EntryKey, context: CallContext): Promise<Found<'access-entry'>[]> {
  const entry = await describe(connection, key);
  const tags = fromTagMap(entry?.tags);
  const id = idOf(tags, context.scope);
  if (entry === undefined || id === undefined) return [];
  const isStandard = entry.type === 'STANDARD';
  return [
    {
      kind: 'access-entry',
      id,
      name: entry.principalArn!,
      state: 'ready',
      settled: {
        ...key,
        entryType: entry.type as Settled<'access-entry'>['entryType'],
        ...(isStandard && entry.username !== undefined ? { username: entry.username } : {}),
        // EKS shows `system:nodes` for nodes; it is not ours to set.
        groups: isStandard ? (entry.kubernetesGroups ?? []) : [],
        policies: isStandard ? await policiesOf(connection, key) : [],
        tags,
      },
      observed: { arn: entry.accessEntryArn! },
    },
  ];
}

const keyOf = ({ clusterName, principalArn }: EntryKey): EntryKey => ({ clusterName, principalArn });

async function associate(
  { clients, call }: Connection,
  key: EntryKey,
  policies: readonly AccessPolicy[],
): Promise<void> {
  for (const { policyArn, namespaces } of policies) {
    const accessScope =
      namespaces.length === 0
        ? { type: 'cluster' as const }
        : { type: 'namespace' as const, namespaces: [...namespaces] };
    await call('eks:AssociateAccessPolicy', () =>
      clients.eks.send(new AssociateAccessPolicyCommand({ ...key, policyArn, accessScope })),
    );
  }
}

async function setPolicies(connection: Connection, key: EntryKey, wanted: readonly AccessPolicy[]): Promise<void> {
  const { clients, call } = connection;
  const there = await policiesOf(connection, key);
  await associate(
    connection,
    key,
    wanted.filter((policy) => !there.some((other) => sameJson(other, policy))),
  );
  for (const { policyArn } of there.filter((other) => !wanted.some((policy) => policy.policyArn === other.policyArn))) {
    await unlessGone(
      call('eks:DisassociateAccessPolicy', () =>
        clients.eks.send(new DisassociateAccessPolicyCommand({ ...key, policyArn })),
      ),
    );
  }
}

/** EKS keeps a name that is left out. */
async function setEntry({ clients, call }: Connection, settled: Settled<'access-entry'>): Promise<void> {
  const input = {
    ...keyOf(settled),
    kubernetesGroups: [...settled.groups],
    ...(settled.username === undefined ? {} : { username: settled.username }),
    clientRequestToken: randomUUID(),
  };
  await call('eks:UpdateAccessEntry', () => clients.eks.send(new UpdateAccessEntryCommand(input)));
}

/**
 * The entry is there already: ours if a call of ours made it whose answer was lost; EKS's own, without a tag, where a managed group
 * uses the role of the nodes too. That one is taken over: both want the same entry. Anything else is somebody's.
 */
async function adopt(connection: Connection, settled: Settled<'access-entry'>, context: CallContext): Promise<string> {
  const entry = await describe(connection, keyOf(settled));
  const tags = fromTagMap(entry?.tags);
  const isEksOwn = settled.entryType !== 'STANDARD' && Object.keys(entry?.tags ?? {}).length === 0;
  if (entry?.type !== settled.entryType || (idOf(tags, context.scope) === undefined && !isEksOwn)) {
    throw notOurs(
      'eks:CreateAccessEntry',
      `An access entry for ${settled.principalArn} in cluster ${settled.clusterName}`,
      `Delete it (aws eks delete-access-entry --cluster-name ${settled.clusterName} --principal-arn ${settled.principalArn}) or take the principal out of the spec.`,
    );
  }
  if (settled.entryType === 'STANDARD') await setEntry(connection, settled);
  await setPolicies(connection, keyOf(settled), settled.policies);
  await retagEks(connection, entry.accessEntryArn!, { before: tags, after: settled.tags });
  return entry.accessEntryArn!;
}

/** https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAccessEntry.html */
export const accessEntry: Adapter<'access-entry'> = {
  permissions: {
    read: [
      ...clusterRead,
      { action: 'eks:ListAccessEntries', resource: clusterArn },
      { action: 'eks:ListNodegroups', resource: clusterArn },
      { action: 'eks:DescribeNodegroup', resource: childArn('nodegroup') },
      { action: 'eks:ListFargateProfiles', resource: clusterArn },
      { action: 'eks:DescribeFargateProfile', resource: childArn('fargateprofile') },
      { action: 'eks:DescribeAccessEntry', resource: childArn('access-entry') },
      { action: 'eks:ListAssociatedAccessPolicies', resource: childArn('access-entry') },
    ],
    create: [
      ...eksCreation('eks:CreateAccessEntry', childArn('access-entry')),
      { action: 'eks:DescribeAccessEntry', resource: childArn('access-entry') },
      { action: 'eks:UpdateAccessEntry', resource: childArn('access-entry'), condition: 'our-tag-on-resource' },
      { action: 'eks:ListAssociatedAccessPolicies', resource: childArn('access-entry') },
      { action: 'eks:AssociateAccessPolicy', resource: childArn('access-entry'), condition: 'our-tag-on-resource' },
      { action: 'eks:DisassociateAccessPolicy', resource: childArn('access-entry'), condition: 'our-tag-on-resource' },
      ...eksTagPermissions(childArn('access-entry')),
    ],
    update: [
      { action: 'eks:UpdateAccessEntry', resource: childArn('access-entry'), condition: 'our-tag-on-resource' },
      { action: 'eks:ListAssociatedAccessPolicies', resource: childArn('access-entry') },
      { action: 'eks:AssociateAccessPolicy', resource: childArn('access-entry'), condition: 'our-tag-on-resource' },
      { action: 'eks:DisassociateAccessPolicy', resource: childArn('access-entry'), condition: 'our-tag-on-resource' },
      ...eksTagPermissions(childArn('access-entry')),
    ],
    delete: [{ action: 'eks:DeleteAccessEntry', resource: childArn('access-entry'), condition: 'our-tag-on-resource' }],
  },

  reader: (connection) => ({
    async list(context) {
      const clusterName = await parentCluster(connection, context);
      if (clusterName === undefined) return [];
      const [arns, isEksOwn] = await Promise.all([principals(connection, clusterName), madeByEks(connection, context)]);
      const possible = arns.filter((arn) => !isEksOwn(arn));
      const found = await Promise.all(
        possible.map((principalArn) => toFound(connection, { clusterName, principalArn }, context)),
      );
      return found.flat();
    },
  }),

  writer: (connection) => ({
    async create({ settled }, context) {
      const { clients, call } = connection;
      const input = {
        ...keyOf(settled),
        type: settled.entryType,
        ...(settled.entryType === 'STANDARD' ? { kubernetesGroups: [...settled.groups] } : {}),
        ...(settled.username === undefined ? {} : { username: settled.username }),
        tags: { ...settled.tags },
        clientRequestToken: randomUUID(),
      };
      try {
        const answer = await oncePropagated(`principal ${settled.principalArn}`, context, () =>
          call('eks:CreateAccessEntry', () => clients.eks.send(new CreateAccessEntryCommand(input))),
        );
        await associate(connection, keyOf(settled), settled.policies);
        return { arn: answer.accessEntry!.accessEntryArn! };
      } catch (error) {
        if (!isAwsFailure(error, 'conflict') && !isAwsFailure(error, 'exists')) throw error;
        return { arn: await adopt(connection, settled, context) };
      }
    },

    async update({ found, settled, changed }) {
      if (changed.includes('groups') || changed.includes('username')) await setEntry(connection, settled);
      if (changed.includes('policies')) await setPolicies(connection, keyOf(settled), settled.policies);
      if (changed.includes('tags')) {
        await retagEks(connection, found.observed.arn, { before: found.settled.tags ?? {}, after: settled.tags });
      }
      return found.observed;
    },

    async delete(found, { scope }) {
      const { clients, call } = connection;
      const key = { clusterName: found.settled.clusterName ?? scope.cluster, principalArn: found.name };
      await unlessGone(call('eks:DeleteAccessEntry', () => clients.eks.send(new DeleteAccessEntryCommand(key))));
    },
  }),
};
