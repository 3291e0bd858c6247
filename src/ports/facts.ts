/** What a plan, its checks and `status` ask beside the resources that are ours. Everything here only reads. */

export interface Identity {
  readonly account: string;
  readonly partition: string;
  readonly region: string;
  /** ARN of who calls: a user, or an assumed role with its session. */
  readonly arn: string;
  readonly userId: string;
}

/** How a subnet reaches the internet over IPv4, as its route table says. */
export type WayOut =
  | { readonly type: 'internet-gateway' }
  | {
      readonly type: 'nat-gateway';
      readonly natGatewayId: string;
      /** Told by `subnets`, empty from `givenNetwork`: the gateway itself is asked for them. */
      readonly publicAddresses: readonly string[];
    }
  /** A transit gateway, a NAT instance, a firewall's endpoint: where it leads cannot be seen from here. */
  | { readonly type: 'other'; readonly target: string }
  | { readonly type: 'none' };

export interface GivenSubnet {
  readonly subnetId: string;
  readonly vpcId: string;
  readonly zone: string;
  readonly cidr: string;
  readonly ipv6Cidr?: string;
  readonly freeAddresses: number;
  readonly publicAddressOnLaunch: boolean;
  readonly tags: Readonly<Record<string, string>>;
  /** The table that holds for it: its own or the VPC's main one. */
  readonly routeTableId: string;
  readonly wayOut: WayOut;
  /** Whether a `::/0` route leads anywhere. */
  readonly ipv6WayOut: boolean;
}

/** A given VPC as its route tables show it. */
export interface GivenVpc {
  readonly vpcId: string;
  /** Its ranges, sorted: every route table has a local route for each. */
  readonly cidrs: readonly string[];
  readonly ipv6Cidrs: readonly string[];
}

/** Subnets that were asked for and are not there are missing from the list. */
export interface GivenNetwork {
  /** Undefined where there is no such VPC in the region. */
  readonly vpc?: GivenVpc;
  readonly subnets: readonly GivenSubnet[];
}

/** What an instance type is, for types that the catalog lacks. */
export interface InstanceTypeFacts {
  readonly name: string;
  readonly vcpus: number;
  readonly memoryMiB: number;
  readonly architectures: readonly string[];
  readonly maxInterfaces: number;
  readonly addressesPerInterface: number;
  readonly hypervisor?: string;
  readonly bareMetal: boolean;
  readonly gpus: number;
}

export interface AddonVersions {
  readonly addonName: string;
  /** What EKS installs unless told otherwise; undefined where it offers none for the version. */
  readonly default?: string;
  /** Newest first. */
  readonly compatible: readonly string[];
}

export interface ClusterVersion {
  /** `1.36`. */
  readonly version: string;
  readonly isDefault: boolean;
  readonly support: 'standard' | 'extended' | 'ended';
  /** Days as `2027-08-02`. */
  readonly endOfStandardSupport?: string;
  readonly endOfExtendedSupport?: string;
}

/** The quotas that a plan checks. `standard-vcpus` counts running On-Demand A, C, D, H, I, M, R, T and Z instances, `spot-vcpus` Spot ones. */
export const quotaNames = ['vpcs', 'elastic-ips', 'standard-vcpus', 'spot-vcpus'] as const;
export type QuotaName = (typeof quotaNames)[number];

export interface QuotaUse {
  readonly quota: QuotaName;
  /** Service Quotas' code: `L-F678F1CE`. */
  readonly code: string;
  readonly limit: number;
  readonly used: number;
}

/** Which of the things that a spec names as one's own exist. */
export interface GivenNames {
  readonly roles?: readonly string[];
  readonly instanceProfiles?: readonly string[];
  readonly keyPairs?: readonly string[];
  readonly securityGroups?: readonly string[];
}

export interface GivenThings {
  /** ARN by role name. */
  readonly roles: ReadonlyMap<string, string>;
  /** Who may assume each of these roles, and those inside the profiles: a JSON document by ARN. */
  readonly trusts?: ReadonlyMap<string, string>;
  /** The role inside by profile name. */
  readonly instanceProfiles: ReadonlyMap<string, { readonly arn: string; readonly roleArn?: string }>;
  readonly keyPairs: ReadonlySet<string>;
  /** VPC by group id. */
  readonly securityGroups: ReadonlyMap<string, string>;
}

export interface ClusterSummary {
  readonly name: string;
  readonly version: string;
  /** EKS's own: `ACTIVE`. Self-managed: `ACTIVE` where all seats have their groups, else `INCOMPLETE`. */
  readonly status: string;
  readonly endpoint?: string;
  /** Absent: EKS. */
  readonly controlPlane?: 'self-managed';
}

/** An instance that belongs to the cluster, for saying why it is no node. */
export interface NodeInstance {
  readonly instanceId: string;
  readonly state: string;
  readonly stateReason?: string;
  readonly type: string;
  readonly zone: string;
  readonly subnetId: string;
  readonly privateDnsName: string;
  readonly privateAddress?: string;
  readonly publicAddress?: string;
  readonly securityGroupIds: readonly string[];
  readonly instanceProfileArn?: string;
  readonly imageId: string;
  readonly spot: boolean;
  readonly launchedAt: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** What stays of seats when their instances go, by what AWS calls it. */
export interface SeatPlacesAsked {
  readonly volumeIds: readonly string[];
  readonly networkInterfaceIds: readonly string[];
  readonly targetGroupArns: readonly string[];
}

/** Who holds the places of seats, and who may serve. */
export interface SeatPlaces {
  /** By the id of a volume or interface: the instance that holds it. What nobody holds is missing. */
  readonly holders: ReadonlyMap<string, { readonly instanceId: string; readonly state: string }>;
  /** By instance id: how each target group sees it. */
  readonly health: ReadonlyMap<string, readonly TargetHealth[]>;
}

export interface TargetHealth {
  readonly targetGroupArn: string;
  /** ELB's own: `healthy`, `unhealthy`, `initial`, `draining`. */
  readonly state: string;
  /** What ELB says of a state that is not `healthy`: `Target.FailedHealthChecks: Health checks failed`. */
  readonly reason?: string;
}

export interface SecurityGroupRules {
  readonly groupId: string;
  readonly ingress: readonly TrafficRule[];
  readonly egress: readonly TrafficRule[];
}

/** `protocol` `-1` means all; ports are absent then. `peers`: CIDRs, group ids and prefix lists. */
export interface TrafficRule {
  readonly protocol: string;
  readonly fromPort?: number;
  readonly toPort?: number;
  readonly peers: readonly string[];
}

/** A hosted zone that is there. */
export interface HostedZoneFact {
  /** Without `/hostedzone/`. */
  readonly id: string;
  /** Without a dot at its end. */
  readonly name: string;
  readonly isPrivate: boolean;
}

/** Reads from AWS; every method fails with an AwsFailure. */
export interface Facts {
  identity(): Promise<Identity>;
  /** Two calls, however many subnets: a plan with nothing to do asks it too. */
  givenNetwork(vpcId: string, subnetIds: readonly string[]): Promise<GivenNetwork>;
  /** Whether the resolver answers in a VPC and instances get names: a private endpoint needs both. Two calls. */
  vpcDns(vpcId: string): Promise<{ readonly support: boolean; readonly hostnames: boolean }>;
  /** Values of SSM parameters by name; names without one are missing. For AWS's recommended images. */
  parameters(names: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Limit and use of these quotas; asked only for what would be made. */
  quotas(names: readonly QuotaName[]): Promise<readonly QuotaUse[]>;
  givenThings(names: GivenNames): Promise<GivenThings>;
  instanceTypes(names: readonly string[]): Promise<readonly InstanceTypeFacts[]>;
  addonVersions(addonName: string, kubernetesVersion: string): Promise<AddonVersions>;
  clusterVersions(): Promise<readonly ClusterVersion[]>;
  /** EKS clusters of this region that carry our tag. */
  ourClusters(): Promise<readonly ClusterSummary[]>;
  /** Instances of the cluster that are not terminated for long, those that never became nodes too. */
  nodeInstances(cluster: string): Promise<readonly NodeInstance[]>;
  /** The latest console output, or undefined where EC2 has none yet. */
  consoleOutput(instanceId: string): Promise<string | undefined>;
  /** Routes out of subnets of any VPC, like `givenNetwork` shows them. */
  subnets(subnetIds: readonly string[]): Promise<readonly GivenSubnet[]>;
  securityGroupRules(groupIds: readonly string[]): Promise<readonly SecurityGroupRules[]>;
  /** Names of the self-managed clusters of this region that are ours: one call. */
  ourSeats(): Promise<readonly string[]>;
  seatPlaces(asked: SeatPlacesAsked): Promise<SeatPlaces>;
  /** Why the newest launch of an auto scaling group failed, by its name; groups whose newest one did not are missing. */
  launchFailures(groupNames: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Zones of the region that offer each of these instance types. */
  offeringZones(types: readonly string[]): Promise<ReadonlyMap<string, ReadonlySet<string>>>;
  /** The hosted zones of this account with exactly that name, in the order in which Route 53 tells them. Two zones may have one name. */
  hostedZones(name: string): Promise<readonly HostedZoneFact[]>;
  /** Name servers of a public hosted zone, lower case without the last dot. */
  zoneNameServers(hostedZoneId: string): Promise<readonly string[]>;
}
