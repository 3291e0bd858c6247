import { randomUUID } from 'node:crypto';
import {
  type Cluster,
  CreateClusterCommand,
  type CreateClusterRequest,
  DeleteClusterCommand,
  type LogType,
} from '@aws-sdk/client-eks';
import { minutes, seconds } from '../../base/duration.ts';
import type { Found, State } from '../../model/snapshot.ts';
import type { Observed, Settled } from '../../model/types.ts';
import { AwsFailure, type CallContext, isAwsFailure } from '../../ports/aws.ts';
import type { Permission } from '../../ports/permissions.ts';
import type { Adapter } from './adapter.ts';
import { setDeletionProtection, stopLogging, updateCluster } from './cluster-updates.ts';
import type { Connection } from './connection.ts';
import {
  clusterArn,
  clusterRead,
  describeCluster,
  eksCreation,
  eksTagPermissions,
  issueFailure,
  issuesText,
  ourCluster,
  passRole,
  serviceLinkedRole,
} from './eks.ts';
import { fromTagMap, idOf } from './found.ts';
import { unlessGone } from './gone.ts';
import { notOurs } from './not-ours.ts';
import { waitFor } from './wait.ts';
import { hasChildren, oncePropagated, whenFree } from './when-free.ts';

const every = seconds(10);

const states: Readonly<Record<string, State>> = {
  ACTIVE: 'ready',
  CREATING: 'pending',
  UPDATING: 'pending',
  PENDING: 'pending',
  DELETING: 'deleting',
  FAILED: 'failed',
};

const logTypesOf = (cluster: Cluster): LogType[] =>
  (cluster.logging?.clusterLogging ?? []).flatMap((setup) => (setup.enabled ? (setup.types ?? []) : []));

function settledOf(cluster: Cluster): Partial<Settled<'cluster'>> {
  const vpc = cluster.resourcesVpcConfig ?? {};
  const network = cluster.kubernetesNetworkConfig ?? {};
  const key = cluster.encryptionConfig?.find((config) => config.resources?.includes('secrets'))?.provider?.keyArn;
  return {
    name: cluster.name!,
    version: cluster.version!,
    roleArn: cluster.roleArn!,
    subnetIds: vpc.subnetIds ?? [],
    securityGroupIds: vpc.securityGroupIds ?? [],
    endpointPrivate: vpc.endpointPrivateAccess ?? false,
    endpointPublic: vpc.endpointPublicAccess ?? false,
    // EKS keeps the last list of an endpoint that is off; it means nothing then.
    publicAccessCidrs: vpc.endpointPublicAccess ? (vpc.publicAccessCidrs ?? []) : [],
    logTypes: logTypesOf(cluster),
    encryptionKeyArn: key ?? null,
    ipFamily: network.ipFamily ?? 'ipv4',
    ...(network.serviceIpv4Cidr === undefined ? {} : { serviceCidr: network.serviceIpv4Cidr }),
    upgradePolicy: cluster.upgradePolicy?.supportType ?? 'EXTENDED',
    deletionProtection: cluster.deletionProtection ?? false,
    tags: fromTagMap(cluster.tags),
  };
}

/** Before it is ACTIVE a cluster has no endpoint: those fields are empty texts until then. */
function observedOf(cluster: Cluster): Observed<'cluster'> {
  const network = cluster.kubernetesNetworkConfig ?? {};
  return {
    clusterName: cluster.name!,
    arn: cluster.arn!,
    endpoint: cluster.endpoint ?? '',
    certificateAuthority: cluster.certificateAuthority?.data ?? '',
    issuer: cluster.identity?.oidc?.issuer ?? '',
    clusterSecurityGroupId: cluster.resourcesVpcConfig?.clusterSecurityGroupId ?? '',
    serviceRange: network.serviceIpv4Cidr ?? network.serviceIpv6Cidr ?? '',
    ...(cluster.platformVersion === undefined ? {} : { platformVersion: cluster.platformVersion }),
  };
}

function toFound(cluster: Cluster, id: string): Found<'cluster'> {
  const state = states[cluster.status ?? ''] ?? 'pending';
  const issues = issuesText(cluster.health?.issues);
  const reason = issues === '' ? (state === 'ready' ? undefined : cluster.status) : issues;
  return {
    kind: 'cluster',
    id,
    name: cluster.name!,
    state,
    ...(reason === undefined ? {} : { stateReason: reason }),
    settled: settledOf(cluster),
    observed: observedOf(cluster),
  };
}

function active(connection: Connection, name: string, context: CallContext): Promise<Observed<'cluster'>> {
  return waitFor(
    `EKS cluster ${name} to be ACTIVE`,
    context,
    async () => {
      const cluster = await describeCluster(connection, name);
      if (cluster?.status === 'FAILED') {
        throw issueFailure('eks:CreateCluster', `EKS cluster ${name} FAILED`, cluster.health?.issues);
      }
      if (cluster?.status !== 'ACTIVE') return { waiting: cluster?.status ?? 'not visible yet' };
      return { done: observedOf(cluster) };
    },
    { every, deadline: minutes(40) },
  );
}

const requestOf = (settled: Settled<'cluster'>): CreateClusterRequest => ({
  name: settled.name,
  version: settled.version,
  roleArn: settled.roleArn,
  resourcesVpcConfig: {
    subnetIds: [...settled.subnetIds],
    securityGroupIds: [...settled.securityGroupIds],
    endpointPrivateAccess: settled.endpointPrivate,
    endpointPublicAccess: settled.endpointPublic,
    ...(settled.endpointPublic ? { publicAccessCidrs: [...settled.publicAccessCidrs] } : {}),
  },
  kubernetesNetworkConfig: {
    ipFamily: settled.ipFamily,
    ...(settled.serviceCidr === undefined ? {} : { serviceIpv4Cidr: settled.serviceCidr }),
  },
  ...(settled.logTypes.length === 0
    ? {}
    : { logging: { clusterLogging: [{ types: settled.logTypes as LogType[], enabled: true }] } }),
  ...(settled.encryptionKeyArn === null
    ? {}
    : { encryptionConfig: [{ resources: ['secrets'], provider: { keyArn: settled.encryptionKeyArn } }] }),
  // Access entries alone; nobody is let in silently, and add-ons are ours to install.
  accessConfig: { authenticationMode: 'API', bootstrapClusterCreatorAdminPermissions: false },
  bootstrapSelfManagedAddons: false,
  upgradePolicy: { supportType: settled.upgradePolicy },
  deletionProtection: settled.deletionProtection,
  tags: { ...settled.tags },
});

async function startCluster(connection: Connection, settled: Settled<'cluster'>, context: CallContext): Promise<void> {
  const { clients, call } = connection;
  const input = { ...requestOf(settled), clientRequestToken: randomUUID() };
  try {
    await oncePropagated(`role of cluster ${settled.name}`, context, () =>
      call('eks:CreateCluster', () => clients.eks.send(new CreateClusterCommand(input))),
    );
  } catch (error) {
    if (!isAwsFailure(error, 'conflict') && !isAwsFailure(error, 'exists')) throw error;
    const there = await describeCluster(connection, settled.name);
    if (there === undefined || idOf(fromTagMap(there.tags), context.scope) !== undefined) throw error;
    throw notOurs(
      'eks:CreateCluster',
      `An EKS cluster ${settled.name} in ${connection.region}`,
      'Choose another metadata.name, or delete that cluster first.',
    );
  }
}

/** A node group or Fargate profile that is not ours was made while this ran; EKS keeps the cluster while it is there. */
const withChildren = (name: string, { operation, code, message, requestId }: AwsFailure): AwsFailure =>
  new AwsFailure({
    reason: 'conflict',
    operation,
    code,
    requestId,
    message: `${message}. What of this cluster is left was not made by Quilla and is not touched: see aws eks list-nodegroups --cluster-name ${name} and aws eks list-fargate-profiles --cluster-name ${name}, delete it, and run quilla destroy again.`,
  });

const kmsForSecrets: readonly Permission[] = [
  { action: 'kms:DescribeKey', resource: `arn:\${partition}:kms:\${region}:\${account}:key/*` },
  {
    action: 'kms:CreateGrant',
    resource: `arn:\${partition}:kms:\${region}:\${account}:key/*`,
    condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
  },
];

/** https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html */
export const cluster: Adapter<'cluster'> = {
  permissions: {
    read: clusterRead,
    create: [
      ...eksCreation('eks:CreateCluster', clusterArn),
      passRole('eks.amazonaws.com'),
      serviceLinkedRole('eks.amazonaws.com'),
      ...kmsForSecrets,
      // EKS checks in the caller's name what it is given.
      { action: 'ec2:DescribeSubnets', resource: '*' },
      { action: 'ec2:DescribeSecurityGroups', resource: '*' },
      { action: 'ec2:DescribeVpcs', resource: '*' },
    ],
    update: [
      { action: 'eks:UpdateClusterConfig', resource: clusterArn, condition: 'our-tag-on-resource' },
      { action: 'eks:UpdateClusterVersion', resource: clusterArn, condition: 'our-tag-on-resource' },
      { action: 'eks:AssociateEncryptionConfig', resource: clusterArn, condition: 'our-tag-on-resource' },
      { action: 'eks:DescribeUpdate', resource: clusterArn },
      ...eksTagPermissions(clusterArn),
      ...kmsForSecrets,
    ],
    delete: [
      { action: 'eks:DeleteCluster', resource: clusterArn, condition: 'our-tag-on-resource' },
      { action: 'eks:UpdateClusterConfig', resource: clusterArn, condition: 'our-tag-on-resource' },
      { action: 'eks:DescribeUpdate', resource: clusterArn },
    ],
  },

  reader: (connection) => ({
    async list(context) {
      const cluster = await ourCluster(connection, context);
      const id = idOf(fromTagMap(cluster?.tags), context.scope);
      return cluster === undefined || id === undefined ? [] : [toFound(cluster, id)];
    },
  }),

  writer: (connection) => ({
    async create({ settled }, context) {
      await startCluster(connection, settled, context);
      return active(connection, settled.name, context);
    },

    async update(input, context) {
      await updateCluster(connection, input, context);
      return active(connection, input.settled.name, context);
    },

    /** Whoever plans this deletion has decided it: protection against deletion is taken off first. */
    async delete(found, context) {
      const { clients, call } = connection;
      const now = await describeCluster(connection, found.name);
      if (now === undefined) return;
      if (now.status !== 'DELETING') {
        if (now.deletionProtection) await setDeletionProtection(connection, found.name, false, context);
        if (logTypesOf(now).length > 0 && now.status !== 'FAILED') await stopLogging(connection, found.name, context);
        await whenFree({ what: `EKS to delete cluster ${found.name}`, every }, context, () =>
          unlessGone(call('eks:DeleteCluster', () => clients.eks.send(new DeleteClusterCommand({ name: found.name })))),
        ).catch((error: unknown) => {
          throw isAwsFailure(error) && hasChildren.test(error.message) ? withChildren(found.name, error) : error;
        });
      }
      await waitFor(
        `EKS cluster ${found.name} to be gone`,
        context,
        async () => {
          const cluster = await describeCluster(connection, found.name);
          return cluster === undefined ? { done: undefined } : { waiting: cluster.status ?? 'there' };
        },
        { every, deadline: minutes(30) },
      );
    },

    ready: (found, context) => active(connection, found.name, context),
  }),
};
