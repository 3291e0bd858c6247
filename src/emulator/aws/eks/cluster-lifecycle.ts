import type { DeleteClusterRequest, DeleteClusterResponse } from '@aws-sdk/client-eks';
import type { Json } from '../../../base/canonical-json.ts';
import type { EventHandlers, Handler, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { createApiServer, deleteApiServer } from '../../kubernetes/api-server.ts';
import type { Given } from '../required-members.ts';
import { ensureClusterLogGroup } from './cluster-logs.ts';
import { makeClusterNetwork, removeClusterNetwork } from './cluster-network.ts';
import { clusterView } from './cluster-view.ts';
import { inUse, invalidRequest } from './errors.ts';
import { clusterOf } from './lookup.ts';
import { installSelfManagedAddons } from './self-managed-addons.ts';
import type { EksCluster } from './state.ts';
import { eksTimings } from './timings.ts';

interface ClusterEvent {
  readonly cluster: string;
  /** Tells a cluster from a later one of the same name. */
  readonly createdAt: number;
}

const ofEvent = (turn: Turn, data: Json, status: EksCluster['status']): EksCluster | undefined => {
  const { cluster: name, createdAt } = data as unknown as ClusterEvent;
  const cluster = turn.state.eks.clusters[name];
  return cluster?.createdAt === createdAt && cluster.status === status ? cluster : undefined;
};

function networkDue(data: Json, turn: Turn): void {
  const cluster = ofEvent(turn, data, 'CREATING');
  if (cluster === undefined) return;
  try {
    makeClusterNetwork(turn, cluster);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    cluster.status = 'FAILED';
    const code = error.code.includes('Subnet') ? 'Ec2SubnetNotFound' : 'InsufficientFreeAddresses';
    cluster.issues.push({ code, message: error.message, resourceIds: [...cluster.vpc.subnetIds] });
  }
}

function activeDue(data: Json, turn: Turn): void {
  const cluster = ofEvent(turn, data, 'CREATING');
  if (cluster === undefined) return;
  const address = createApiServer(turn, {
    name: cluster.name,
    clusterArn: cluster.arn,
    version: cluster.version,
    serviceCidr: cluster.network.serviceIpv4Cidr ?? cluster.network.serviceIpv6Cidr!,
  });
  cluster.endpoint = address.endpoint;
  cluster.certificateAuthority = address.certificateAuthority;
  cluster.status = 'ACTIVE';
  if (cluster.logTypes.length > 0) ensureClusterLogGroup(turn, cluster.name);
  if (cluster.bootstrapSelfManagedAddons) installSelfManagedAddons(turn, cluster);
}

function refuseInUse(cluster: EksCluster): void {
  const about = { clusterName: cluster.name };
  if (cluster.status === 'CREATING')
    throw inUse(`Cannot delete cluster ${cluster.name} while it is in status CREATING`, about);
  if (cluster.status === 'UPDATING') {
    throw inUse(`Cannot delete because cluster ${cluster.name} currently has an update in progress`, about);
  }
  if (Object.keys(cluster.nodegroups).length > 0) throw inUse('Cluster has nodegroups attached', about);
  if (Object.keys(cluster.fargateProfiles).length > 0) {
    throw inUse('Cluster has Fargate Profiles in ACTIVE/CREATING state', about);
  }
}

export const deleteCluster: Handler<Given<DeleteClusterRequest>, DeleteClusterResponse> = (input, call) => {
  const cluster = clusterOf(call, input.name);
  if (cluster.deletionProtection) {
    throw invalidRequest(
      `Cluster ${cluster.name} has deletion protection enabled. Disable deletion protection before deleting the cluster.`,
      { clusterName: cluster.name },
    );
  }
  if (cluster.status === 'DELETING') return { cluster: clusterView(cluster) };
  refuseInUse(cluster);
  cluster.status = 'DELETING';
  call.later(eksTimings.clusterDelete, 'eks.cluster-deleted', { cluster: cluster.name, createdAt: cluster.createdAt });
  return { cluster: clusterView(cluster) };
};

function deletedDue(data: Json, turn: Turn): void {
  const cluster = ofEvent(turn, data, 'DELETING');
  if (cluster === undefined) return;
  removeClusterNetwork(turn, cluster);
  deleteApiServer(turn, cluster.name);
  delete turn.state.eks.clusters[cluster.name];
  // The control plane still writes what it had in hand: https://github.com/terraform-aws-modules/terraform-aws-eks/issues/920
  if (cluster.logTypes.length > 0) turn.later(eksTimings.lastLogs, 'eks.last-logs', { cluster: cluster.name });
}

function lastLogsDue(data: Json, turn: Turn): void {
  ensureClusterLogGroup(turn, (data as { readonly cluster: string }).cluster);
}

export const clusterEvents: EventHandlers = {
  'eks.cluster-network': networkDue,
  'eks.cluster-active': activeDue,
  'eks.cluster-deleted': deletedDue,
  'eks.last-logs': lastLogsDue,
};
