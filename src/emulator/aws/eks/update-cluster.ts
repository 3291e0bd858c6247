import type {
  AssociateEncryptionConfigRequest,
  AssociateEncryptionConfigResponse,
  UpdateClusterConfigRequest,
  UpdateClusterConfigResponse,
  UpdateClusterVersionRequest,
  UpdateClusterVersionResponse,
} from '@aws-sdk/client-eks';
import type { Json } from '../../../base/canonical-json.ts';
import type { Duration } from '../../../base/duration.ts';
import type { Call, EventHandlers, Handler, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { upgradeApiServer } from '../../kubernetes/api-server.ts';
import type { Given } from '../required-members.ts';
import { type ClusterChange, configChanges } from './cluster-changes.ts';
import { ensureClusterLogGroup } from './cluster-logs.ts';
import { encryptionKeyOf } from './cluster-settings.ts';
import { inUse, invalidParameter, invalidRequest } from './errors.ts';
import { clusterOf } from './lookup.ts';
import type { EksCluster, EksUpdate } from './state.ts';
import { eksTimings } from './timings.ts';
import { refuseWhileUpdating, sameUpdate, startUpdate, updateView } from './updates.ts';
import { supportedVersions } from './versions.ts';

/** What an update leaves changed when it is done: fields of the cluster, as JSON. */
interface Done {
  readonly cluster: string;
  readonly update: string;
  readonly set: Partial<EksCluster>;
}

interface Start {
  readonly type: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly request: unknown;
  readonly token: string | undefined;
  readonly takes: Duration;
  readonly set: Partial<EksCluster>;
}

function refuseNotActive(cluster: EksCluster, type: string): void {
  refuseWhileUpdating(cluster, type);
  if (cluster.status === 'ACTIVE') return;
  throw inUse(`Cannot ${type} because cluster ${cluster.name} is not in ACTIVE status (it is ${cluster.status})`, {
    clusterName: cluster.name,
  });
}

function begin(call: Call, cluster: EksCluster, start: Start): EksUpdate {
  const update = startUpdate(call, cluster, {
    type: start.type,
    params: start.params,
    clientRequestToken: start.token,
    request: start.request,
  });
  cluster.status = 'UPDATING';
  const done: Done = { cluster: cluster.name, update: update.id, set: start.set };
  call.later(start.takes, 'eks.cluster-updated', done as unknown as Json);
  return update;
}

function updatedDue(data: Json, turn: Turn): void {
  const { cluster: name, update: id, set } = data as unknown as Done;
  const cluster = turn.state.eks.clusters[name];
  const update = cluster?.updates[id];
  if (cluster === undefined || update?.status !== 'InProgress') return;
  Object.assign(cluster, set);
  cluster.status = 'ACTIVE';
  update.status = 'Successful';
  if (update.type === 'VersionUpdate') upgradeApiServer(turn, name, cluster.version);
  if (update.type === 'LoggingUpdate' && cluster.logTypes.length > 0) ensureClusterLogGroup(turn, cluster.name);
}

function refuseUnknown(input: Given<UpdateClusterConfigRequest>): void {
  const known = [
    'name',
    'clientRequestToken',
    'resourcesVpcConfig',
    'logging',
    'accessConfig',
    'upgradePolicy',
    'zonalShiftConfig',
    'deletionProtection',
  ];
  const unknown = Object.entries(input).find(([key, value]) => value !== undefined && !known.includes(key))?.[0];
  if (unknown === undefined) return;
  throw new AwsError('NotImplemented', `The embedded AWS does not know ${unknown} of UpdateClusterConfig.`, 501);
}

export const updateClusterConfig: Handler<Given<UpdateClusterConfigRequest>, UpdateClusterConfigResponse> = (
  input,
  call,
) => {
  const cluster = clusterOf(call, input.name);
  const { clientRequestToken: token, ...request } = input;
  const same = sameUpdate(cluster, token, request);
  if (same !== undefined) return { update: updateView(same) };
  refuseUnknown(input);
  const changes: ClusterChange[] = configChanges(call, cluster, input);
  const [change] = changes;
  const about = { clusterName: cluster.name };
  if (change === undefined) throw invalidParameter('No updates requested.', about);
  if (changes.length > 1) throw invalidParameter('Only one type of update can be allowed.', about);
  refuseNotActive(cluster, change.type);
  change.check();
  return { update: updateView(begin(call, cluster, { ...change, request, token })) };
};

function checkNewVersion(call: Call, cluster: EksCluster, version: string): void {
  const about = { clusterName: cluster.name };
  if (version === cluster.version)
    throw invalidParameter(`Cluster is already at the desired configuration with version: ${version}`, about);
  if (!supportedVersions(call.now).some((known) => known.minor === version)) {
    throw invalidParameter('unsupported Kubernetes version', about);
  }
  const [from, to] = [Number(cluster.version.slice(2)), Number(version.slice(2))];
  if (to !== from + 1)
    throw invalidParameter(`Unsupported Kubernetes minor version update from ${cluster.version} to ${version}`, about);
  const behind = Object.values(cluster.nodegroups).find((group) => to - Number(group.version.slice(2)) > 3);
  if (behind !== undefined) {
    throw invalidRequest(
      `Kubelet version of Nodegroup(s) [${behind.name}] must be updated to match or be within three minor versions of the new cluster version ${version} before updating`,
      about,
    );
  }
}

export const updateClusterVersion: Handler<Given<UpdateClusterVersionRequest>, UpdateClusterVersionResponse> = (
  input,
  call,
) => {
  const cluster = clusterOf(call, input.name);
  const { clientRequestToken: token, ...request } = input;
  const same = sameUpdate(cluster, token, request);
  if (same !== undefined) return { update: updateView(same) };
  refuseNotActive(cluster, 'VersionUpdate');
  checkNewVersion(call, cluster, input.version);
  const start = {
    type: 'VersionUpdate',
    params: { Version: input.version, PlatformVersion: cluster.platformVersion },
    request,
    token,
    takes: eksTimings.versionUpdate,
    set: { version: input.version },
  };
  return { update: updateView(begin(call, cluster, start)) };
};

export const associateEncryptionConfig: Handler<
  Given<AssociateEncryptionConfigRequest>,
  AssociateEncryptionConfigResponse
> = (input, call) => {
  const cluster = clusterOf(call, input.clusterName);
  const { clientRequestToken: token, ...request } = input;
  const same = sameUpdate(cluster, token, request);
  if (same !== undefined) return { update: updateView(same) };
  refuseNotActive(cluster, 'AssociateEncryptionConfig');
  if (cluster.encryptionKeyArn !== undefined) {
    throw invalidParameter('Encryption config is already enabled for the cluster', { clusterName: cluster.name });
  }
  const keyArn = encryptionKeyOf(call, input.encryptionConfig);
  if (keyArn === undefined) throw invalidParameter('encryptionConfig must not be empty', { clusterName: cluster.name });
  const start = {
    type: 'AssociateEncryptionConfig',
    params: { EncryptionConfig: input.encryptionConfig },
    request,
    token,
    takes: eksTimings.encryptionUpdate,
    set: { encryptionKeyArn: keyArn },
  };
  return { update: updateView(begin(call, cluster, start)) };
};

export const updateEvents: EventHandlers = { 'eks.cluster-updated': updatedDue };
