import { defined } from '../base/defined.ts';
import { eksAddon, eksAddons, managedPolicyArn } from '../catalog/eks-addons.ts';
import { instanceType } from '../catalog/instance-types.ts';
import { defaultEksVersion, eksVersions } from '../catalog/kubernetes-releases.ts';
import { partitionOf, regionNamed } from '../catalog/regions.ts';
import type {
  Addon,
  AddonPodIdentity,
  Capacity,
  Cluster,
  EksControlPlane,
  FargateProfile,
  JsonObject,
  Network,
  NodeGroup,
  RoleChoice,
} from './cluster.ts';
import { access } from './defaults-access.ts';
import {
  chartsOf,
  defaultSelfManagedVersion,
  enforcesPolicy,
  hostOf,
  podNetworkOf,
  selfManagedDefaults,
  selfManagedOf,
  selfManagedPlane,
  volumeOf,
} from './defaults-self-managed.ts';
import type { AddonInput, ClusterInput, EksInput, FargateProfileInput, NetworkInput, NodeGroupInput } from './input.ts';

/** The values that an omitted field stands for. What depends on other fields is in the functions below. */
export const defaults = {
  cidr: '10.0.0.0/16',
  zonesOfNewVpc: 3,
  logTypes: ['api', 'audit', 'authenticator'],
  retentionDays: 90,
  instanceTypes: ['m6i.large'],
  nodes: 3,
  volumeGiB: 80,
  spotStrategy: 'price-capacity-optimized',
  /** A gateway endpoint costs nothing and takes image layers off the NAT gateway. */
  endpoints: ['s3'],
  /** What nodes without a way to the internet call. https://docs.aws.amazon.com/eks/latest/userguide/private-clusters.html */
  endpointsWithoutNat: [
    's3',
    'ec2',
    'ecr.api',
    'ecr.dkr',
    'sts',
    'eks',
    'eks-auth',
    'logs',
    'elasticloadbalancing',
    'autoscaling',
  ],
} as const;

function eksPlane(eks: EksInput): EksControlPlane {
  const encryption = eks.secretsEncryption ?? true;
  return {
    type: 'eks',
    logging: {
      types: eks.logging?.types ?? defaults.logTypes,
      retentionDays: eks.logging?.retentionDays ?? defaults.retentionDays,
    },
    secretsEncryption:
      encryption === true
        ? { type: 'own-key' }
        : encryption === false
          ? { type: 'aws-key' }
          : { type: 'given-key', keyArn: encryption.keyArn },
    upgradePolicy: eks.upgradePolicy ?? 'standard',
    deletionProtection: eks.deletionProtection ?? true,
    ...defined({ role: eks.role }),
    securityGroups: eks.securityGroups ?? [],
  };
}

function vpcOf(input: NetworkInput, region: string): Network['vpc'] {
  const topology = input.topology ?? 'private';
  if (input.vpc === undefined) {
    return {
      type: 'new',
      cidr: input.cidr ?? defaults.cidr,
      furtherCidrs: input.furtherCidrs ?? [],
      zones: input.zones ?? regionNamed(region)?.zones.slice(0, defaults.zonesOfNewVpc) ?? [],
      nat: input.nat ?? (topology === 'public' ? 'none' : 'per-zone'),
    };
  }
  const { id, subnets } = input.vpc;
  return {
    type: 'given',
    id,
    subnets: { private: subnets.private ?? [], public: subnets.public ?? [] },
    addMissingTags: input.vpc.addMissingTags ?? false,
    addMissingRoutes: input.vpc.addMissingRoutes ?? false,
    natAddresses: input.vpc.natAddresses ?? [],
  };
}

function endpointsOf(input: NetworkInput, vpc: Network['vpc'], isSelfManaged: boolean): readonly string[] {
  if (input.endpoints !== undefined) return input.endpoints;
  if (vpc.type === 'given') return [];
  if (vpc.nat !== 'none' || input.topology === 'public') return defaults.endpoints;
  return isSelfManaged ? selfManagedDefaults.endpointsWithoutNat : defaults.endpointsWithoutNat;
}

function podSubnetsOf(input: NetworkInput['podSubnets']): Network['podSubnets'] {
  if (input === undefined) return undefined;
  return 'cidr' in input ? { type: 'new', cidr: input.cidr } : { type: 'given', byZone: input.byZone };
}

function network(input: NetworkInput, region: string, isSelfManaged: boolean): Network {
  const vpc = vpcOf(input, region);
  const ipFamily = input.ipFamily ?? 'ipv4';
  const podNetwork = podNetworkOf(input.podNetwork, isSelfManaged);
  const serviceCidr = input.serviceCidr ?? (isSelfManaged ? selfManagedDefaults.serviceCidr : undefined);
  return {
    vpc,
    topology: input.topology ?? 'private',
    ipFamily,
    prefixDelegation: ipFamily === 'dual-stack' || (input.prefixDelegation ?? false),
    networkPolicy: isSelfManaged ? enforcesPolicy(podNetwork.type) : (input.networkPolicy ?? true),
    securityGroupsPerPod: input.securityGroupsPerPod ?? false,
    endpoints: endpointsOf(input, vpc, isSelfManaged),
    podNetwork,
    ...defined({ serviceCidr, podSubnets: podSubnetsOf(input.podSubnets) }),
  };
}

/** A number stands for all three; else what is left out follows from what is said. */
function sizeOf(size: NodeGroupInput['size']): NodeGroup['size'] {
  const given = typeof size === 'number' ? { min: size, desired: size } : (size ?? {});
  const desired =
    given.desired ?? given.min ?? Math.min(defaults.nodes, ('max' in given ? given.max : undefined) ?? defaults.nodes);
  return { min: given.min ?? desired, desired, max: ('max' in given ? given.max : undefined) ?? Math.max(desired, 1) };
}

function capacityOf(input: NodeGroupInput['capacity']): Capacity {
  if (input === undefined || input === 'on-demand') return { type: 'on-demand' };
  if (input === 'spot') return { type: 'spot', strategy: defaults.spotStrategy };
  return {
    type: 'mixed',
    onDemandBase: input.mixed.onDemandBase ?? 0,
    onDemandPercentage: input.mixed.onDemandPercentage ?? 0,
    strategy: input.mixed.strategy ?? defaults.spotStrategy,
  };
}

function subnetsFor(topology: Network['topology'], vpc: Network['vpc']): readonly string[] {
  return vpc.type === 'new' ? [] : vpc.subnets[topology];
}

function updateOf(update: NodeGroupInput['update']): NodeGroup['update'] {
  return update?.maxUnavailablePercentage === undefined
    ? { maxUnavailable: update?.maxUnavailable ?? 1 }
    : { maxUnavailablePercentage: update.maxUnavailablePercentage };
}

function nodeGroup(input: NodeGroupInput, { vpc, topology }: Network, isSelfManaged: boolean): NodeGroup {
  const instanceTypes = input.instanceTypes ?? defaults.instanceTypes;
  const { role, instanceProfile, keyName, maxPods } = input;
  return {
    name: input.name,
    manager: input.manager ?? (isSelfManaged ? 'asg' : 'eks'),
    instanceTypes,
    architecture: instanceType(instanceTypes[0]!)?.architecture ?? 'x86_64',
    size: sizeOf(input.size),
    rootVolume: volumeOf(input.rootVolume, defaults.volumeGiB),
    image: {
      family: input.image?.family ?? 'al2023',
      ...defined({ amiId: input.image?.ami, release: input.image?.release }),
    },
    labels: input.labels ?? {},
    taints: (input.taints ?? []).map(({ key, value, effect }) => ({ key, value: value ?? '', effect })),
    capacity: capacityOf(input.capacity),
    zones: vpc.type === 'new' ? (input.zones ?? vpc.zones) : [],
    subnets: vpc.type === 'given' ? (input.subnets ?? subnetsFor(topology, vpc)) : [],
    monitoring: input.monitoring ?? false,
    securityGroups: input.securityGroups ?? [],
    policies: input.policies ?? [],
    userData: defined({ before: input.userData?.before, after: input.userData?.after }),
    tags: input.tags ?? {},
    host: hostOf(input.host),
    update: updateOf(input.update),
    ...defined({ role, instanceProfile, keyName, maxPods, nodeConfig: input.nodeConfig as JsonObject | undefined }),
  };
}

export const roleChoice = (input: { policies?: string[] | undefined; roleArn?: string | undefined }): RoleChoice =>
  input.roleArn === undefined
    ? { type: 'made', policies: input.policies ?? [] }
    : { type: 'given', arn: input.roleArn };

function addonIdentity(input: AddonInput, partition: string): AddonPodIdentity | undefined {
  const known = eksAddon(input.name);
  const said = input.podIdentity ?? true;
  if (said === false) return undefined;
  const { serviceAccount, policies, roleArn } = said === true ? {} : said;
  const account = serviceAccount ?? known?.identity?.serviceAccount;
  if (account === undefined) return undefined;
  const managed = known?.identity?.policies.map((policy) => managedPolicyArn(policy, partition));
  return {
    namespace: known?.namespace ?? 'kube-system',
    serviceAccount: account,
    role: roleChoice({ policies: policies ?? managed, roleArn }),
  };
}

function addon(input: AddonInput, partition: string): Addon {
  return {
    name: input.name,
    resolveConflicts: input.resolveConflicts ?? 'overwrite',
    when: eksAddon(input.name)?.beforeNodes === true ? 'before-nodes' : 'after-nodes',
    ...defined({
      version: input.version,
      values: input.values as JsonObject | undefined,
      podIdentity: addonIdentity(input, partition),
    }),
  };
}

/** The default add-ons in the catalog's order, each as the spec has it if it does, then the others of the spec. */
function addons(inputs: readonly AddonInput[], partition: string): Addon[] {
  const byDefault = eksAddons
    .filter((known) => known.byDefault)
    .map(({ name }) => inputs.find((input) => input.name === name) ?? { name });
  const others = inputs.filter((input) => eksAddon(input.name)?.byDefault !== true);
  return [...byDefault, ...others].filter((input) => input.enabled !== false).map((input) => addon(input, partition));
}

function fargateProfile(input: FargateProfileInput, vpc: Network['vpc']): FargateProfile {
  return {
    name: input.name,
    selectors: input.selectors.map(({ namespace, labels }) => ({ namespace, labels: labels ?? {} })),
    zones: vpc.type === 'new' ? (input.zones ?? vpc.zones) : [],
    subnets: vpc.type === 'given' ? (input.subnets ?? vpc.subnets.private) : [],
    tags: input.tags ?? {},
    ...defined({ role: input.role }),
  };
}

const versionFor = (today: Date): string => (defaultEksVersion(today) ?? eksVersions.at(-1)!).minor;

/** What is written, with everything else filled in. `today` decides the Kubernetes version where none is said. */
export function fillDefaults(input: ClusterInput, { today }: { readonly today: Date }): Cluster {
  const { spec } = input;
  const partition = partitionOf(spec.region);
  const selfManaged = selfManagedOf(spec.controlPlane);
  const isSelfManaged = selfManaged !== undefined;
  const filled = network(spec.network ?? {}, spec.region, isSelfManaged);
  const { name } = input.metadata;
  const plane = isSelfManaged
    ? selfManagedPlane(selfManaged, { cluster: name, network: filled, addons: spec.addons ?? [] })
    : eksPlane(typeof spec.controlPlane === 'string' ? {} : (spec.controlPlane.eks ?? {}));
  return {
    apiVersion: input.apiVersion,
    kind: input.kind,
    metadata: { name },
    spec: {
      region: spec.region,
      kubernetesVersion: spec.kubernetesVersion ?? (isSelfManaged ? defaultSelfManagedVersion() : versionFor(today)),
      controlPlane: plane,
      network: filled,
      access: access(spec.access ?? {}, partition, isSelfManaged),
      nodeGroups: (spec.nodeGroups ?? []).map((group) => nodeGroup(group, filled, isSelfManaged)),
      addons: isSelfManaged ? [] : addons(spec.addons ?? [], partition),
      charts: plane.type === 'self-managed' ? chartsOf(spec.addons ?? [], filled.podNetwork.type, plane.podRoles) : [],
      fargateProfiles: (spec.fargateProfiles ?? []).map((profile) => fargateProfile(profile, filled.vpc)),
      podIdentities: (spec.podIdentities ?? []).map((identity) => ({
        namespace: identity.namespace,
        serviceAccount: identity.serviceAccount,
        role: roleChoice(identity),
      })),
      tags: spec.tags ?? {},
      patches: (spec.patches ?? []).map(({ resource, merge }) => ({ resource, merge: merge as JsonObject })),
      ignore: spec.ignore ?? [],
      ...defined({ permissionsBoundary: spec.permissionsBoundary }),
    },
  };
}
