import { defined } from '../base/defined.ts';
import { eksAddons } from '../catalog/eks-addons.ts';
import { eksAccessPolicies, eksAccessPolicyArn } from '../catalog/eks-policies.ts';
import { partitionOf } from '../catalog/regions.ts';
import type {
  Access,
  AccessPolicy,
  Addon,
  Cluster,
  ClusterSpec,
  ControlPlane,
  FargateProfile,
  Network,
  PodNetwork,
  Principal,
  RoleChoice,
  SecretsEncryption,
} from './cluster.ts';
import type {
  AccessInput,
  AddonInput,
  ClusterInput,
  ControlPlaneInput,
  EksInput,
  FargateProfileInput,
  NetworkInput,
  PodIdentityInput,
  SpecInput,
} from './input.ts';
import { nodeGroup } from './written-out-node-group.ts';
import { chartInputs, selfManaged } from './written-out-self-managed.ts';

type RetentionDays = NonNullable<NonNullable<EksInput['logging']>['retentionDays']>;

function secretsEncryption(encryption: SecretsEncryption): NonNullable<EksInput['secretsEncryption']> {
  switch (encryption.type) {
    case 'own-key':
      return true;
    case 'given-key':
      return { keyArn: encryption.keyArn };
    case 'aws-key':
      return false;
    default:
      return encryption satisfies never;
  }
}

function controlPlane(plane: ControlPlane): ControlPlaneInput {
  switch (plane.type) {
    case 'eks': {
      const { logging, upgradePolicy, deletionProtection, role, securityGroups } = plane;
      return {
        eks: {
          // The schema let only its own numbers in.
          logging: { types: [...logging.types], retentionDays: logging.retentionDays as RetentionDays },
          secretsEncryption: secretsEncryption(plane.secretsEncryption),
          upgradePolicy,
          deletionProtection,
          ...defined({ role }),
          securityGroups: [...securityGroups],
        },
      };
    }
    case 'self-managed':
      return { selfManaged: selfManaged(plane) };
    default:
      return plane satisfies never;
  }
}

/** The fields that only a VPC of its kind takes: a given one has no ranges, zones, NAT gateways and endpoints of ours. */
function vpcFields({ vpc, endpoints, topology }: Network): NetworkInput {
  switch (vpc.type) {
    case 'new': {
      const { cidr, furtherCidrs, zones, nat } = vpc;
      return { cidr, furtherCidrs: [...furtherCidrs], zones: [...zones], topology, nat, endpoints: [...endpoints] };
    }
    case 'given': {
      const { id, subnets, addMissingTags, addMissingRoutes, natAddresses } = vpc;
      return {
        vpc: {
          id,
          subnets: { private: [...subnets.private], public: [...subnets.public] },
          addMissingTags,
          addMissingRoutes,
          natAddresses: [...natAddresses],
        },
        topology,
      };
    }
    default:
      return vpc satisfies never;
  }
}

function podSubnets(subnets: Network['podSubnets']): NetworkInput['podSubnets'] {
  if (subnets === undefined) return undefined;
  switch (subnets.type) {
    case 'new':
      return { cidr: subnets.cidr };
    case 'given':
      return { byZone: { ...subnets.byZone } };
    default:
      return subnets satisfies never;
  }
}

function podNetwork({ type, cidr, encapsulation }: PodNetwork): NetworkInput['podNetwork'] {
  return type === 'vpc-cni' ? type : { type, ...defined({ cidr }), encapsulation };
}

function network({ network: net, addons, controlPlane: plane }: ClusterSpec): NetworkInput {
  const { ipFamily, serviceCidr, prefixDelegation, networkPolicy, securityGroupsPerPod } = net;
  // Saying `true` asks the VPC CNI to enforce it, which is refused where that add-on is off; leaving it out means the same cluster.
  const mayBeSaid = plane.type === 'self-managed' || !networkPolicy || addons.some(({ name }) => name === 'vpc-cni');
  return {
    ...vpcFields(net),
    ipFamily,
    ...defined({ serviceCidr }),
    podNetwork: podNetwork(net.podNetwork),
    ...defined({ podSubnets: podSubnets(net.podSubnets) }),
    prefixDelegation,
    ...(mayBeSaid ? { networkPolicy } : {}),
    securityGroupsPerPod,
  };
}

type PrincipalInput = NonNullable<AccessInput['principals']>[number];

/** By its name where that stands for the same ARN. */
function policy({ name, arn, namespaces }: AccessPolicy, partition: string) {
  const isKnown = eksAccessPolicies.some((known) => known === name) && eksAccessPolicyArn(name, partition) === arn;
  const text = isKnown ? name : arn;
  return namespaces.length === 0 ? text : { policy: text, namespaces: [...namespaces] };
}

const principal = ({ arn, username, groups, policies }: Principal, partition: string): PrincipalInput => ({
  arn,
  ...defined({ username }),
  groups: [...groups],
  policies: policies.map((one) => policy(one, partition)),
});

function access({ api, creatorAdmin, principals, ssh, bastion }: Access, partition: string): AccessInput {
  return {
    api: { public: api.public, private: api.private, from: [...api.from, ...(api.fromNat ? ['nat'] : [])] },
    creatorAdmin,
    principals: principals.map((one) => principal(one, partition)),
    ...(ssh === undefined
      ? {}
      : { ssh: { ...defined({ keyName: ssh.keyName, publicKey: ssh.publicKey }), from: [...ssh.from] } }),
    ...(bastion === undefined ? {} : { bastion: { instanceType: bastion.instanceType, from: [...bastion.from] } }),
  };
}

/** A role without policies is what a service account without a known policy gets; the schema takes no empty list. */
function roleFields(role: RoleChoice): { policies?: string[]; roleArn?: string } {
  switch (role.type) {
    case 'made':
      return role.policies.length === 0 ? {} : { policies: [...role.policies] };
    case 'given':
      return { roleArn: role.arn };
    default:
      return role satisfies never;
  }
}

const addon = ({ name, version, values, resolveConflicts, podIdentity }: Addon): AddonInput => ({
  name,
  enabled: true,
  ...defined({ version, values }),
  resolveConflicts,
  podIdentity:
    podIdentity === undefined ? false : { serviceAccount: podIdentity.serviceAccount, ...roleFields(podIdentity.role) },
});

/** What is installed, and the default add-ons that are not, since leaving one out would install it. */
const addonInputs = (installed: readonly Addon[]): AddonInput[] => [
  ...installed.map(addon),
  ...eksAddons
    .filter(({ name, byDefault }) => byDefault && !installed.some((one) => one.name === name))
    .map(({ name }) => ({ name, enabled: false })),
];

const fargateProfile = ({ name, selectors, zones, subnets, role, tags }: FargateProfile): FargateProfileInput => ({
  name,
  selectors: selectors.map(({ namespace, labels }) => ({ namespace, labels: { ...labels } })),
  ...(zones.length === 0 ? {} : { zones: [...zones] }),
  ...(subnets.length === 0 ? {} : { subnets: [...subnets] }),
  ...defined({ role }),
  tags: { ...tags },
});

function spec(of: ClusterSpec): SpecInput {
  const { region, kubernetesVersion, permissionsBoundary } = of;
  return {
    region,
    kubernetesVersion,
    controlPlane: controlPlane(of.controlPlane),
    network: network(of),
    access: access(of.access, partitionOf(region)),
    nodeGroups: of.nodeGroups.map(nodeGroup),
    addons: of.controlPlane.type === 'self-managed' ? chartInputs(of, of.controlPlane) : addonInputs(of.addons),
    fargateProfiles: of.fargateProfiles.map(fargateProfile),
    podIdentities: of.podIdentities.map(
      ({ namespace, serviceAccount, role }): PodIdentityInput => ({ namespace, serviceAccount, ...roleFields(role) }),
    ),
    tags: { ...of.tags },
    ...defined({ permissionsBoundary }),
    patches: of.patches.map(({ resource, merge }) => ({ resource, merge: { ...merge } })),
    ignore: of.ignore.map(({ resource, fields }) => ({ resource, fields: [...fields] })),
  };
}

/**
 * The spec that somebody who leaves nothing to a default would have written: the way back from `fillDefaults`. For a cluster that
 * `loadCluster` gave, it loads without errors to that same cluster, on any day that offers the version. Fields stand in the order of
 * the schema; one that is still absent has no value that could be written (`role`: one is made).
 */
export const writtenOut = ({ apiVersion, kind, metadata, spec: of }: Cluster): ClusterInput => ({
  apiVersion,
  kind,
  metadata: { name: metadata.name },
  spec: spec(of),
});
