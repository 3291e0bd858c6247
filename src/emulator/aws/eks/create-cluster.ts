import type { CreateClusterRequest, CreateClusterResponse } from '@aws-sdk/client-eks';
import { shortHash } from '../../../base/hash.ts';
import type { Call, Handler } from '../../call.ts';
import { AwsError } from '../../call.ts';
import type { Given } from '../required-members.ts';
import { ensureServiceLinkedRole } from '../service-linked-role.ts';
import { quotaValue } from '../service-quotas/value.ts';
import { associatePolicy } from './access-associations.ts';
import { addAccessEntry } from './access-entry-record.ts';
import { accessPolicyArn } from './access-policies.ts';
import {
  checkEndpoints,
  checkedLogTypes,
  checkedPublicCidrs,
  checkedSupport,
  encryptionKeyOf,
} from './cluster-settings.ts';
import { checkedClusterSubnets, checkedServiceRange, checkSecurityGroups } from './cluster-subnets.ts';
import { clusterView } from './cluster-view.ts';
import { inUse, invalidParameter, limitExceeded } from './errors.ts';
import { eksArn } from './lookup.ts';
import { assumableRole, creatorOf } from './principals.ts';
import type { EksCluster } from './state.ts';
import { eksTimings } from './timings.ts';
import { defaultVersion, platformVersion, supportedVersions } from './versions.ts';

function checkedVersion(input: Given<CreateClusterRequest>, now: number): string {
  const version = input.version ?? defaultVersion(now);
  if (!supportedVersions(now).some((known) => known.minor === version)) {
    throw invalidParameter('unsupported Kubernetes version', { clusterName: input.name });
  }
  return version;
}

/** Ways of using EKS that need what this AWS does not have: said, never silently left out. */
function refuseUnknown(input: Given<CreateClusterRequest>): void {
  const asked: Record<string, unknown> = {
    outpostConfig: input.outpostConfig,
    remoteNetworkConfig: input.remoteNetworkConfig,
    'computeConfig.enabled': input.computeConfig?.enabled === true ? true : undefined,
    'storageConfig.blockStorage.enabled': input.storageConfig?.blockStorage?.enabled === true ? true : undefined,
    'kubernetesNetworkConfig.elasticLoadBalancing.enabled':
      input.kubernetesNetworkConfig?.elasticLoadBalancing?.enabled === true ? true : undefined,
  };
  const unknown = Object.entries(asked).find(([, value]) => value !== undefined)?.[0];
  if (unknown === undefined) return;
  throw new AwsError('NotImplemented', `The embedded AWS does not know ${unknown} of CreateCluster.`, 501);
}

function checkName(input: Given<CreateClusterRequest>): void {
  if (/^[0-9A-Za-z][A-Za-z0-9\-_]{0,99}$/.test(input.name ?? '')) return;
  throw invalidParameter(
    'The cluster name must begin with an alphanumeric character and can only contain alphanumeric characters, hyphens and underscores. Length constraints: 1-100.',
  );
}

function networkOf(call: Call, input: Given<CreateClusterRequest>, vpcId: string): EksCluster['network'] {
  const { ipFamily = 'ipv4', serviceIpv4Cidr } = input.kubernetesNetworkConfig ?? {};
  if (ipFamily === 'ipv4') return { ipFamily, serviceIpv4Cidr: checkedServiceRange(call, vpcId, serviceIpv4Cidr) };
  if (serviceIpv4Cidr !== undefined) {
    throw invalidParameter('serviceIpv4Cidr cannot be specified when ipFamily is ipv6.');
  }
  if ((call.state.ec2.vpcs[vpcId]?.ipv6Cidrs ?? []).length === 0) {
    throw invalidParameter(
      `The VPC ${vpcId} and its subnets must have an IPv6 CIDR block associated when ipFamily is ipv6.`,
    );
  }
  return { ipFamily: 'ipv6', serviceIpv6Cidr: `fd${call.newToken(2)}:${call.newToken(4)}:${call.newToken(4)}::/108` };
}

function vpcOf(call: Call, input: Given<CreateClusterRequest>): EksCluster['vpc'] {
  const asked = input.resourcesVpcConfig ?? {};
  const subnets = checkedClusterSubnets(call, asked.subnetIds ?? []);
  const vpcId = subnets[0]!.vpcId;
  checkSecurityGroups(call, asked.securityGroupIds ?? [], vpcId);
  const endpoints = {
    endpointPublicAccess: asked.endpointPublicAccess ?? true,
    endpointPrivateAccess: asked.endpointPrivateAccess ?? false,
  };
  checkEndpoints(endpoints);
  return {
    vpcId,
    subnetIds: subnets.map((subnet) => subnet.id),
    securityGroupIds: [...(asked.securityGroupIds ?? [])],
    clusterSecurityGroupId: '',
    ...endpoints,
    publicAccessCidrs: endpoints.endpointPublicAccess ? checkedPublicCidrs(asked.publicAccessCidrs) : [],
  };
}

function identityOf(call: Call, input: Given<CreateClusterRequest>) {
  return {
    name: input.name,
    arn: eksArn(call, `cluster/${input.name}`),
    createdAt: call.now,
    platformVersion,
    status: 'CREATING' as const,
    issuer: `https://oidc.eks.${call.region}.amazonaws.com/id/${call.newToken(32).toUpperCase()}`,
    creatorArn: creatorOf(call),
    tags: { ...input.tags },
    ...(input.clientRequestToken === undefined ? {} : { clientRequestToken: input.clientRequestToken }),
    requestHash: requestHashOf(input),
  };
}

const requestHashOf = ({ clientRequestToken: _, ...what }: Given<CreateClusterRequest>): string => shortHash(what);
const nothingYet = () => ({
  issues: [],
  networkInterfaceIds: [],
  accessEntries: {},
  addons: {},
  nodegroups: {},
  fargateProfiles: {},
  podIdentityAssociations: {},
  updates: {},
});

function recordOf(call: Call, input: Given<CreateClusterRequest>): EksCluster {
  const version = checkedVersion(input, call.now);
  assumableRole(call, input.roleArn, 'eks.amazonaws.com');
  const vpc = vpcOf(call, input);
  const keyArn = encryptionKeyOf(call, input.encryptionConfig);
  return {
    ...nothingYet(),
    ...identityOf(call, input),
    version,
    roleArn: input.roleArn,
    vpc,
    network: networkOf(call, input, vpc.vpcId),
    logTypes: checkedLogTypes(input.logging),
    ...(keyArn === undefined ? {} : { encryptionKeyArn: keyArn }),
    authenticationMode: input.accessConfig?.authenticationMode ?? 'CONFIG_MAP',
    bootstrapClusterCreatorAdminPermissions: input.accessConfig?.bootstrapClusterCreatorAdminPermissions ?? true,
    bootstrapSelfManagedAddons: input.bootstrapSelfManagedAddons ?? true,
    supportType: checkedSupport(input.upgradePolicy?.supportType),
    ...(input.zonalShiftConfig?.enabled === undefined ? {} : { zonalShift: input.zonalShiftConfig.enabled }),
    deletionProtection: input.deletionProtection ?? false,
  };
}

/** The admin entry that EKS gives the creator unless told not to. */
function admitCreator(call: Call, cluster: EksCluster): void {
  if (!cluster.bootstrapClusterCreatorAdminPermissions || cluster.authenticationMode === 'CONFIG_MAP') return;
  const entry = addAccessEntry(call, cluster, { principalArn: cluster.creatorArn, type: 'STANDARD' });
  associatePolicy(call, entry, {
    policyArn: accessPolicyArn('AmazonEKSClusterAdminPolicy'),
    scope: 'cluster',
    namespaces: [],
  });
}

export const createCluster: Handler<Given<CreateClusterRequest>, CreateClusterResponse> = (input, call) => {
  checkName(input);
  const existing = call.state.eks.clusters[input.name];
  if (existing !== undefined) {
    const again = existing.clientRequestToken !== undefined && existing.clientRequestToken === input.clientRequestToken;
    if (again && existing.requestHash === requestHashOf(input)) return { cluster: clusterView(existing) };
    throw inUse(`Cluster already exists with name: ${input.name}`, { clusterName: input.name });
  }
  refuseUnknown(input);
  if (Object.keys(call.state.eks.clusters).length >= quotaValue(call, 'eks', 'L-1194D53C')) {
    throw limitExceeded('Your account has reached its limit of clusters. Ask for a higher quota.', {
      clusterName: input.name,
    });
  }
  const cluster = recordOf(call, input);
  call.state.eks.clusters[cluster.name] = cluster;
  ensureServiceLinkedRole(call, {
    service: 'eks.amazonaws.com',
    name: 'AWSServiceRoleForAmazonEKS',
    policy: 'AmazonEKSServiceRolePolicy',
  });
  admitCreator(call, cluster);
  call.later(eksTimings.clusterNetwork, 'eks.cluster-network', { cluster: cluster.name, createdAt: cluster.createdAt });
  call.later(eksTimings.clusterCreate, 'eks.cluster-active', { cluster: cluster.name, createdAt: cluster.createdAt });
  return { cluster: clusterView(cluster) };
};
