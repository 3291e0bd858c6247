import type { JsonObject, StringMap } from './json-object.ts';

export const volumeTypes = ['gp3', 'gp2', 'io1', 'io2'] as const;
export type VolumeType = (typeof volumeTypes)[number];

export const spotStrategies = [
  'price-capacity-optimized',
  'capacity-optimized',
  'capacity-optimized-prioritized',
  'lowest-price',
] as const;
export type SpotStrategy = (typeof spotStrategies)[number];

export const taintEffects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] as const;
export type TaintEffect = (typeof taintEffects)[number];

export type Architecture = 'x86_64' | 'arm64';

export interface NodeGroup {
  readonly name: string;
  /** `eks`: a managed node group. `asg`: an auto scaling group, role and profile of our own. */
  readonly manager: 'eks' | 'asg';
  /** In order of preference; all of one architecture. */
  readonly instanceTypes: readonly string[];
  readonly architecture: Architecture;
  readonly size: { readonly min: number; readonly desired: number; readonly max: number };
  readonly rootVolume: RootVolume;
  readonly image: Image;
  readonly labels: StringMap;
  readonly taints: readonly Taint[];
  readonly capacity: Capacity;
  /** Subset of the VPC's zones (new VPC), by default all of them; empty with a given VPC. */
  readonly zones: readonly string[];
  /** Subnet ids (given VPC), by default those of the topology; empty with a new VPC. */
  readonly subnets: readonly string[];
  /** Absent: what AWS's calculator says for the first type and the network. */
  readonly maxPods?: number;
  /** Detailed (one minute) EC2 monitoring. */
  readonly monitoring: boolean;
  /** Ids of further security groups. */
  readonly securityGroups: readonly string[];
  /** ARNs of further policies for the role that is made. */
  readonly policies: readonly string[];
  /** Shell (AL2023 only); absent: none. */
  readonly userData: { readonly before?: string; readonly after?: string };
  /** Merged into nodeadm's NodeConfig `spec` (AL2023) or Bottlerocket's settings; absent: nothing. */
  readonly nodeConfig?: JsonObject;
  /** Name of a role of one's own; absent: one is made. */
  readonly role?: string;
  /** Name of an instance profile of one's own (manager `asg`); absent: one is made. */
  readonly instanceProfile?: string;
  /** Name of a key pair of one's own; absent: what `access.ssh` says. */
  readonly keyName?: string;
  /** Beside the cluster's; on the group, its instances and volumes. */
  readonly tags: StringMap;
  /** What is set up on the machine beside Kubernetes; self-managed control plane only, else empty. */
  readonly host: HostSettings;
  /** How many nodes may be out of service while the group is updated. */
  readonly update: { readonly maxUnavailable: number } | { readonly maxUnavailablePercentage: number };
}

/** The volume that holds the root file system; with Bottlerocket the second volume, which holds images and pods. */
export interface RootVolume {
  readonly sizeGiB: number;
  readonly type: VolumeType;
  /** Absent: AWS's default for the type. */
  readonly iops?: number;
  /** MiB per second, gp3 only. Absent: AWS's default. */
  readonly throughput?: number;
  readonly encrypted: boolean;
  /** ARN of a KMS key; absent: the account's default key for EBS. */
  readonly kmsKey?: string;
}

/** What is set up on a machine beside Kubernetes, before the kubelet starts: files, packages, sysctls, then commands, in that order. */
export interface HostSettings {
  readonly files: readonly HostFile[];
  readonly packages: readonly string[];
  /** Shell commands, each run once per boot as root. */
  readonly commands: readonly string[];
  readonly sysctls: StringMap;
}

export interface HostFile {
  /** Absolute. */
  readonly path: string;
  readonly content: string;
  /** Octal: `0644`. */
  readonly mode: string;
}

/** EKS: al2023 or bottlerocket; self-managed: al2023 or ubuntu (24.04). `amiId`: this image; `release`: this release of AWS's (`1.36.2-20261015`); neither: AWS's newest for the version. Never both. */
export interface Image {
  readonly family: 'al2023' | 'bottlerocket' | 'ubuntu';
  readonly amiId?: string;
  readonly release?: string;
}

export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: TaintEffect;
}

export type Capacity =
  | { readonly type: 'on-demand' }
  | { readonly type: 'spot'; readonly strategy: SpotStrategy }
  /** Manager `asg` only. `onDemandBase` instances, then this percentage of the rest, are on demand. */
  | {
      readonly type: 'mixed';
      readonly onDemandBase: number;
      readonly onDemandPercentage: number;
      readonly strategy: SpotStrategy;
    };
