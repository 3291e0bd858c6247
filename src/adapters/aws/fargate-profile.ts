import { randomUUID } from 'node:crypto';
import {
  CreateFargateProfileCommand,
  DeleteFargateProfileCommand,
  DescribeFargateProfileCommand,
  type FargateProfile,
  ListFargateProfilesCommand,
} from '@aws-sdk/client-eks';
import { minutes, seconds } from '../../base/duration.ts';
import type { Found, State } from '../../model/snapshot.ts';
import type { Observed, Settled } from '../../model/types.ts';
import { type CallContext, isAwsFailure, type ReadContext } from '../../ports/aws.ts';
import type { Adapter } from './adapter.ts';
import { allPages } from './all-pages.ts';
import type { Connection } from './connection.ts';
import {
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
  serviceLinkedRole,
} from './eks.ts';
import { fromTagMap, idOf } from './found.ts';
import { unlessGone } from './gone.ts';
import { notOurs } from './not-ours.ts';
import { waitFor } from './wait.ts';
import { oncePropagated, whenFree } from './when-free.ts';

const every = seconds(3);

interface ProfileKey {
  readonly clusterName: string;
  readonly fargateProfileName: string;
}
const keyOf = (settled: Settled<'fargate-profile'>): ProfileKey => ({
  clusterName: settled.clusterName,
  fargateProfileName: settled.name,
});

const states: Readonly<Record<string, State>> = {
  ACTIVE: 'ready',
  CREATING: 'pending',
  DELETING: 'deleting',
  CREATE_FAILED: 'failed',
  DELETE_FAILED: 'failed',
};

async function describe({ clients, call }: Connection, key: ProfileKey): Promise<FargateProfile | undefined> {
  const answer = await unlessGone(
    call('eks:DescribeFargateProfile', () => clients.eks.send(new DescribeFargateProfileCommand(key))),
  );
  return answer?.fargateProfile;
}

/** Every Fargate profile of our cluster: one question of an observation, whoever asks. */
export const fargateProfiles = (connection: Connection, context: ReadContext): Promise<readonly FargateProfile[]> =>
  context.once('eks:ListFargateProfiles', async () => {
    const { clients, call } = connection;
    const clusterName = await parentCluster(connection, context);
    if (clusterName === undefined) return [];
    const pages = await allPages(
      (nextToken) =>
        call('eks:ListFargateProfiles', () =>
          clients.eks.send(new ListFargateProfilesCommand({ clusterName, nextToken })),
        ),
      (page) => page.nextToken,
    );
    const names = pages.flatMap((page) => page.fargateProfileNames ?? []);
    const described = await Promise.all(
      names.map((fargateProfileName) => describe(connection, { clusterName, fargateProfileName })),
    );
    return described.filter((profile) => profile !== undefined);
  });

function toFound(profile: FargateProfile, context: CallContext): Found<'fargate-profile'>[] {
  const tags = fromTagMap(profile.tags);
  const id = idOf(tags, context.scope);
  if (id === undefined) return [];
  const reason = [profile.status === 'ACTIVE' ? '' : profile.status, issuesText(profile.health?.issues)].filter(
    Boolean,
  );
  return [
    {
      kind: 'fargate-profile',
      id,
      name: profile.fargateProfileName!,
      state: states[profile.status ?? ''] ?? 'pending',
      ...(reason.length === 0 ? {} : { stateReason: reason.join(': ') }),
      settled: {
        clusterName: profile.clusterName!,
        name: profile.fargateProfileName!,
        podExecutionRoleArn: profile.podExecutionRoleArn!,
        subnetIds: profile.subnets ?? [],
        selectors: (profile.selectors ?? []).map(({ namespace, labels }) => ({
          namespace: namespace!,
          labels: labels ?? {},
        })),
        tags,
      },
      observed: { arn: profile.fargateProfileArn! },
    },
  ];
}

function active(connection: Connection, key: ProfileKey, context: CallContext): Promise<Observed<'fargate-profile'>> {
  return waitFor(
    `Fargate profile ${key.fargateProfileName} to be ACTIVE`,
    context,
    async () => {
      const profile = await describe(connection, key);
      if (profile?.status === 'ACTIVE') return { done: { arn: profile.fargateProfileArn! } };
      if (profile?.status === 'CREATE_FAILED') {
        const what = `Fargate profile ${key.fargateProfileName} is CREATE_FAILED`;
        throw issueFailure('eks:CreateFargateProfile', what, profile.health?.issues);
      }
      return { waiting: profile?.status ?? 'not visible yet' };
    },
    { every, deadline: minutes(20) },
  );
}

async function start(connection: Connection, settled: Settled<'fargate-profile'>, context: CallContext): Promise<void> {
  const { clients, call } = connection;
  const input = {
    ...keyOf(settled),
    podExecutionRoleArn: settled.podExecutionRoleArn,
    subnets: [...settled.subnetIds],
    selectors: settled.selectors.map(({ namespace, labels }) => ({ namespace, labels: { ...labels } })),
    tags: { ...settled.tags },
    clientRequestToken: randomUUID(),
  };
  const create = () => call('eks:CreateFargateProfile', () => clients.eks.send(new CreateFargateProfileCommand(input)));
  const adopted = async (): Promise<boolean> => {
    const there = await describe(connection, keyOf(settled));
    if (there === undefined) return false;
    if (idOf(fromTagMap(there.tags), context.scope) !== undefined) return true;
    throw notOurs(
      'eks:CreateFargateProfile',
      `A Fargate profile ${settled.name} in cluster ${settled.clusterName}`,
      'Choose another name for the profile, or delete that one first.',
    );
  };
  // EKS makes or removes one profile of a cluster at a time and says so with the same code as for a name that is taken.
  await whenFree({ what: `EKS to take Fargate profile ${settled.name}`, every }, context, async () => {
    try {
      await oncePropagated(`role of Fargate profile ${settled.name}`, context, create);
    } catch (error) {
      if ((isAwsFailure(error, 'conflict') || isAwsFailure(error, 'exists')) && (await adopted())) return;
      throw error;
    }
  });
}

const profileArn = childArn('fargateprofile');

/** https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateFargateProfile.html */
export const fargateProfile: Adapter<'fargate-profile'> = {
  permissions: {
    read: [
      ...clusterRead,
      { action: 'eks:ListFargateProfiles', resource: clusterArn },
      { action: 'eks:DescribeFargateProfile', resource: profileArn },
    ],
    create: [
      ...eksCreation('eks:CreateFargateProfile', profileArn),
      { action: 'eks:DescribeFargateProfile', resource: profileArn },
      { action: 'ec2:DescribeSubnets', resource: '*' },
      { action: 'ec2:DescribeRouteTables', resource: '*' },
      { action: 'iam:GetRole', resource: `arn:\${partition}:iam::\${account}:role/*` },
      passRole('eks-fargate-pods.amazonaws.com'),
      passRole('eks.amazonaws.com'),
      serviceLinkedRole('eks-fargate.amazonaws.com'),
      ...eksTagPermissions(profileArn),
    ],
    update: eksTagPermissions(profileArn),
    delete: [
      { action: 'eks:DeleteFargateProfile', resource: profileArn, condition: 'our-tag-on-resource' },
      { action: 'eks:DescribeFargateProfile', resource: profileArn },
    ],
  },

  reader: (connection) => ({
    async list(context) {
      return (await fargateProfiles(connection, context)).flatMap((profile) => toFound(profile, context));
    },
  }),

  writer: (connection) => ({
    async create({ settled }, context) {
      await start(connection, settled, context);
      return active(connection, keyOf(settled), context);
    },

    async update({ found, settled, changed }) {
      if (changed.includes('tags')) {
        await retagEks(connection, found.observed.arn, { before: found.settled.tags ?? {}, after: settled.tags });
      }
      return found.observed;
    },

    async delete(found, context) {
      const { clients, call } = connection;
      const key = { clusterName: found.settled.clusterName ?? context.scope.cluster, fargateProfileName: found.name };
      if (found.state !== 'deleting') {
        await whenFree({ what: `EKS to delete Fargate profile ${found.name}`, every }, context, () =>
          unlessGone(call('eks:DeleteFargateProfile', () => clients.eks.send(new DeleteFargateProfileCommand(key)))),
        );
      }
      await waitFor(
        `Fargate profile ${found.name} to be gone`,
        context,
        async () => {
          const profile = await describe(connection, key);
          return profile === undefined ? { done: undefined } : { waiting: profile.status ?? 'there' };
        },
        { every, deadline: minutes(20) },
      );
    },

    ready: (found, context) =>
      active(
        connection,
        { clusterName: found.settled.clusterName ?? context.scope.cluster, fargateProfileName: found.name },
        context,
      ),
  }),
};
