import type {
  CreateFargateProfileRequest,
  CreateFargateProfileResponse,
  DeleteFargateProfileRequest,
  DeleteFargateProfileResponse,
  DescribeFargateProfileRequest,
  DescribeFargateProfileResponse,
  FargateProfile,
  ListFargateProfilesRequest,
  ListFargateProfilesResponse,
} from '@aws-sdk/client-eks';
import type { Json } from '../../../base/canonical-json.ts';
import { shortHash } from '../../../base/hash.ts';
import type { Call, EventHandlers, Handler, Turn } from '../../call.ts';
import { reconcile } from '../../kubernetes/controllers/reconcile.ts';
import { Store } from '../../kubernetes/store.ts';
import { pageOf } from '../page.ts';
import type { Given } from '../required-members.ts';
import { ensureServiceLinkedRole } from '../service-linked-role.ts';
import { ensureNodeAccessEntry } from './access-entry-record.ts';
import { inUse, invalidParameter, limitExceeded } from './errors.ts';
import { clusterOf, eksArn, fargateProfileOf, usableClusterOf } from './lookup.ts';
import { assumableRole } from './principals.ts';
import { isPublicSubnet } from './public-subnets.ts';
import type { EksCluster, EksFargateProfile } from './state.ts';
import { eksTimings } from './timings.ts';
import { newUuid } from './updates.ts';

/** https://docs.aws.amazon.com/eks/latest/userguide/service-quotas.html */
const profilesPerCluster = 10;
const selectorsPerProfile = 5;

const viewOf = (cluster: EksCluster, own: EksFargateProfile): FargateProfile => ({
  fargateProfileName: own.name,
  fargateProfileArn: own.arn,
  clusterName: cluster.name,
  createdAt: new Date(own.createdAt),
  podExecutionRoleArn: own.podExecutionRoleArn,
  subnets: [...own.subnets],
  selectors: own.selectors.map(({ namespace, labels }) => ({ namespace, labels: { ...labels } })),
  status: own.status,
  tags: { ...own.tags },
  health: { issues: [] },
});

/** One profile of a cluster is made or removed at a time. */
function refuseBusy(cluster: EksCluster, name: string, verb: 'create' | 'Delete'): void {
  const busy = Object.values(cluster.fargateProfiles).find((own) => own.status !== 'ACTIVE');
  if (busy === undefined || busy.name === name) return;
  throw inUse(
    `Cannot ${verb} Fargate Profile ${name} because cluster ${cluster.name} currently has Fargate profile ${busy.name} in status ${busy.status}`,
    { clusterName: cluster.name },
  );
}

function checkedSubnets(call: Call, cluster: EksCluster, asked: readonly string[] | undefined): string[] {
  const all = asked ?? cluster.vpc.subnetIds.filter((id) => !isPublicSubnet(call, id));
  if (all.length === 0)
    throw invalidParameter('No private subnets were found for the Fargate Profile', { clusterName: cluster.name });
  for (const id of all) {
    const subnet = call.state.ec2.subnets[id];
    if (subnet === undefined) throw invalidParameter(`The subnet ID '${id}' does not exist`);
    if (subnet.vpcId !== cluster.vpc.vpcId)
      throw invalidParameter(`Subnet ${id} does not belong to the VPC of the cluster`);
    if (isPublicSubnet(call, id))
      throw invalidParameter(`Subnet ${id} provided in Fargate Profile is not a private subnet`);
  }
  return [...all];
}

function checkedSelectors(input: Given<CreateFargateProfileRequest>): EksFargateProfile['selectors'] {
  const selectors = input.selectors ?? [];
  if (selectors.length === 0) throw invalidParameter('Fargate Profile must have at least one selector');
  if (selectors.length > selectorsPerProfile)
    throw invalidParameter(`A Fargate Profile can have at most ${selectorsPerProfile} selectors`);
  return selectors.map(({ namespace, labels }) => {
    if (namespace === undefined || namespace === '')
      throw invalidParameter('Fargate Profile selector must have a namespace');
    return { namespace, labels: { ...labels } };
  });
}

export const createFargateProfile: Handler<Given<CreateFargateProfileRequest>, CreateFargateProfileResponse> = (
  input,
  call,
) => {
  const cluster = usableClusterOf(call, input.clusterName);
  const name = input.fargateProfileName;
  const { clientRequestToken: _, ...what } = input;
  if (cluster.fargateProfiles[name] !== undefined) {
    throw inUse(`FargateProfile already exists with name ${name} and cluster name ${cluster.name}`, {
      clusterName: cluster.name,
      fargateProfileName: name,
    });
  }
  if (name.startsWith('eks-'))
    throw invalidParameter('Fargate Profile name cannot start with eks-', { fargateProfileName: name });
  refuseBusy(cluster, name, 'create');
  if (Object.keys(cluster.fargateProfiles).length >= profilesPerCluster) {
    throw limitExceeded(
      `The cluster ${cluster.name} has reached its limit of ${profilesPerCluster} Fargate profiles.`,
      { clusterName: cluster.name },
    );
  }
  assumableRole(call, input.podExecutionRoleArn, 'eks-fargate-pods.amazonaws.com');
  const profile: EksFargateProfile = {
    name,
    arn: eksArn(call, `fargateprofile/${cluster.name}/${name}/${newUuid(call)}`),
    createdAt: call.now,
    podExecutionRoleArn: input.podExecutionRoleArn,
    subnets: checkedSubnets(call, cluster, input.subnets),
    selectors: checkedSelectors(input),
    status: 'CREATING',
    tags: { ...input.tags },
    requestHash: shortHash(what),
  };
  cluster.fargateProfiles[name] = profile;
  ensureNodeAccessEntry(call, cluster, { principalArn: profile.podExecutionRoleArn, type: 'FARGATE_LINUX' });
  ensureServiceLinkedRole(call, {
    service: 'eks-fargate.amazonaws.com',
    name: 'AWSServiceRoleForAmazonEKSForFargate',
    policy: 'AmazonEKSForFargateServiceRolePolicy',
  });
  call.later(eksTimings.fargateCreate, 'eks.fargate-active', { cluster: cluster.name, arn: profile.arn });
  return { fargateProfile: viewOf(cluster, profile) };
};

export const describeFargateProfile: Handler<Given<DescribeFargateProfileRequest>, DescribeFargateProfileResponse> = (
  input,
  call,
) => {
  const cluster = clusterOf(call, input.clusterName);
  return { fargateProfile: viewOf(cluster, fargateProfileOf(cluster, input.fargateProfileName)) };
};

export const listFargateProfiles: Handler<Given<ListFargateProfilesRequest>, ListFargateProfilesResponse> = (
  input,
  call,
) => {
  const names = Object.keys(clusterOf(call, input.clusterName).fargateProfiles).sort();
  const page = pageOf(names, { token: input.nextToken, size: input.maxResults, usual: 100 });
  return { fargateProfileNames: [...page.items], nextToken: page.next };
};

export const deleteFargateProfile: Handler<Given<DeleteFargateProfileRequest>, DeleteFargateProfileResponse> = (
  input,
  call,
) => {
  const cluster = clusterOf(call, input.clusterName);
  const profile = fargateProfileOf(cluster, input.fargateProfileName);
  refuseBusy(cluster, profile.name, 'Delete');
  if (profile.status === 'CREATING') {
    throw inUse(`Cannot Delete Fargate Profile ${profile.name} because it is in status CREATING`, {
      clusterName: cluster.name,
      fargateProfileName: profile.name,
    });
  }
  if (profile.status === 'ACTIVE') {
    profile.status = 'DELETING';
    call.later(eksTimings.fargateDelete, 'eks.fargate-deleted', { cluster: cluster.name, arn: profile.arn });
  }
  return { fargateProfile: viewOf(cluster, profile) };
};

interface ProfileEvent {
  readonly cluster: string;
  readonly arn: string;
}

function ofEvent(turn: Turn, data: Json): { cluster: EksCluster; profile: EksFargateProfile } | undefined {
  const { cluster: name, arn } = data as unknown as ProfileEvent;
  const cluster = turn.state.eks.clusters[name];
  const profile = Object.values(cluster?.fargateProfiles ?? {}).find((own) => own.arn === arn);
  return cluster === undefined || profile === undefined ? undefined : { cluster, profile };
}

function activeDue(data: Json, turn: Turn): void {
  const found = ofEvent(turn, data);
  if (found?.profile.status !== 'CREATING') return;
  found.profile.status = 'ACTIVE';
  const state = turn.state.kubernetes[found.cluster.name];
  if (state !== undefined) reconcile(new Store(turn, state));
}

function deletedDue(data: Json, turn: Turn): void {
  const found = ofEvent(turn, data);
  if (found?.profile.status !== 'DELETING') return;
  const { cluster, profile } = found;
  delete cluster.fargateProfiles[profile.name];
  const role = profile.podExecutionRoleArn;
  const shared = Object.values(cluster.fargateProfiles).some((own) => own.podExecutionRoleArn === role);
  if (!shared && cluster.accessEntries[role]?.madeByEks) delete cluster.accessEntries[role];
}

export const fargateEvents: EventHandlers = { 'eks.fargate-active': activeDue, 'eks.fargate-deleted': deletedDue };
