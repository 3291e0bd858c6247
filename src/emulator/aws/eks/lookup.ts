import type { Turn } from '../../call.ts';
import { invalidRequest, notFound } from './errors.ts';
import type { EksAccessEntry, EksAddon, EksCluster, EksFargateProfile, EksNodegroup } from './state.ts';

export const eksArn = (turn: Turn, resource: string): string =>
  `arn:${turn.world.partition}:eks:${turn.region}:${turn.account}:${resource}`;

/** The cluster of that name, else ResourceNotFoundException. */
export function clusterOf(turn: Turn, name: string | undefined): EksCluster {
  const cluster = turn.state.eks.clusters[name ?? ''];
  if (cluster === undefined) throw notFound(`No cluster found for name: ${name}.`, { clusterName: name ?? '' });
  return cluster;
}

/** A cluster that can be given children: refused while it is made or removed. */
export function usableClusterOf(turn: Turn, name: string | undefined): EksCluster {
  const cluster = clusterOf(turn, name);
  if (cluster.status !== 'ACTIVE' && cluster.status !== 'UPDATING') {
    throw invalidRequest(`Cluster '${cluster.name}' is not in ACTIVE status`, { clusterName: cluster.name });
  }
  return cluster;
}

export function nodegroupOf(cluster: EksCluster, name: string | undefined): EksNodegroup {
  const group = cluster.nodegroups[name ?? ''];
  if (group !== undefined) return group;
  throw notFound(`No node group found for name: ${name}.`, { clusterName: cluster.name, nodegroupName: name ?? '' });
}

export function addonOf(cluster: EksCluster, name: string | undefined): EksAddon {
  const addon = cluster.addons[name ?? ''];
  if (addon !== undefined) return addon;
  throw notFound(`No addon: ${name} found in cluster: ${cluster.name}`, {
    clusterName: cluster.name,
    addonName: name ?? '',
  });
}

export function fargateProfileOf(cluster: EksCluster, name: string | undefined): EksFargateProfile {
  const profile = cluster.fargateProfiles[name ?? ''];
  if (profile !== undefined) return profile;
  throw notFound(`No Fargate Profile found with name: ${name}.`, {
    clusterName: cluster.name,
    fargateProfileName: name ?? '',
  });
}

export function accessEntryOf(cluster: EksCluster, principalArn: string | undefined): EksAccessEntry {
  const entry = cluster.accessEntries[principalArn ?? ''];
  if (entry !== undefined) return entry;
  throw notFound(
    "The specified principalArn could not be found. You can view your available access entries with 'list-access-entries'.",
    { clusterName: cluster.name },
  );
}
