import type {
  Cluster,
  DescribeClusterRequest,
  DescribeClusterResponse,
  ListClustersRequest,
  ListClustersResponse,
} from '@aws-sdk/client-eks';
import type { Handler } from '../../call.ts';
import { pageOf } from '../page.ts';
import type { Given } from '../required-members.ts';
import { clusterOf } from './lookup.ts';
import type { EksCluster, LogType } from './state.ts';

export const logTypes: readonly LogType[] = ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'];

function loggingView(cluster: EksCluster): NonNullable<Cluster['logging']> {
  const off = logTypes.filter((type) => !cluster.logTypes.includes(type));
  return {
    clusterLogging: [
      ...(cluster.logTypes.length > 0 ? [{ types: [...cluster.logTypes], enabled: true }] : []),
      ...(off.length > 0 ? [{ types: off, enabled: false }] : []),
    ],
  };
}

function vpcView(cluster: EksCluster): NonNullable<Cluster['resourcesVpcConfig']> {
  const { clusterSecurityGroupId, ...vpc } = cluster.vpc;
  return {
    ...vpc,
    subnetIds: [...vpc.subnetIds],
    securityGroupIds: [...vpc.securityGroupIds],
    publicAccessCidrs: [...vpc.publicAccessCidrs],
    ...(clusterSecurityGroupId === '' ? {} : { clusterSecurityGroupId }),
  };
}

const networkView = (cluster: EksCluster): NonNullable<Cluster['kubernetesNetworkConfig']> => ({
  ...cluster.network,
  elasticLoadBalancing: { enabled: false },
});

/** What exists only once the control plane runs. */
function runningView(cluster: EksCluster): Cluster {
  if (cluster.endpoint === undefined) return { certificateAuthority: {} };
  return {
    endpoint: cluster.endpoint,
    certificateAuthority: { data: cluster.certificateAuthority },
    identity: { oidc: { issuer: cluster.issuer } },
  };
}

/** A cluster as DescribeCluster answers it. */
export const clusterView = (cluster: EksCluster): Cluster => ({
  name: cluster.name,
  arn: cluster.arn,
  createdAt: new Date(cluster.createdAt),
  version: cluster.version,
  roleArn: cluster.roleArn,
  resourcesVpcConfig: vpcView(cluster),
  kubernetesNetworkConfig: networkView(cluster),
  logging: loggingView(cluster),
  status: cluster.status,
  platformVersion: cluster.platformVersion,
  tags: { ...cluster.tags },
  ...(cluster.clientRequestToken === undefined ? {} : { clientRequestToken: cluster.clientRequestToken }),
  ...(cluster.encryptionKeyArn === undefined
    ? {}
    : { encryptionConfig: [{ resources: ['secrets'], provider: { keyArn: cluster.encryptionKeyArn } }] }),
  health: { issues: cluster.issues.map((issue) => ({ ...issue })) as NonNullable<Cluster['health']>['issues'] },
  accessConfig: {
    authenticationMode: cluster.authenticationMode,
    bootstrapClusterCreatorAdminPermissions: cluster.bootstrapClusterCreatorAdminPermissions,
  },
  upgradePolicy: { supportType: cluster.supportType },
  // As for those two of Auto Mode, EKS tells nothing of what was never asked for.
  ...(cluster.zonalShift === undefined ? {} : { zonalShiftConfig: { enabled: cluster.zonalShift } }),
  deletionProtection: cluster.deletionProtection,
  controlPlaneScalingConfig: { tier: 'standard' },
  ...runningView(cluster),
});

export const describeCluster: Handler<Given<DescribeClusterRequest>, DescribeClusterResponse> = (input, call) => ({
  cluster: clusterView(clusterOf(call, input.name)),
});

export const listClusters: Handler<Given<ListClustersRequest>, ListClustersResponse> = (input, call) => {
  const names = Object.keys(call.state.eks.clusters).sort();
  const page = pageOf(names, { token: input.nextToken, size: input.maxResults, usual: 100 });
  return { clusters: [...page.items], nextToken: page.next };
};
