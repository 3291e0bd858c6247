import type { RequestLaunchTemplateData } from '@aws-sdk/client-ec2';
import type {
  CreateNodegroupRequest,
  CreateNodegroupResponse,
  DeleteNodegroupRequest,
  DeleteNodegroupResponse,
  DescribeNodegroupRequest,
  DescribeNodegroupResponse,
  ListNodegroupsRequest,
  ListNodegroupsResponse,
} from '@aws-sdk/client-eks';
import { shortHash } from '../../../base/hash.ts';
import type { Call, Handler } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { pageOf } from '../page.ts';
import type { Given } from '../required-members.ts';
import { ensureServiceLinkedRole } from '../service-linked-role.ts';
import { inUse, invalidParameter, limitExceeded } from './errors.ts';
import { clusterOf, eksArn, nodegroupOf, usableClusterOf } from './lookup.ts';
import { nodeImage } from './node-images.ts';
import {
  checkedSizes,
  checkedTaints,
  checkInstanceTypes,
  checkLabels,
  checkNodeRole,
  checkNodeSubnets,
  checkTemplate,
  checkUpdateConfig,
  readTemplate,
} from './nodegroup-checks.ts';
import { scheduleNodegroup } from './nodegroup-events.ts';
import { nodegroupView } from './nodegroup-view.ts';
import type { EksCluster, EksNodegroup } from './state.ts';
import { newUuid } from './updates.ts';

/** Managed node groups per cluster: https://docs.aws.amazon.com/eks/latest/userguide/service-quotas.html */
const groupsPerCluster = 30;

function refuseUnknown(input: Given<CreateNodegroupRequest>): void {
  const asked = {
    warmPoolConfig: input.warmPoolConfig?.enabled === true,
    'remoteAccess.sourceSecurityGroups': (input.remoteAccess?.sourceSecurityGroups ?? []).length > 0,
    'capacityType CAPACITY_BLOCK': input.capacityType === 'CAPACITY_BLOCK',
    'updateConfig.updateStrategy MINIMAL': input.updateConfig?.updateStrategy === 'MINIMAL',
  };
  const unknown = Object.entries(asked).find(([, value]) => value)?.[0];
  if (unknown !== undefined)
    throw new AwsError('NotImplemented', `The embedded AWS does not know ${unknown} of CreateNodegroup.`, 501);
}

function checkedVersion(cluster: EksCluster, asked: string | undefined): string {
  const version = asked ?? cluster.version;
  if (Number(version.slice(2)) > Number(cluster.version.slice(2))) {
    throw invalidParameter(
      `Nodegroup Kubernetes version ${version} cannot be newer than the cluster version ${cluster.version}`,
    );
  }
  return version;
}

/** Kubernetes version, AMI type, release and types: what the nodes boot. */
function softwareOf(
  call: Call,
  cluster: EksCluster,
  from: { input: Given<CreateNodegroupRequest>; data: RequestLaunchTemplateData },
) {
  const { input, data } = from;
  const version = checkedVersion(cluster, input.version);
  const amiType = data.ImageId !== undefined ? 'CUSTOM' : (input.amiType ?? 'AL2023_x86_64_STANDARD');
  const types = input.instanceTypes ?? (data.InstanceType === undefined ? ['t3.medium'] : undefined);
  checkInstanceTypes(types ?? [data.InstanceType!], amiType);
  if (amiType === 'CUSTOM') return { version, amiType, releaseVersion: data.ImageId!, types };
  const { releaseVersion } = nodeImage(call, amiType, version);
  if (input.releaseVersion !== undefined && input.releaseVersion !== releaseVersion) {
    throw invalidParameter(
      `Requested release version ${input.releaseVersion} is not valid for kubernetes version ${version}.`,
    );
  }
  return { version, amiType, releaseVersion, types };
}

const updateConfigOf = (
  input: Given<CreateNodegroupRequest>,
): Pick<EksNodegroup, 'maxUnavailable' | 'maxUnavailablePercentage'> => {
  const { maxUnavailable, maxUnavailablePercentage } = input.updateConfig ?? {};
  if (maxUnavailablePercentage !== undefined) return { maxUnavailablePercentage };
  return { maxUnavailable: maxUnavailable ?? 1 };
};

function remoteAccessOf(call: Call, input: Given<CreateNodegroupRequest>): Pick<EksNodegroup, 'remoteAccess'> {
  const key = input.remoteAccess?.ec2SshKey;
  if (key === undefined) return {};
  if (!Object.values(call.state.ec2.keyPairs).some((own) => own.name === key)) {
    throw invalidParameter(`The key pair '${key}' does not exist`);
  }
  return { remoteAccess: { ec2SshKey: key } };
}

function newIdentity(call: Call, cluster: EksCluster, name: string) {
  const uuid = newUuid(call);
  return {
    name,
    uuid,
    arn: eksArn(call, `nodegroup/${cluster.name}/${name}/${uuid}`),
    autoScalingGroupName: `eks-${name}-${uuid}`,
    createdAt: call.now,
    modifiedAt: call.now,
    status: 'CREATING' as const,
    issues: [],
  };
}

const requestHashOf = ({ clientRequestToken: _, ...what }: Given<CreateNodegroupRequest>): string => shortHash(what);

function recordOf(call: Call, cluster: EksCluster, input: Given<CreateNodegroupRequest>): EksNodegroup {
  const sizes = checkedSizes(input.scalingConfig);
  const template = input.launchTemplate === undefined ? undefined : readTemplate(call, input.launchTemplate);
  if (template !== undefined) checkTemplate(input, template.data);
  const software = softwareOf(call, cluster, { input, data: template?.data ?? {} });
  checkNodeRole(call, input.nodeRole);
  checkNodeSubnets(call, cluster, input.subnets);
  checkLabels(input.labels ?? {});
  checkUpdateConfig(input.updateConfig);
  return {
    ...newIdentity(call, cluster, input.nodegroupName),
    version: software.version,
    releaseVersion: software.releaseVersion,
    amiType: software.amiType,
    ...(software.types === undefined ? {} : { instanceTypes: [...software.types] }),
    capacityType: input.capacityType === 'SPOT' ? 'SPOT' : 'ON_DEMAND',
    ...sizes,
    subnets: [...input.subnets],
    nodeRole: input.nodeRole,
    labels: { ...input.labels },
    taints: checkedTaints(input.taints),
    ...(template === undefined ? { diskSize: input.diskSize ?? 20 } : { launchTemplate: template.chosen }),
    ...remoteAccessOf(call, input),
    ...updateConfigOf(input),
    nodeRepair: input.nodeRepairConfig?.enabled ?? false,
    tags: { ...input.tags },
    ...(input.clientRequestToken === undefined ? {} : { clientRequestToken: input.clientRequestToken }),
    requestHash: requestHashOf(input),
  };
}

export const createNodegroup: Handler<Given<CreateNodegroupRequest>, CreateNodegroupResponse> = (input, call) => {
  const cluster = usableClusterOf(call, input.clusterName);
  const existing = cluster.nodegroups[input.nodegroupName];
  if (existing !== undefined) {
    const again = existing.clientRequestToken !== undefined && existing.clientRequestToken === input.clientRequestToken;
    if (again && existing.requestHash === requestHashOf(input))
      return { nodegroup: nodegroupView(call, cluster, existing) };
    throw inUse(`NodeGroup already exists with name ${input.nodegroupName} and cluster name ${cluster.name}`, {
      clusterName: cluster.name,
      nodegroupName: input.nodegroupName,
    });
  }
  refuseUnknown(input);
  if (Object.keys(cluster.nodegroups).length >= groupsPerCluster) {
    throw limitExceeded(`The cluster ${cluster.name} has reached its limit of ${groupsPerCluster} node groups.`, {
      clusterName: cluster.name,
    });
  }
  const group = recordOf(call, cluster, input);
  cluster.nodegroups[group.name] = group;
  ensureServiceLinkedRole(call, {
    service: 'eks-nodegroup.amazonaws.com',
    name: 'AWSServiceRoleForAmazonEKSNodegroup',
    policy: 'AWSServiceRoleForAmazonEKSNodegroup',
  });
  scheduleNodegroup(call, cluster, { group, next: 'start' });
  return { nodegroup: nodegroupView(call, cluster, group) };
};

export const describeNodegroup: Handler<Given<DescribeNodegroupRequest>, DescribeNodegroupResponse> = (input, call) => {
  const cluster = clusterOf(call, input.clusterName);
  return { nodegroup: nodegroupView(call, cluster, nodegroupOf(cluster, input.nodegroupName)) };
};

export const listNodegroups: Handler<Given<ListNodegroupsRequest>, ListNodegroupsResponse> = (input, call) => {
  const names = Object.keys(clusterOf(call, input.clusterName).nodegroups).sort();
  const page = pageOf(names, { token: input.nextToken, size: input.maxResults, usual: 100 });
  return { nodegroups: [...page.items], nextToken: page.next };
};

export const deleteNodegroup: Handler<Given<DeleteNodegroupRequest>, DeleteNodegroupResponse> = (input, call) => {
  const cluster = clusterOf(call, input.clusterName);
  const group = nodegroupOf(cluster, input.nodegroupName);
  if (group.status === 'UPDATING' || group.status === 'CREATING') {
    throw inUse(`Nodegroup ${group.name} cannot be deleted as it is currently in ${group.status} state`, {
      clusterName: cluster.name,
      nodegroupName: group.name,
    });
  }
  if (group.status !== 'DELETING') {
    group.status = 'DELETING';
    group.modifiedAt = call.now;
    scheduleNodegroup(call, cluster, { group, next: 'delete' });
  }
  return { nodegroup: nodegroupView(call, cluster, group) };
};
