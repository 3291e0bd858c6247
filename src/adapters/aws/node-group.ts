import { randomUUID } from 'node:crypto';
import {
  type AMITypes,
  CreateNodegroupCommand,
  type CreateNodegroupRequest,
  DeleteNodegroupCommand,
  type Nodegroup,
} from '@aws-sdk/client-eks';
import { minutes, seconds } from '../../base/duration.ts';
import type { Found, State } from '../../model/snapshot.ts';
import type { Observed, Settled } from '../../model/types.ts';
import { type CallContext, isAwsFailure } from '../../ports/aws.ts';
import type { Adapter } from './adapter.ts';
import type { Connection } from './connection.ts';
import { launchPermissions } from './ec2.ts';
import {
  childArn,
  clusterArn,
  clusterRead,
  eksCreation,
  eksTagPermissions,
  issueFailure,
  issuesText,
  passRole,
  serviceLinkedRole,
} from './eks.ts';
import { fromTagMap, idOf } from './found.ts';
import { unlessGone } from './gone.ts';
import { describeNodeGroup, type NodeGroupKey, nodeGroups } from './node-group-questions.ts';
import { fromEksTaint, toEksTaint, updateNodeGroup } from './node-group-updates.ts';
import { notOurs } from './not-ours.ts';
import { waitFor } from './wait.ts';
import { oncePropagated, whenFree } from './when-free.ts';

const every = seconds(5);

/** A DEGRADED group has its nodes and recovers by itself once its cause is gone. */
const states: Readonly<Record<string, State>> = {
  ACTIVE: 'ready',
  DEGRADED: 'ready',
  CREATING: 'pending',
  UPDATING: 'pending',
  DELETING: 'deleting',
  CREATE_FAILED: 'failed',
  DELETE_FAILED: 'failed',
};

function observedOf(group: Nodegroup): Observed<'node-group'> {
  const autoScalingGroupName = group.resources?.autoScalingGroups?.[0]?.name;
  return {
    nodeGroupName: group.nodegroupName!,
    arn: group.nodegroupArn!,
    ...(autoScalingGroupName === undefined ? {} : { autoScalingGroupName }),
  };
}

function updateConfigOf(group: Nodegroup): Settled<'node-group'>['updateConfig'] {
  const { maxUnavailable, maxUnavailablePercentage } = group.updateConfig ?? {};
  return maxUnavailablePercentage === undefined
    ? { maxUnavailable: maxUnavailable ?? 1 }
    : { maxUnavailablePercentage };
}

function settledOf(group: Nodegroup): Partial<Settled<'node-group'>> {
  const { minSize = 0, maxSize = 0, desiredSize = 0 } = group.scalingConfig ?? {};
  return {
    clusterName: group.clusterName!,
    name: group.nodegroupName!,
    nodeRoleArn: group.nodeRole!,
    subnetIds: group.subnets ?? [],
    amiType: group.amiType!,
    instanceTypes: group.instanceTypes ?? [],
    capacityType: group.capacityType === 'SPOT' ? 'SPOT' : 'ON_DEMAND',
    launchTemplateId: group.launchTemplate?.id ?? '',
    launchTemplateVersion: group.launchTemplate?.version ?? '',
    ...(group.version === undefined ? {} : { version: group.version }),
    ...(group.releaseVersion === undefined ? {} : { releaseVersion: group.releaseVersion }),
    minSize,
    maxSize,
    desiredSize,
    labels: group.labels ?? {},
    taints: (group.taints ?? []).map(fromEksTaint),
    updateConfig: updateConfigOf(group),
    tags: fromTagMap(group.tags),
  };
}

function toFound(group: Nodegroup, context: CallContext): Found<'node-group'>[] {
  const id = idOf(fromTagMap(group.tags), context.scope);
  if (id === undefined) return [];
  const reason = [group.status === 'ACTIVE' ? '' : group.status, issuesText(group.health?.issues)].filter(Boolean);
  return [
    {
      kind: 'node-group',
      id,
      name: group.nodegroupName!,
      state: states[group.status ?? ''] ?? 'pending',
      ...(reason.length === 0 ? {} : { stateReason: reason.join(': ') }),
      settled: settledOf(group),
      observed: observedOf(group),
    },
  ];
}

function active(connection: Connection, key: NodeGroupKey, context: CallContext): Promise<Observed<'node-group'>> {
  return waitFor(
    `node group ${key.nodegroupName} to be ACTIVE`,
    context,
    async () => {
      const group = await describeNodeGroup(connection, key);
      if (group?.status === 'ACTIVE') return { done: observedOf(group) };
      const issues = issuesText(group?.health?.issues);
      if (group?.status === 'CREATE_FAILED' || group?.status === 'DEGRADED') {
        const what = `Node group ${key.nodegroupName} is ${group.status}`;
        throw issueFailure('eks:CreateNodegroup', what, group.health?.issues);
      }
      return { waiting: [group?.status ?? 'not visible yet', issues].filter(Boolean).join(': ') };
    },
    { every, deadline: minutes(40) },
  );
}

const requestOf = (settled: Settled<'node-group'>): CreateNodegroupRequest => ({
  clusterName: settled.clusterName,
  nodegroupName: settled.name,
  nodeRole: settled.nodeRoleArn,
  subnets: [...settled.subnetIds],
  // With an image in the launch template EKS finds out by itself and refuses to be told.
  ...(settled.amiType === 'CUSTOM' ? {} : { amiType: settled.amiType as AMITypes }),
  instanceTypes: [...settled.instanceTypes],
  capacityType: settled.capacityType,
  launchTemplate: { id: settled.launchTemplateId, version: settled.launchTemplateVersion },
  ...(settled.version === undefined || settled.amiType === 'CUSTOM' ? {} : { version: settled.version }),
  ...(settled.releaseVersion === undefined || settled.amiType === 'CUSTOM'
    ? {}
    : { releaseVersion: settled.releaseVersion }),
  scalingConfig: { minSize: settled.minSize, maxSize: settled.maxSize, desiredSize: settled.desiredSize },
  labels: { ...settled.labels },
  taints: settled.taints.map(toEksTaint),
  updateConfig: { ...settled.updateConfig },
  tags: { ...settled.tags },
});

const keyOf = (settled: Settled<'node-group'>): NodeGroupKey => ({
  clusterName: settled.clusterName,
  nodegroupName: settled.name,
});

async function start(connection: Connection, settled: Settled<'node-group'>, context: CallContext): Promise<void> {
  const { clients, call } = connection;
  const input = { ...requestOf(settled), clientRequestToken: randomUUID() };
  try {
    await oncePropagated(`role of node group ${settled.name}`, context, () =>
      call('eks:CreateNodegroup', () => clients.eks.send(new CreateNodegroupCommand(input))),
    );
  } catch (error) {
    if (!isAwsFailure(error, 'conflict') && !isAwsFailure(error, 'exists')) throw error;
    const there = await describeNodeGroup(connection, keyOf(settled));
    if (there === undefined || idOf(fromTagMap(there.tags), context.scope) !== undefined) throw error;
    throw notOurs(
      'eks:CreateNodegroup',
      `A managed node group ${settled.name} in cluster ${settled.clusterName}`,
      'Choose another name for the group, or delete that one first.',
    );
  }
}

const groupArn = childArn('nodegroup');
const launchTemplateReads = [
  // EKS looks at the launch template and tries it in the caller's name.
  { action: 'ec2:DescribeLaunchTemplateVersions', resource: '*' },
  { action: 'ec2:DescribeSubnets', resource: '*' },
  { action: 'ec2:DescribeSecurityGroups', resource: '*' },
  ...launchPermissions,
];

/** https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html */
export const nodeGroup: Adapter<'node-group'> = {
  permissions: {
    read: [
      ...clusterRead,
      { action: 'eks:ListNodegroups', resource: clusterArn },
      { action: 'eks:DescribeNodegroup', resource: groupArn },
    ],
    create: [
      ...eksCreation('eks:CreateNodegroup', groupArn),
      { action: 'eks:DescribeNodegroup', resource: groupArn },
      passRole('ec2.amazonaws.com'),
      passRole('eks.amazonaws.com'),
      { action: 'iam:GetRole', resource: `arn:\${partition}:iam::\${account}:role/*` },
      { action: 'iam:ListAttachedRolePolicies', resource: `arn:\${partition}:iam::\${account}:role/*` },
      serviceLinkedRole('eks-nodegroup.amazonaws.com'),
      serviceLinkedRole('autoscaling.amazonaws.com'),
      serviceLinkedRole('spot.amazonaws.com'),
      ...launchTemplateReads,
      ...eksTagPermissions(groupArn),
    ],
    update: [
      { action: 'eks:UpdateNodegroupConfig', resource: groupArn, condition: 'our-tag-on-resource' },
      { action: 'eks:UpdateNodegroupVersion', resource: groupArn, condition: 'our-tag-on-resource' },
      { action: 'eks:DescribeNodegroup', resource: groupArn },
      { action: 'eks:DescribeUpdate', resource: clusterArn },
      { action: 'eks:DescribeUpdate', resource: groupArn },
      ...launchTemplateReads,
      ...eksTagPermissions(groupArn),
    ],
    delete: [
      { action: 'eks:DeleteNodegroup', resource: groupArn, condition: 'our-tag-on-resource' },
      { action: 'eks:DescribeNodegroup', resource: groupArn },
    ],
  },

  reader: (connection) => ({
    async list(context) {
      return (await nodeGroups(connection, context)).flatMap((group) => toFound(group, context));
    },
  }),

  writer: (connection) => ({
    async create({ settled }, context) {
      await start(connection, settled, context);
      return active(connection, keyOf(settled), context);
    },

    async update(input, context) {
      await updateNodeGroup(connection, input, context);
      return active(connection, keyOf(input.settled), context);
    },

    async delete(found, context) {
      const { clients, call } = connection;
      const key = { clusterName: found.settled.clusterName ?? context.scope.cluster, nodegroupName: found.name };
      if (found.state !== 'deleting') {
        await whenFree({ what: `EKS to delete node group ${found.name}`, every }, context, () =>
          unlessGone(call('eks:DeleteNodegroup', () => clients.eks.send(new DeleteNodegroupCommand(key)))),
        );
      }
      await waitFor(
        `node group ${found.name} to be gone`,
        context,
        async () => {
          const group = await describeNodeGroup(connection, key);
          if (group?.status === 'DELETE_FAILED') {
            const what = `Node group ${found.name} is DELETE_FAILED`;
            throw issueFailure('eks:DeleteNodegroup', what, group.health?.issues);
          }
          return group === undefined ? { done: undefined } : { waiting: group.status ?? 'there' };
        },
        { every, deadline: minutes(60) },
      );
    },

    ready: (found, context) =>
      active(
        connection,
        { clusterName: found.settled.clusterName ?? context.scope.cluster, nodegroupName: found.name },
        context,
      ),
  }),
};
