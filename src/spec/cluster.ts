import type { JsonObject, StringMap } from './json-object.ts';
import type { NodeGroup } from './node-group.ts';
import type { Bastion, Chart, SelfManagedControlPlane } from './self-managed.ts';

export type { JsonObject, StringMap } from './json-object.ts';
export type {
  Architecture,
  Capacity,
  HostFile,
  HostSettings,
  Image,
  NodeGroup,
  RootVolume,
  SpotStrategy,
  Taint,
  TaintEffect,
  VolumeType,
} from './node-group.ts';
export { spotStrategies, taintEffects, volumeTypes } from './node-group.ts';
export type { Bastion, Chart, Dns, Etcd, Mirror, SelfManagedControlPlane, SelfManagedImage } from './self-managed.ts';

/**
 * A cluster as the spec wants it, with every default filled in: what all later rooms read. `input.ts` is what people write,
 * `defaults.ts` the way from there to here. Nothing here is optional because somebody left it out; a field that may be
 * absent means something by it, and says what.
 */
export interface Cluster {
  readonly apiVersion: 'quilla.dev/v1alpha1';
  readonly kind: 'Cluster';
  readonly metadata: { readonly name: string };
  readonly spec: ClusterSpec;
}

export interface ClusterSpec {
  readonly region: string;
  /** Minor version as Kubernetes and EKS write it: `1.36`. Self-managed: a patch version too, `1.36.3`, where one is pinned. */
  readonly kubernetesVersion: string;
  readonly controlPlane: ControlPlane;
  readonly network: Network;
  readonly access: Access;
  readonly nodeGroups: readonly NodeGroup[];
  /** EKS add-ons that are installed, the default ones included and the ones switched off left out. Empty where self-managed. */
  readonly addons: readonly Addon[];
  /** Self-managed: Helm charts that the seats install, the default ones included and the ones switched off left out. Empty on EKS. */
  readonly charts: readonly Chart[];
  readonly fargateProfiles: readonly FargateProfile[];
  readonly podIdentities: readonly PodIdentity[];
  /** On everything that takes tags, beside ours. */
  readonly tags: StringMap;
  /** ARN of the policy that bounds every role that is made; absent: none. */
  readonly permissionsBoundary?: string;
  readonly patches: readonly Patch[];
  readonly ignore: readonly Ignore[];
}

/** Who runs the control plane: AWS, or the cluster's owner on EC2. Close switches over it with `satisfies never`. */
export type ControlPlane = EksControlPlane | SelfManagedControlPlane;

/** A cluster whose control plane is of one type: what the builders of that type read. */
export type SpecWith<P extends ControlPlane> = ClusterSpec & { readonly controlPlane: P };

export const logTypes = ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'] as const;
export type LogType = (typeof logTypes)[number];

export interface EksControlPlane {
  readonly type: 'eks';
  readonly logging: {
    /** None: no log group is made. */
    readonly types: readonly LogType[];
    readonly retentionDays: number;
  };
  readonly secretsEncryption: SecretsEncryption;
  readonly upgradePolicy: 'standard' | 'extended';
  readonly deletionProtection: boolean;
  /** Name of a role of one's own for the cluster; absent: one is made. */
  readonly role?: string;
  /** Ids of further security groups on the control plane's interfaces. */
  readonly securityGroups: readonly string[];
}

/** `own-key`: a KMS key is made. `given-key`: one's own. `aws-key`: no key of the account (EKS still encrypts with one of AWS's). */
export type SecretsEncryption =
  | { readonly type: 'own-key' }
  | { readonly type: 'given-key'; readonly keyArn: string }
  | { readonly type: 'aws-key' };

export interface Network {
  readonly vpc: NewVpc | GivenVpc;
  /** Where nodes are: in private subnets (the internet through NAT, or not at all) or in public ones with public addresses. */
  readonly topology: 'private' | 'public';
  /** `dual-stack`: VPC, subnets and nodes have both families and pods and services get IPv6 addresses (EKS's ipFamily `ipv6`). */
  readonly ipFamily: 'ipv4' | 'dual-stack';
  /** Range of service addresses; absent: EKS chooses (always with `dual-stack`). */
  readonly serviceCidr?: string;
  /** Custom networking: subnets that pods take their addresses from; absent: the nodes' subnets. */
  readonly podSubnets?: NewPodSubnets | GivenPodSubnets;
  /** What gives pods their addresses. EKS: always `vpc-cni` (another one can be installed by the user when that add-on is off). */
  readonly podNetwork: PodNetwork;
  /** Whether the VPC CNI gives interfaces whole /28 prefixes. Always true with `dual-stack`. */
  readonly prefixDelegation: boolean;
  /** Whether NetworkPolicy is enforced: on EKS by the VPC CNI, else as the pod network does (cilium and calico). */
  readonly networkPolicy: boolean;
  /** Whether pods may get security groups of their own (branch interfaces). */
  readonly securityGroupsPerPod: boolean;
  /** AWS services reached by endpoints in the VPC, by the last part of their name: `s3`, `ecr.api`. */
  readonly endpoints: readonly string[];
}

export const podNetworkTypes = ['cilium', 'calico', 'flannel', 'vpc-cni', 'none'] as const;
export type PodNetworkType = (typeof podNetworkTypes)[number];

export interface PodNetwork {
  readonly type: PodNetworkType;
  /** Range of pod addresses, an overlay beside the VPC; absent with `vpc-cni`, whose pods have addresses of the VPC. */
  readonly cidr?: string;
  /**
   * `vxlan`: all traffic between nodes is wrapped. `cross-subnet`: only between subnets (calico), so the source and destination check
   * of the instances is off. `none`: pods have addresses of the VPC (vpc-cni), or whoever brings the network sees to it (`none`).
   */
  readonly encapsulation: 'vxlan' | 'cross-subnet' | 'none';
}

export interface NewVpc {
  readonly type: 'new';
  readonly cidr: string;
  /** Further ranges; each gets one more private subnet per zone. */
  readonly furtherCidrs: readonly string[];
  /** In the order given; each gets a private and a public subnet. */
  readonly zones: readonly string[];
  /** One NAT gateway per zone, a single one, or none: then `endpoints` are all that nodes reach. Always `none` with the public topology. */
  readonly nat: 'per-zone' | 'single' | 'none';
}

/** A VPC that is not ours: read and, but for the two fields below, never altered. */
export interface GivenVpc {
  readonly type: 'given';
  readonly id: string;
  readonly subnets: { readonly private: readonly string[]; readonly public: readonly string[] };
  /** Whether tags that load balancers and Kubernetes look for are added to the subnets where they lack. */
  readonly addMissingTags: boolean;
  /** Whether default routes that the subnets lack are added. */
  readonly addMissingRoutes: boolean;
  /** Addresses from which its nodes reach the internet, as far as the spec says. */
  readonly natAddresses: readonly string[];
}

/** One pod subnet per zone of the VPC, cut from this range, which is associated with the VPC as one more. */
export interface NewPodSubnets {
  readonly type: 'new';
  readonly cidr: string;
}

/** Subnet ids by zone. */
export interface GivenPodSubnets {
  readonly type: 'given';
  readonly byZone: StringMap;
}

export interface Access {
  readonly api: {
    readonly public: boolean;
    readonly private: boolean;
    /** Who reaches the public endpoint, as CIDRs. Empty unless `public`. */
    readonly from: readonly string[];
    /** Whether the addresses of the NAT gateways that are made (`nat` in the list) belong to it. */
    readonly fromNat: boolean;
  };
  /** Whether whoever creates the cluster gets an access entry with AmazonEKSClusterAdminPolicy (EKS's silent one is always off). */
  readonly creatorAdmin: boolean;
  readonly principals: readonly Principal[];
  /** Absent: no key and no way in by SSH. */
  readonly ssh?: Ssh;
  /** Self-managed only; absent: none. */
  readonly bastion?: Bastion;
}

/** An IAM user or role and what it may do in Kubernetes. */
export interface Principal {
  readonly arn: string;
  /** Its name in Kubernetes; absent: EKS derives one from the ARN. */
  readonly username?: string;
  /** Groups for RBAC; none begins with `system:` (a `system:masters` of the spec is a policy here). */
  readonly groups: readonly string[];
  readonly policies: readonly AccessPolicy[];
}

export interface AccessPolicy {
  /** `AmazonEKSViewPolicy`. */
  readonly name: string;
  /** `arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy`. */
  readonly arn: string;
  /** Where it holds: these namespaces (a `*` stands for any text at their end), or the whole cluster where empty. */
  readonly namespaces: readonly string[];
}

/** One of `keyName` (a key pair of one's own) and `publicKey` (a key pair is made from it). `from` empty: a key but no open port. */
export interface Ssh {
  readonly keyName?: string;
  readonly publicKey?: string;
  readonly from: readonly string[];
}

export interface Addon {
  readonly name: string;
  /** `v1.21.1-eksbuild.1`; absent: EKS's default when it is installed, kept afterwards. */
  readonly version?: string;
  /** EKS's `configurationValues`, without what the network asks for; absent: none. */
  readonly values?: JsonObject;
  readonly resolveConflicts: 'overwrite' | 'preserve' | 'none';
  /** Before the nodes (vpc-cni, kube-proxy, eks-pod-identity-agent) or after them. */
  readonly when: 'before-nodes' | 'after-nodes';
  /** The role of its service account by pod identity; absent: it needs none. */
  readonly podIdentity?: AddonPodIdentity;
}

export interface AddonPodIdentity {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly role: RoleChoice;
}

/** A role that is made with these policies (ARNs), or one's own. */
export type RoleChoice =
  | { readonly type: 'made'; readonly policies: readonly string[] }
  | { readonly type: 'given'; readonly arn: string };

export interface FargateProfile {
  readonly name: string;
  readonly selectors: readonly { readonly namespace: string; readonly labels: StringMap }[];
  /** Zones of a new VPC, by default all; empty with a given VPC. Fargate takes private subnets only. */
  readonly zones: readonly string[];
  /** Ids of private subnets of a given VPC, by default all; empty with a new VPC. */
  readonly subnets: readonly string[];
  /** Name of a pod execution role of one's own; absent: one is made and shared by the profiles. */
  readonly role?: string;
  readonly tags: StringMap;
}

export interface PodIdentity {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly role: RoleChoice;
}

/** A JSON merge patch (RFC 7396) on the fields of one resource of the graph, by its id. */
export interface Patch {
  readonly resource: string;
  readonly merge: JsonObject;
}

/** Fields of a resource that others own: never compared, never changed. */
export interface Ignore {
  readonly resource: string;
  readonly fields: readonly string[];
}
