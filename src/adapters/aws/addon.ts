import { randomUUID } from 'node:crypto';
import {
  type Addon,
  CreateAddonCommand,
  DeleteAddonCommand,
  DescribeAddonCommand,
  ListAddonsCommand,
  UpdateAddonCommand,
} from '@aws-sdk/client-eks';
import { minutes, seconds } from '../../base/duration.ts';
import type { AddonPodIdentity } from '../../model/kinds/addon.ts';
import type { Found, State } from '../../model/snapshot.ts';
import type { Observed, Settled } from '../../model/types.ts';
import { type CallContext, isAwsFailure, type ReadContext } from '../../ports/aws.ts';
import type { Adapter } from './adapter.ts';
import { allPages } from './all-pages.ts';
import type { Connection } from './connection.ts';
import {
  changeAndWait,
  childArn,
  clusterArn,
  clusterRead,
  eksCreation,
  eksTagPermissions,
  issueFailure,
  issuesText,
  parentCluster,
  passRole,
  retagEks,
} from './eks.ts';
import { fromTagMap, idOf } from './found.ts';
import { unlessGone } from './gone.ts';
import { notOurs } from './not-ours.ts';
import { describeAssociation, podIdentityAssociations } from './pod-identity-questions.ts';
import { waitFor } from './wait.ts';
import { oncePropagated, whenFree } from './when-free.ts';

const every = seconds(3);

interface AddonKey {
  readonly clusterName: string;
  readonly addonName: string;
}
const keyOf = ({ clusterName, addonName }: AddonKey): AddonKey => ({ clusterName, addonName });

/** DEGRADED and UPDATE_FAILED add-ons run and may be changed: they are there, with a reason to look at. */
const states: Readonly<Record<string, State>> = {
  ACTIVE: 'ready',
  DEGRADED: 'ready',
  UPDATE_FAILED: 'ready',
  CREATING: 'pending',
  UPDATING: 'pending',
  DELETING: 'deleting',
  CREATE_FAILED: 'failed',
  DELETE_FAILED: 'failed',
};

async function describe({ clients, call }: Connection, key: AddonKey): Promise<Addon | undefined> {
  const answer = await unlessGone(call('eks:DescribeAddon', () => clients.eks.send(new DescribeAddonCommand(key))));
  return answer?.addon;
}

async function names({ clients, call }: Connection, clusterName: string): Promise<string[]> {
  const pages = await allPages(
    (nextToken) => call('eks:ListAddons', () => clients.eks.send(new ListAddonsCommand({ clusterName, nextToken }))),
    (page) => page.nextToken,
  );
  return pages.flatMap((page) => page.addons ?? []);
}

async function identitiesOf(connection: Connection, addon: Addon, context: ReadContext): Promise<AddonPodIdentity[]> {
  const arns = addon.podIdentityAssociations ?? [];
  if (arns.length === 0) return [];
  const all = await podIdentityAssociations(connection, context);
  const described = await Promise.all(
    all
      .filter((one) => arns.includes(one.associationArn ?? ''))
      .map((one) =>
        describeAssociation(connection, { clusterName: addon.clusterName!, associationId: one.associationId! }),
      ),
  );
  return described.flatMap((one) =>
    one === undefined ? [] : [{ serviceAccount: one.serviceAccount!, roleArn: one.roleArn! }],
  );
}

const observedOf = (addon: Addon): Observed<'addon'> => ({
  arn: addon.addonArn!,
  installedVersion: addon.addonVersion ?? '',
});

/** An emptied configuration stays as `{}`: EKS cannot take it away again. */
const valuesOf = (addon: Addon): string | null =>
  /^\s*(\{\s*\})?\s*$/.test(addon.configurationValues ?? '') ? null : addon.configurationValues!;

async function toFound(connection: Connection, key: AddonKey, context: ReadContext): Promise<Found<'addon'>[]> {
  const addon = await describe(connection, key);
  const tags = fromTagMap(addon?.tags);
  const id = idOf(tags, context.scope);
  if (addon === undefined || id === undefined) return [];
  const state = states[addon.status ?? ''] ?? 'pending';
  const reason = [addon.status === 'ACTIVE' ? '' : addon.status, issuesText(addon.health?.issues)].filter(Boolean);
  return [
    {
      kind: 'addon',
      id,
      name: key.addonName,
      state,
      ...(reason.length === 0 ? {} : { stateReason: reason.join(': ') }),
      settled: {
        ...key,
        ...(addon.addonVersion === undefined ? {} : { version: addon.addonVersion }),
        values: valuesOf(addon),
        podIdentities: await identitiesOf(connection, addon, context),
        tags,
      },
      observed: observedOf(addon),
    },
  ];
}

function active(connection: Connection, key: AddonKey, context: CallContext): Promise<Observed<'addon'>> {
  return waitFor(
    `add-on ${key.addonName} to be ACTIVE`,
    context,
    async () => {
      const addon = await describe(connection, key);
      if (addon?.status === 'ACTIVE') return { done: observedOf(addon) };
      const issues = issuesText(addon?.health?.issues);
      if (addon?.status === 'CREATE_FAILED') {
        throw issueFailure('eks:CreateAddon', `Add-on ${key.addonName} is CREATE_FAILED`, addon.health?.issues);
      }
      return { waiting: [addon?.status ?? 'not visible yet', issues].filter(Boolean).join(': ') };
    },
    { every, deadline: minutes(30) },
  );
}

const roleList = (settled: Settled<'addon'>) =>
  settled.podIdentities.map(({ serviceAccount, roleArn }) => ({ serviceAccount, roleArn }));

/** Unless told otherwise the spec is what holds: whatever stands there under the add-on's names is taken over. */
const conflictsOf = ({ resolveConflicts = 'OVERWRITE' }: Settled<'addon'>) => ({ resolveConflicts });

async function start(connection: Connection, settled: Settled<'addon'>, context: CallContext): Promise<void> {
  const { clients, call } = connection;
  const input = {
    ...keyOf(settled),
    ...(settled.version === undefined ? {} : { addonVersion: settled.version }),
    ...(settled.values === null ? {} : { configurationValues: settled.values }),
    ...(settled.podIdentities.length === 0 ? {} : { podIdentityAssociations: roleList(settled) }),
    ...conflictsOf(settled),
    tags: { ...settled.tags },
    clientRequestToken: randomUUID(),
  };
  try {
    await oncePropagated(`roles of add-on ${settled.addonName}`, context, () =>
      call('eks:CreateAddon', () => clients.eks.send(new CreateAddonCommand(input))),
    );
  } catch (error) {
    if (!isAwsFailure(error, 'conflict') && !isAwsFailure(error, 'exists')) throw error;
    const there = await describe(connection, keyOf(settled));
    if (there === undefined) throw error;
    if (idOf(fromTagMap(there.tags), context.scope) === undefined) {
      throw notOurs(
        'eks:CreateAddon',
        `The add-on ${settled.addonName} in cluster ${settled.clusterName}`,
        'Delete it with its pods preserved (aws eks delete-addon --preserve), or take it out of spec.addons.',
      );
    }
  }
}

/** All of it at once: what an update leaves out EKS may reset. */
function change(
  connection: Connection,
  { settled, changed, installed }: { settled: Settled<'addon'>; changed: readonly string[]; installed: string },
  context: CallContext,
): Promise<void> {
  const { clients } = connection;
  const emptied = changed.includes('values') ? { configurationValues: '{}' } : {};
  const input = {
    ...keyOf(settled),
    addonVersion: settled.version ?? installed,
    ...(settled.values === null ? emptied : { configurationValues: settled.values }),
    podIdentityAssociations: roleList(settled),
    ...conflictsOf(settled),
    clientRequestToken: randomUUID(),
  };
  const of = { operation: 'eks:UpdateAddon', what: `add-on ${settled.addonName}`, ...keyOf(settled), every };
  return changeAndWait(connection, of, context, () => clients.eks.send(new UpdateAddonCommand(input)));
}

const addonArn = childArn('addon');
const associationArn = childArn('podidentityassociation');
/** EKS makes, changes and removes the associations of an add-on in the caller's name; they carry no tags that a condition could ask for. */
const identityPermissions = [
  { action: 'eks:CreatePodIdentityAssociation', resource: clusterArn },
  { action: 'eks:UpdatePodIdentityAssociation', resource: associationArn },
  { action: 'eks:DeletePodIdentityAssociation', resource: associationArn },
  { action: 'eks:DescribePodIdentityAssociation', resource: associationArn },
  { action: 'iam:GetRole', resource: `arn:\${partition}:iam::\${account}:role/*` },
  passRole('pods.eks.amazonaws.com'),
];

/** https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAddon.html */
export const addon: Adapter<'addon'> = {
  permissions: {
    read: [
      ...clusterRead,
      { action: 'eks:ListAddons', resource: clusterArn },
      { action: 'eks:DescribeAddon', resource: addonArn },
      { action: 'eks:ListPodIdentityAssociations', resource: clusterArn },
      { action: 'eks:DescribePodIdentityAssociation', resource: associationArn },
    ],
    create: [
      ...eksCreation('eks:CreateAddon', addonArn),
      { action: 'eks:DescribeAddon', resource: addonArn },
      ...identityPermissions,
      ...eksTagPermissions(addonArn),
    ],
    update: [
      { action: 'eks:UpdateAddon', resource: addonArn, condition: 'our-tag-on-resource' },
      { action: 'eks:DescribeAddon', resource: addonArn },
      // An update is described by the ARN of what it is about.
      { action: 'eks:DescribeUpdate', resource: clusterArn },
      { action: 'eks:DescribeUpdate', resource: addonArn },
      ...identityPermissions,
      ...eksTagPermissions(addonArn),
    ],
    delete: [
      { action: 'eks:DeleteAddon', resource: addonArn, condition: 'our-tag-on-resource' },
      { action: 'eks:DescribeAddon', resource: addonArn },
      { action: 'eks:DeletePodIdentityAssociation', resource: associationArn },
    ],
  },

  reader: (connection) => ({
    async list(context) {
      const clusterName = await parentCluster(connection, context);
      if (clusterName === undefined) return [];
      const all = await names(connection, clusterName);
      const found = await Promise.all(all.map((addonName) => toFound(connection, { clusterName, addonName }, context)));
      return found.flat();
    },
  }),

  writer: (connection) => ({
    async create({ settled }, context) {
      await start(connection, settled, context);
      return active(connection, keyOf(settled), context);
    },

    async update({ found, settled, changed }, context) {
      const installed = found.observed.installedVersion;
      if (changed.some((field) => field !== 'tags')) {
        await change(connection, { settled, changed, installed }, context);
      }
      if (changed.includes('tags')) {
        await retagEks(connection, found.observed.arn, { before: found.settled.tags ?? {}, after: settled.tags });
      }
      return active(connection, keyOf(settled), context);
    },

    async delete(found, context) {
      const { clients, call } = connection;
      const key = { clusterName: found.settled.clusterName ?? context.scope.cluster, addonName: found.name };
      if (found.state !== 'deleting') {
        await whenFree({ what: `EKS to delete add-on ${found.name}`, every }, context, () =>
          unlessGone(call('eks:DeleteAddon', () => clients.eks.send(new DeleteAddonCommand(key)))),
        );
      }
      await waitFor(
        `add-on ${found.name} to be gone`,
        context,
        async () => {
          const addon = await describe(connection, key);
          if (addon?.status === 'DELETE_FAILED') {
            throw issueFailure('eks:DeleteAddon', `Add-on ${found.name} is DELETE_FAILED`, addon.health?.issues);
          }
          return addon === undefined ? { done: undefined } : { waiting: addon.status ?? 'there' };
        },
        { every, deadline: minutes(20) },
      );
    },

    ready: (found, context) =>
      active(
        connection,
        { clusterName: found.settled.clusterName ?? context.scope.cluster, addonName: found.name },
        context,
      ),
  }),
};
