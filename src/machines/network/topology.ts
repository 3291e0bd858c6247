import type { HealthCheck } from '../../emulator/aws/elbv2/state.ts';

/** What networks shall be on this host, as plain data. Addresses are IPv4 as text; ranges are CIDRs. */
export interface Topology {
  /** Those with an interface that something on this host uses. */
  readonly vpcs: readonly Vpc[];
  /** Instances with a namespace: pending and running ones. */
  readonly instances: readonly Instance[];
  readonly balancers: readonly Balancer[];
}

export interface Vpc {
  readonly id: string;
  readonly region: string;
  /** The primary range first. */
  readonly ranges: readonly string[];
  readonly dnsSupport: boolean;
  readonly dnsHostnames: boolean;
  /** The VPC's base plus two: here its resolver answers, beside 169.254.169.253. */
  readonly resolver: string;
  /** As what the internet sees that which comes by gateway endpoints; of this VPC alone. */
  readonly linkAddress: string;
  readonly subnets: readonly Subnet[];
  readonly routeTables: readonly RouteTable[];
  readonly interfaces: readonly Interface[];
  readonly groups: readonly SecurityGroup[];
  readonly natGateways: readonly NatGateway[];
  readonly endpoints: readonly InterfaceEndpoint[];
  /** What the VPC's resolver knows beside Route 53 and AWS's public names. Lower case, without a dot at the end. */
  readonly names: readonly DnsName[];
}

export interface Subnet {
  readonly id: string;
  readonly range: string;
  readonly zone: string;
  /** Its first address. */
  readonly gateway: string;
  /** Its own, or the VPC's main one. */
  readonly routeTableId: string;
}

export interface RouteTable {
  readonly id: string;
  readonly routes: readonly Route[];
}

/** Where packets to a range go; `drop` where the target is gone or no way. */
export interface Route {
  readonly range: string;
  readonly to:
    | { readonly kind: 'local' | 'internet-gateway' | 'gateway-endpoint' | 'drop' }
    | { readonly kind: 'nat-gateway'; readonly id: string }
    | { readonly kind: 'interface'; readonly id: string };
}

export type Owner =
  /** `index`: of the device, from 0. */
  | { readonly kind: 'instance'; readonly id: string; readonly index: number }
  /** `index`: of the node among those of the load balancer, from 0. */
  | { readonly kind: 'balancer'; readonly arn: string; readonly index: number }
  | { readonly kind: 'endpoint'; readonly id: string; readonly index: number };

export interface Interface {
  readonly id: string;
  /** Of its end in the VPC's router. */
  readonly link: string;
  readonly mac: string;
  /** The primary one first. */
  readonly addresses: readonly string[];
  /** Ranges that were given to it as a whole. */
  readonly prefixes: readonly string[];
  readonly prefixLength: number;
  readonly subnetId: string;
  /** Missing where nothing has it: then it has no link. */
  readonly owner?: Owner;
  /** Public addresses by the private address that has them. */
  readonly publicAddresses: Readonly<Record<string, string>>;
  readonly groups: readonly string[];
  readonly sourceDestinationCheck: boolean;
  /** Of an instance's: TTL of what the metadata service answers, and whether it does. */
  readonly metadata?: { readonly hopLimit: number; readonly enabled: boolean };
}

/** One rule, with its peers settled to ranges. */
export interface GroupRule {
  /** `all`, `tcp`, `udp`, `icmp` or a number. */
  readonly protocol: string;
  /** First port (tcp, udp) or type (icmp); -1 for all. */
  readonly from: number;
  /** Last port, or code. */
  readonly to: number;
  /** A group of the same VPC, whose members are its peers. */
  readonly group?: string;
  /** Where there is no group. */
  readonly ranges: readonly string[];
}

export interface SecurityGroup {
  readonly id: string;
  readonly ingress: readonly GroupRule[];
  readonly egress: readonly GroupRule[];
  /** Private addresses and prefixes of all interfaces that have it. */
  readonly members: readonly string[];
}

/** One that is available and has a way to the internet. */
export interface NatGateway {
  readonly id: string;
  readonly privateAddress: string;
  readonly publicAddress: string;
}

export interface InterfaceEndpoint {
  readonly id: string;
  /** `com.amazonaws.us-east-1.sqs` */
  readonly service: string;
  /** Where its packets end: 198.18.0.3 for S3, else 198.18.0.1. */
  readonly target: string;
  readonly linkAddress: string;
}

export interface DnsName {
  /** `*.dkr.ecr.us-east-1.amazonaws.com` stands for all names below. */
  readonly name: string;
  readonly addresses: readonly string[];
}

export interface Instance {
  readonly id: string;
  readonly vpcId: string;
  readonly hostName: string;
  readonly address: string;
}

export interface Balancer {
  readonly arn: string;
  readonly name: string;
  readonly type: 'application' | 'network';
  readonly scheme: 'internet-facing' | 'internal';
  readonly vpcId: string;
  readonly active: boolean;
  readonly dnsName: string;
  readonly nodes: readonly { readonly zone: string; readonly address: string; readonly publicAddress?: string }[];
  readonly listeners: readonly BalancerListener[];
}

export interface BalancerListener {
  readonly port: number;
  readonly protocol: string;
  readonly targetGroupArn: string;
  readonly healthCheck: HealthCheck;
  readonly targets: readonly {
    readonly id: string;
    readonly address: string;
    readonly port: number;
    readonly draining: boolean;
  }[];
}
