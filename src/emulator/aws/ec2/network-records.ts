/** Records of the network side of EC2. Times are milliseconds since 1970 on the embedded AWS's clock; ids are AWS's. */

export interface CidrAssociation {
  readonly associationId: string;
  readonly cidr: string;
  state: 'associated' | 'disassociated';
}

export interface VpcRecord {
  readonly id: string;
  readonly cidr: string;
  readonly isDefault: boolean;
  /** The primary range is the first. */
  cidrs: CidrAssociation[];
  ipv6Cidrs: CidrAssociation[];
  dhcpOptionsId: string;
  tenancy: 'default' | 'dedicated';
  dnsSupport: boolean;
  dnsHostnames: boolean;
  networkAddressUsageMetrics: boolean;
  readonly createdAt: number;
}

export interface DhcpOptionsRecord {
  readonly id: string;
  readonly configurations: readonly { readonly key: string; readonly values: readonly string[] }[];
}

export interface SubnetRecord {
  readonly id: string;
  readonly vpcId: string;
  readonly cidr: string;
  readonly zone: string;
  readonly zoneId: string;
  readonly defaultForAz: boolean;
  readonly ipv6Native: boolean;
  ipv6Cidrs: CidrAssociation[];
  mapPublicIpOnLaunch: boolean;
  assignIpv6OnCreation: boolean;
  enableDns64: boolean;
  hostnameType: 'ip-name' | 'resource-name';
  dnsARecord: boolean;
  dnsAaaaRecord: boolean;
  readonly createdAt: number;
}

export interface InternetGatewayRecord {
  readonly id: string;
  vpcId?: string;
}

export interface EgressOnlyGatewayRecord {
  readonly id: string;
  readonly vpcId: string;
}

export interface AddressRecord {
  readonly allocationId: string;
  readonly publicIp: string;
  readonly networkBorderGroup: string;
  associationId?: string;
  networkInterfaceId?: string;
  instanceId?: string;
  privateIp?: string;
  /** True where AWS itself associated it (NAT gateway, load balancer). */
  managed?: boolean;
  domainName?: string;
}

export type NatGatewayState = 'pending' | 'failed' | 'available' | 'deleting' | 'deleted';

export interface NatGatewayRecord {
  readonly id: string;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly connectivity: 'public' | 'private';
  readonly allocationId?: string;
  /** The public address, kept here since the address itself may be released after deletion. */
  readonly publicIp?: string;
  readonly privateIp: string;
  readonly networkInterfaceId: string;
  state: NatGatewayState;
  failureCode?: string;
  failureMessage?: string;
  readonly createdAt: number;
  deletedAt?: number;
}

/** A transit gateway by itself: attachments and its route tables are not part of the embedded AWS. */
export interface TransitGatewayRecord {
  readonly id: string;
  readonly description: string;
  state: 'pending' | 'available' | 'deleting' | 'deleted';
  readonly options: Readonly<Record<string, string | number | readonly string[]>>;
  readonly createdAt: number;
}

/** A prefix list of the account's own. */
export interface ManagedPrefixListRecord {
  readonly id: string;
  name: string;
  readonly family: 'IPv4' | 'IPv6';
  maxEntries: number;
  version: number;
  /** Those of the version that holds, and of the ones before, by version. */
  entries: Record<string, readonly PrefixListEntryRecord[]>;
  lastChange: 'create' | 'modify';
  changedAt: number;
}

export interface PrefixListEntryRecord {
  readonly cidr: string;
  readonly description?: string;
}

export type RouteTargetField =
  | 'gatewayId'
  | 'natGatewayId'
  | 'networkInterfaceId'
  | 'instanceId'
  | 'egressOnlyGatewayId'
  | 'transitGatewayId'
  | 'vpcPeeringConnectionId';

/** One route; exactly one destination and one target. */
export interface RouteRecord {
  readonly cidr?: string;
  readonly ipv6Cidr?: string;
  readonly prefixListId?: string;
  readonly target: { readonly field: RouteTargetField; readonly id: string };
  readonly origin: 'CreateRouteTable' | 'CreateRoute';
}

export interface RouteTableAssociationRecord {
  readonly id: string;
  readonly main: boolean;
  readonly subnetId?: string;
  readonly gatewayId?: string;
}

export interface RouteTableRecord {
  readonly id: string;
  readonly vpcId: string;
  routes: RouteRecord[];
  associations: RouteTableAssociationRecord[];
}

export interface NetworkAclEntryRecord {
  readonly ruleNumber: number;
  readonly protocol: string;
  readonly action: 'allow' | 'deny';
  readonly egress: boolean;
  readonly cidr?: string;
  readonly ipv6Cidr?: string;
  readonly fromPort?: number;
  readonly toPort?: number;
}

export interface NetworkAclRecord {
  readonly id: string;
  readonly vpcId: string;
  readonly isDefault: boolean;
  entries: NetworkAclEntryRecord[];
  associations: { readonly id: string; readonly subnetId: string }[];
}

export interface SecurityGroupRecord {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly vpcId: string;
}

export interface SecurityGroupRuleRecord {
  readonly id: string;
  readonly groupId: string;
  readonly isEgress: boolean;
  /** `tcp`, `udp`, `icmp`, `icmpv6`, `-1` for all, else a protocol number. */
  protocol: string;
  fromPort: number;
  toPort: number;
  cidrIpv4?: string;
  cidrIpv6?: string;
  prefixListId?: string;
  referencedGroupId?: string;
  description?: string;
}

export interface InterfaceAttachmentRecord {
  readonly id: string;
  readonly instanceId?: string;
  readonly instanceOwnerId: string;
  readonly deviceIndex: number;
  readonly attachedAt: number;
  deleteOnTermination: boolean;
  status: 'attaching' | 'attached' | 'detaching' | 'detached';
}

export interface NetworkInterfaceRecord {
  readonly id: string;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly zone: string;
  description: string;
  /** `interface`, `nat_gateway`, `vpc_endpoint`, `network_load_balancer`, `branch`, `trunk`, ... */
  readonly interfaceType: string;
  readonly mac: string;
  /** The primary address is the first. */
  privateIps: string[];
  ipv6Addresses: string[];
  ipv4Prefixes: string[];
  ipv6Prefixes: string[];
  groups: string[];
  sourceDestCheck: boolean;
  /** The service that made it (`amazon-elb`, `eks`, an AWS account); then only that service may change it. */
  readonly requesterId?: string;
  /** `available` or, with an attachment, `in-use`. */
  attachment?: InterfaceAttachmentRecord;
  /** An address given at launch by the subnet's or the request's setting; elastic addresses are in `addresses`. */
  publicIp?: string;
  readonly createdAt: number;
}

export interface VpcEndpointRecord {
  readonly id: string;
  readonly vpcId: string;
  readonly type: 'Gateway' | 'Interface';
  readonly serviceName: string;
  state: 'pending' | 'available' | 'deleting';
  policy: string;
  routeTableIds: string[];
  subnetIds: string[];
  groups: string[];
  privateDns: boolean;
  ipAddressType: 'ipv4' | 'dualstack' | 'ipv6';
  networkInterfaceIds: string[];
  readonly createdAt: number;
}

export interface FlowLogRecord {
  readonly id: string;
  readonly resourceId: string;
  readonly trafficType: 'ACCEPT' | 'ALL' | 'REJECT';
  readonly destinationType: 'cloud-watch-logs' | 's3' | 'kinesis-data-firehose';
  readonly destination?: string;
  readonly logGroupName?: string;
  readonly roleArn?: string;
  readonly format: string;
  readonly aggregationInterval: number;
  readonly createdAt: number;
}
