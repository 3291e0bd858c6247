import {
  AssociateAccessPolicy$,
  AssociateEncryptionConfig$,
  CreateAccessEntry$,
  CreateAddon$,
  CreateCluster$,
  CreateFargateProfile$,
  CreateNodegroup$,
  CreatePodIdentityAssociation$,
  DeleteAccessEntry$,
  DeleteAddon$,
  DeleteCluster$,
  DeleteFargateProfile$,
  DeleteNodegroup$,
  DeletePodIdentityAssociation$,
  DescribeAccessEntry$,
  DescribeAddon$,
  DescribeAddonConfiguration$,
  DescribeAddonVersions$,
  DescribeCluster$,
  DescribeClusterVersions$,
  DescribeFargateProfile$,
  DescribeNodegroup$,
  DescribePodIdentityAssociation$,
  DescribeUpdate$,
  DisassociateAccessPolicy$,
  ListAccessEntries$,
  ListAccessPolicies$,
  ListAddons$,
  ListAssociatedAccessPolicies$,
  ListClusters$,
  ListFargateProfiles$,
  ListIdentityProviderConfigs$,
  ListNodegroups$,
  ListPodIdentityAssociations$,
  ListTagsForResource$,
  ListUpdates$,
  TagResource$,
  UntagResource$,
  UpdateAccessEntry$,
  UpdateAddon$,
  UpdateClusterConfig$,
  UpdateClusterVersion$,
  UpdateNodegroupConfig$,
  UpdateNodegroupVersion$,
  UpdatePodIdentityAssociation$,
} from '@aws-sdk/client-eks';
import type { Handlers, Service } from '../../call.ts';
import { withRequiredMembers } from '../required-members.ts';
import {
  associateAccessPolicy,
  disassociateAccessPolicy,
  listAssociatedAccessPolicies,
} from './access-associations.ts';
import {
  createAccessEntry,
  deleteAccessEntry,
  describeAccessEntry,
  listAccessEntries,
  updateAccessEntry,
} from './access-entries.ts';
import { listAccessPolicies } from './access-policies.ts';
import { addonEvents } from './addon-lifecycle.ts';
import { describeAddonConfiguration, describeAddonVersions } from './addon-versions.ts';
import { createAddon, deleteAddon, describeAddon, listAddons, updateAddon } from './addons.ts';
import { clusterEvents, deleteCluster } from './cluster-lifecycle.ts';
import { describeCluster, listClusters } from './cluster-view.ts';
import { createCluster } from './create-cluster.ts';
import { invalidParameter } from './errors.ts';
import {
  createFargateProfile,
  deleteFargateProfile,
  describeFargateProfile,
  fargateEvents,
  listFargateProfiles,
} from './fargate-profiles.ts';
import { listIdentityProviderConfigs } from './identity-providers.ts';
import { nodegroupEvents } from './nodegroup-lifecycle.ts';
import { updateNodegroupConfig, updateNodegroupVersion } from './nodegroup-updates.ts';
import { createNodegroup, deleteNodegroup, describeNodegroup, listNodegroups } from './nodegroups.ts';
import {
  createPodIdentityAssociation,
  deletePodIdentityAssociation,
  describePodIdentityAssociation,
  listPodIdentityAssociations,
  updatePodIdentityAssociation,
} from './pod-identity.ts';
import { listTagsForResource, tagResource, untagResource } from './tags.ts';
import { touched } from './touched.ts';
import {
  associateEncryptionConfig,
  updateClusterConfig,
  updateClusterVersion,
  updateEvents,
} from './update-cluster.ts';
import { describeUpdate, listUpdates } from './updates.ts';
import { describeClusterVersions } from './versions.ts';

const schemas = {
  AssociateAccessPolicy: AssociateAccessPolicy$,
  AssociateEncryptionConfig: AssociateEncryptionConfig$,
  CreateAccessEntry: CreateAccessEntry$,
  CreateAddon: CreateAddon$,
  CreateCluster: CreateCluster$,
  CreateFargateProfile: CreateFargateProfile$,
  CreateNodegroup: CreateNodegroup$,
  CreatePodIdentityAssociation: CreatePodIdentityAssociation$,
  DeleteAccessEntry: DeleteAccessEntry$,
  DeleteAddon: DeleteAddon$,
  DeleteCluster: DeleteCluster$,
  DeleteFargateProfile: DeleteFargateProfile$,
  DeleteNodegroup: DeleteNodegroup$,
  DeletePodIdentityAssociation: DeletePodIdentityAssociation$,
  DescribeAccessEntry: DescribeAccessEntry$,
  DescribeAddon: DescribeAddon$,
  DescribeAddonConfiguration: DescribeAddonConfiguration$,
  DescribeAddonVersions: DescribeAddonVersions$,
  DescribeCluster: DescribeCluster$,
  DescribeClusterVersions: DescribeClusterVersions$,
  DescribeFargateProfile: DescribeFargateProfile$,
  DescribeNodegroup: DescribeNodegroup$,
  DescribePodIdentityAssociation: DescribePodIdentityAssociation$,
  DescribeUpdate: DescribeUpdate$,
  DisassociateAccessPolicy: DisassociateAccessPolicy$,
  ListAccessEntries: ListAccessEntries$,
  ListAccessPolicies: ListAccessPolicies$,
  ListAddons: ListAddons$,
  ListAssociatedAccessPolicies: ListAssociatedAccessPolicies$,
  ListClusters: ListClusters$,
  ListFargateProfiles: ListFargateProfiles$,
  ListIdentityProviderConfigs: ListIdentityProviderConfigs$,
  ListNodegroups: ListNodegroups$,
  ListPodIdentityAssociations: ListPodIdentityAssociations$,
  ListTagsForResource: ListTagsForResource$,
  ListUpdates: ListUpdates$,
  TagResource: TagResource$,
  UntagResource: UntagResource$,
  UpdateAccessEntry: UpdateAccessEntry$,
  UpdateAddon: UpdateAddon$,
  UpdateClusterConfig: UpdateClusterConfig$,
  UpdateClusterVersion: UpdateClusterVersion$,
  UpdateNodegroupConfig: UpdateNodegroupConfig$,
  UpdateNodegroupVersion: UpdateNodegroupVersion$,
  UpdatePodIdentityAssociation: UpdatePodIdentityAssociation$,
};

const handlers: Handlers = {
  AssociateAccessPolicy: associateAccessPolicy,
  AssociateEncryptionConfig: associateEncryptionConfig,
  CreateAccessEntry: createAccessEntry,
  CreateAddon: createAddon,
  CreateCluster: createCluster,
  CreateFargateProfile: createFargateProfile,
  CreateNodegroup: createNodegroup,
  CreatePodIdentityAssociation: createPodIdentityAssociation,
  DeleteAccessEntry: deleteAccessEntry,
  DeleteAddon: deleteAddon,
  DeleteCluster: deleteCluster,
  DeleteFargateProfile: deleteFargateProfile,
  DeleteNodegroup: deleteNodegroup,
  DeletePodIdentityAssociation: deletePodIdentityAssociation,
  DescribeAccessEntry: describeAccessEntry,
  DescribeAddon: describeAddon,
  DescribeAddonConfiguration: describeAddonConfiguration,
  DescribeAddonVersions: describeAddonVersions,
  DescribeCluster: describeCluster,
  DescribeClusterVersions: describeClusterVersions,
  DescribeFargateProfile: describeFargateProfile,
  DescribeNodegroup: describeNodegroup,
  DescribePodIdentityAssociation: describePodIdentityAssociation,
  DescribeUpdate: describeUpdate,
  DisassociateAccessPolicy: disassociateAccessPolicy,
  ListAccessEntries: listAccessEntries,
  ListAccessPolicies: listAccessPolicies,
  ListAddons: listAddons,
  ListAssociatedAccessPolicies: listAssociatedAccessPolicies,
  ListClusters: listClusters,
  ListFargateProfiles: listFargateProfiles,
  ListIdentityProviderConfigs: listIdentityProviderConfigs,
  ListNodegroups: listNodegroups,
  ListPodIdentityAssociations: listPodIdentityAssociations,
  ListTagsForResource: listTagsForResource,
  ListUpdates: listUpdates,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateAccessEntry: updateAccessEntry,
  UpdateAddon: updateAddon,
  UpdateClusterConfig: updateClusterConfig,
  UpdateClusterVersion: updateClusterVersion,
  UpdateNodegroupConfig: updateNodegroupConfig,
  UpdateNodegroupVersion: updateNodegroupVersion,
  UpdatePodIdentityAssociation: updatePodIdentityAssociation,
};

/** Amazon EKS: https://docs.aws.amazon.com/eks/latest/APIReference/ */
export const service: Service = {
  signingName: 'eks',
  protocol: 'restJson1',
  version: '2017-11-01',
  schemas,
  touched,
  handlers: withRequiredMembers(schemas, handlers, (member) => invalidParameter(`${member} must not be null`)),
  events: { ...clusterEvents, ...updateEvents, ...addonEvents, ...nodegroupEvents, ...fargateEvents },
};
