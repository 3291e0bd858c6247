import { randomUUID } from 'node:crypto';
import {
  CreatePodIdentityAssociationCommand,
  DeletePodIdentityAssociationCommand,
  type PodIdentityAssociation,
  UpdatePodIdentityAssociationCommand,
} from '@aws-sdk/client-eks';
import type { Found } from '../../model/snapshot.ts';
import type { Observed, Settled } from '../../model/types.ts';
import { type CallContext, isAwsFailure } from '../../ports/aws.ts';
import type { Adapter } from './adapter.ts';
import type { Connection } from './connection.ts';
import { childArn, clusterArn, clusterRead, eksCreation, eksTagPermissions, passRole, retagEks } from './eks.ts';
import { fromTagMap, idOf } from './found.ts';
import { unlessGone } from './gone.ts';
import { notOurs } from './not-ours.ts';
import { describeAssociation, listAssociations, podIdentityAssociations } from './pod-identity-questions.ts';
import { oncePropagated } from './when-free.ts';

const observedOf = (association: PodIdentityAssociation): Observed<'pod-identity-association'> => ({
  associationId: association.associationId!,
  arn: association.associationArn!,
});

function toFound(association: PodIdentityAssociation, context: CallContext): Found<'pod-identity-association'>[] {
  const tags = fromTagMap(association.tags);
  const id = idOf(tags, context.scope);
  if (id === undefined) return [];
  return [
    {
      kind: 'pod-identity-association',
      id,
      name: association.associationId!,
      state: 'ready',
      settled: {
        clusterName: association.clusterName!,
        namespace: association.namespace!,
        serviceAccount: association.serviceAccount!,
        roleArn: association.roleArn!,
        tags,
      },
      observed: observedOf(association),
    },
  ];
}

async function setRole(
  { clients, call }: Connection,
  key: { readonly clusterName: string; readonly associationId: string },
  roleArn: string,
  context: CallContext,
): Promise<void> {
  const input = { ...key, roleArn, clientRequestToken: randomUUID() };
  await oncePropagated(`role ${roleArn}`, context, () =>
    call('eks:UpdatePodIdentityAssociation', () => clients.eks.send(new UpdatePodIdentityAssociationCommand(input))),
  );
}

/** One association stands per service account: ours if a call of ours made it whose answer was lost, else somebody's. */
async function adopt(
  connection: Connection,
  { clusterName, namespace, serviceAccount, roleArn }: Settled<'pod-identity-association'>,
  context: CallContext,
): Promise<PodIdentityAssociation> {
  const all = await listAssociations(connection, clusterName);
  const summary = all.find((one) => one.namespace === namespace && one.serviceAccount === serviceAccount);
  const associationId = summary?.associationId;
  const there =
    associationId === undefined ? undefined : await describeAssociation(connection, { clusterName, associationId });
  if (there === undefined || idOf(fromTagMap(there.tags), context.scope) === undefined) {
    throw notOurs(
      'eks:CreatePodIdentityAssociation',
      `A pod identity association of ${namespace}/${serviceAccount} in cluster ${clusterName}`,
      'Delete it, or take it out of spec.podIdentities.',
    );
  }
  if (there.roleArn !== roleArn) {
    await setRole(connection, { clusterName, associationId: associationId! }, roleArn, context);
  }
  return there;
}

/** https://docs.aws.amazon.com/eks/latest/APIReference/API_CreatePodIdentityAssociation.html */
export const podIdentityAssociation: Adapter<'pod-identity-association'> = {
  permissions: {
    read: [
      ...clusterRead,
      { action: 'eks:ListPodIdentityAssociations', resource: clusterArn },
      { action: 'eks:DescribePodIdentityAssociation', resource: childArn('podidentityassociation') },
    ],
    create: [
      ...eksCreation('eks:CreatePodIdentityAssociation', childArn('podidentityassociation')),
      { action: 'eks:ListPodIdentityAssociations', resource: clusterArn },
      { action: 'eks:DescribePodIdentityAssociation', resource: childArn('podidentityassociation') },
      {
        action: 'eks:UpdatePodIdentityAssociation',
        resource: childArn('podidentityassociation'),
        condition: 'our-tag-on-resource',
      },
      passRole('pods.eks.amazonaws.com'),
      { action: 'iam:GetRole', resource: `arn:\${partition}:iam::\${account}:role/*` },
      ...eksTagPermissions(childArn('podidentityassociation')),
    ],
    update: [
      {
        action: 'eks:UpdatePodIdentityAssociation',
        resource: childArn('podidentityassociation'),
        condition: 'our-tag-on-resource',
      },
      passRole('pods.eks.amazonaws.com'),
      { action: 'iam:GetRole', resource: `arn:\${partition}:iam::\${account}:role/*` },
      ...eksTagPermissions(childArn('podidentityassociation')),
    ],
    delete: [
      {
        action: 'eks:DeletePodIdentityAssociation',
        resource: childArn('podidentityassociation'),
        condition: 'our-tag-on-resource',
      },
    ],
  },

  reader: (connection) => ({
    async list(context) {
      const all = await podIdentityAssociations(connection, context);
      const free = all.filter((summary) => summary.ownerArn === undefined);
      const described = await Promise.all(
        free.map(({ clusterName, associationId }) =>
          describeAssociation(connection, { clusterName: clusterName!, associationId: associationId! }),
        ),
      );
      return described.flatMap((association) => (association === undefined ? [] : toFound(association, context)));
    },
  }),

  writer: (connection) => ({
    async create({ settled }, context) {
      const { clients, call } = connection;
      const { clusterName, namespace, serviceAccount, roleArn } = settled;
      const input = {
        ...{ clusterName, namespace, serviceAccount, roleArn },
        tags: { ...settled.tags },
        clientRequestToken: randomUUID(),
      };
      const association = await oncePropagated(`role ${roleArn}`, context, () =>
        call('eks:CreatePodIdentityAssociation', () =>
          clients.eks.send(new CreatePodIdentityAssociationCommand(input)),
        ),
      ).then(
        (answer) => answer.association!,
        (error) => {
          if (isAwsFailure(error, 'conflict') || isAwsFailure(error, 'exists')) {
            return adopt(connection, settled, context);
          }
          throw error;
        },
      );
      return observedOf(association);
    },

    async update({ found, settled, changed }, context) {
      const key = { clusterName: settled.clusterName, associationId: found.observed.associationId };
      if (changed.includes('roleArn')) await setRole(connection, key, settled.roleArn, context);
      if (changed.includes('tags')) {
        await retagEks(connection, found.observed.arn, { before: found.settled.tags ?? {}, after: settled.tags });
      }
      return found.observed;
    },

    async delete(found, { scope }) {
      const { clients, call } = connection;
      const clusterName = found.settled.clusterName ?? scope.cluster;
      const input = { clusterName, associationId: found.observed.associationId };
      await unlessGone(
        call('eks:DeletePodIdentityAssociation', () =>
          clients.eks.send(new DeletePodIdentityAssociationCommand(input)),
        ),
      );
    },
  }),
};
