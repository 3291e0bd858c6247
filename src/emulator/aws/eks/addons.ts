import type {
  AddonPodIdentityAssociations,
  CreateAddonRequest,
  CreateAddonResponse,
  DeleteAddonRequest,
  DeleteAddonResponse,
  DescribeAddonRequest,
  DescribeAddonResponse,
  ListAddonsRequest,
  ListAddonsResponse,
  UpdateAddonRequest,
  UpdateAddonResponse,
} from '@aws-sdk/client-eks';
import { shortHash } from '../../../base/hash.ts';
import type { Call, Handler } from '../../call.ts';
import { pageOf } from '../page.ts';
import type { Given } from '../required-members.ts';
import { type AddonOffer, addonOffers, addonVersionsFor, defaultAddonVersion } from './addon-catalog.ts';
import { refreshAddon, scheduleAddon } from './addon-lifecycle.ts';
import { checkConfigurationValues } from './addon-versions.ts';
import { addonView } from './addon-view.ts';
import { inUse, invalidParameter, invalidRequest } from './errors.ts';
import { addonOf, clusterOf, eksArn, usableClusterOf } from './lookup.ts';
import { addAssociation, checkPodRole } from './pod-identity.ts';
import { roleByArn } from './principals.ts';
import type { EksAddon, EksCluster } from './state.ts';
import { newUuid, sameUpdate, startUpdate, updateView } from './updates.ts';

function offerOf(call: Call, cluster: EksCluster, name: string): AddonOffer {
  const offer = addonOffers(call.now).find((candidate) => candidate.name === name);
  if (offer !== undefined && addonVersionsFor(offer, cluster.version).length > 0) return offer;
  throw invalidParameter(`Addon ${name} specified is not supported in ${cluster.version} kubernetes version`, {
    addonName: name,
    clusterName: cluster.name,
  });
}

function checkedVersion(cluster: EksCluster, offer: AddonOffer, asked: string | undefined): string {
  if (asked === undefined) return defaultAddonVersion(offer, cluster.version)!;
  if (addonVersionsFor(offer, cluster.version).includes(asked)) return asked;
  throw invalidParameter('Addon version specified is not supported', {
    addonName: offer.name,
    clusterName: cluster.name,
  });
}

function checkServiceAccountRole(
  call: Call,
  arn: string | undefined,
  about: { addonName: string; clusterName: string },
): void {
  if (arn === undefined || roleByArn(call, arn) !== undefined) return;
  throw invalidParameter(`Role with arn: ${arn} does not exist`, about);
}

/** Makes the associations that an add-on owns exactly these. */
function ownAssociations(
  call: Call,
  cluster: EksCluster,
  own: { addon: EksAddon; wanted: readonly AddonPodIdentityAssociations[] },
): void {
  const { addon, wanted } = own;
  for (const { roleArn } of wanted) checkPodRole(call, roleArn!, cluster.name);
  for (const association of Object.values(cluster.podIdentityAssociations)) {
    if (association.ownerArn === addon.arn) delete cluster.podIdentityAssociations[association.id];
  }
  addon.podIdentityAssociations = wanted.map(
    ({ serviceAccount, roleArn }) =>
      addAssociation(call, cluster, {
        namespace: addon.namespace,
        serviceAccount: serviceAccount!,
        roleArn: roleArn!,
        ownerArn: addon.arn,
      }).arn,
  );
}

function recordOf(call: Call, cluster: EksCluster, input: Given<CreateAddonRequest>): EksAddon {
  const offer = offerOf(call, cluster, input.addonName);
  const { clientRequestToken: _, ...what } = input;
  const version = checkedVersion(cluster, offer, input.addonVersion);
  checkConfigurationValues(offer, input.configurationValues);
  checkServiceAccountRole(call, input.serviceAccountRoleArn, { addonName: offer.name, clusterName: cluster.name });
  return {
    name: offer.name,
    arn: eksArn(call, `addon/${cluster.name}/${offer.name}/${newUuid(call)}`),
    version,
    status: 'CREATING',
    issues: [],
    createdAt: call.now,
    modifiedAt: call.now,
    ...(input.serviceAccountRoleArn === undefined ? {} : { serviceAccountRoleArn: input.serviceAccountRoleArn }),
    ...(input.configurationValues === undefined ? {} : { configurationValues: input.configurationValues }),
    namespace: input.namespaceConfig?.namespace ?? offer.namespace,
    resolveConflicts: input.resolveConflicts ?? 'NONE',
    podIdentityAssociations: [],
    tags: { ...input.tags },
    requestHash: shortHash(what),
  };
}

export const createAddon: Handler<Given<CreateAddonRequest>, CreateAddonResponse> = (input, call) => {
  const cluster = usableClusterOf(call, input.clusterName);
  if (cluster.addons[input.addonName] !== undefined) {
    throw inUse('Addon already exists.', { clusterName: cluster.name, addonName: input.addonName });
  }
  if (input.resolveConflicts === 'PRESERVE') {
    throw invalidParameter('ResolveConflicts PRESERVE is only supported for UpdateAddon', {
      addonName: input.addonName,
      clusterName: cluster.name,
    });
  }
  const addon = recordOf(call, cluster, input);
  ownAssociations(call, cluster, { addon, wanted: input.podIdentityAssociations ?? [] });
  cluster.addons[addon.name] = addon;
  scheduleAddon(call, cluster, { addon, next: 'install' });
  return { addon: addonView(cluster, addon) };
};

export const describeAddon: Handler<Given<DescribeAddonRequest>, DescribeAddonResponse> = (input, call) => {
  const cluster = clusterOf(call, input.clusterName);
  const addon = addonOf(cluster, input.addonName);
  refreshAddon(call, cluster, addon);
  return { addon: addonView(cluster, addon) };
};

export const listAddons: Handler<Given<ListAddonsRequest>, ListAddonsResponse> = (input, call) => {
  const names = Object.keys(clusterOf(call, input.clusterName).addons).sort();
  const page = pageOf(names, { token: input.nextToken, size: input.maxResults, usual: 100 });
  return { addons: [...page.items], nextToken: page.next };
};

function refuseBusy(cluster: EksCluster, addon: EksAddon, verb: string): void {
  if (addon.status !== 'CREATING' && addon.status !== 'UPDATING' && addon.status !== 'DELETING') return;
  throw inUse(`Addon ${addon.name} cannot be ${verb} as it is currently in ${addon.status} state`, {
    clusterName: cluster.name,
    addonName: addon.name,
  });
}

/** Writes what the request names; the rest of the add-on stays, but configuration values that are left out go, as with EKS. */
function change(
  call: Call,
  cluster: EksCluster,
  { addon, input }: { addon: EksAddon; input: Given<UpdateAddonRequest> },
): void {
  const offer = offerOf(call, cluster, addon.name);
  const version = input.addonVersion === undefined ? addon.version : checkedVersion(cluster, offer, input.addonVersion);
  checkConfigurationValues(offer, input.configurationValues);
  checkServiceAccountRole(call, input.serviceAccountRoleArn, { addonName: addon.name, clusterName: cluster.name });
  if (input.podIdentityAssociations !== undefined) {
    ownAssociations(call, cluster, { addon, wanted: input.podIdentityAssociations });
  }
  addon.version = version;
  if (input.serviceAccountRoleArn !== undefined) addon.serviceAccountRoleArn = input.serviceAccountRoleArn;
  if (input.configurationValues !== undefined) addon.configurationValues = input.configurationValues;
  else if (input.resolveConflicts !== 'PRESERVE') delete addon.configurationValues;
  if (input.resolveConflicts !== undefined) addon.resolveConflicts = input.resolveConflicts;
}

export const updateAddon: Handler<Given<UpdateAddonRequest>, UpdateAddonResponse> = (input, call) => {
  const cluster = usableClusterOf(call, input.clusterName);
  const addon = addonOf(cluster, input.addonName);
  const { clientRequestToken: token, ...request } = input;
  const same = sameUpdate(cluster, token, request);
  if (same !== undefined) return { update: updateView(same) };
  refuseBusy(cluster, addon, 'updated');
  if (addon.status === 'CREATE_FAILED') {
    throw invalidRequest(
      `Addon ${addon.name} is in CREATE_FAILED status and cannot be updated. Delete and create it again.`,
      { clusterName: cluster.name, addonName: addon.name },
    );
  }
  change(call, cluster, { addon, input });
  const update = startUpdate(call, cluster, {
    type: 'AddonUpdate',
    params: {
      AddonVersion: input.addonVersion,
      ServiceAccountRoleArn: input.serviceAccountRoleArn,
      ResolveConflicts: input.resolveConflicts,
      ConfigurationValues: input.configurationValues,
      PodIdentityAssociations: input.podIdentityAssociations,
    },
    addon: addon.name,
    clientRequestToken: token,
    request,
  });
  addon.status = 'UPDATING';
  addon.updateId = update.id;
  addon.modifiedAt = call.now;
  scheduleAddon(call, cluster, { addon, next: 'install' });
  return { update: updateView(update) };
};

export const deleteAddon: Handler<Given<DeleteAddonRequest>, DeleteAddonResponse> = (input, call) => {
  const cluster = clusterOf(call, input.clusterName);
  const addon = addonOf(cluster, input.addonName);
  if (addon.status === 'DELETING') return { addon: addonView(cluster, addon) };
  refuseBusy(cluster, addon, 'deleted');
  addon.status = 'DELETING';
  addon.modifiedAt = call.now;
  scheduleAddon(call, cluster, { addon, next: input.preserve === true ? 'forget' : 'remove' });
  return { addon: addonView(cluster, addon) };
};
