import type { Diagnostic } from '../../../base/diagnostic.ts';
import type { Resource } from '../../graph.ts';
import type { Ref } from '../../value.ts';
import type { Text } from '../context.ts';

/** A subnet that others may stand in, ours or given. */
export interface SubnetHandle {
  readonly subnetId: string | Ref;
  readonly zone: string;
  readonly isPublic: boolean;
  /** Ids of what must be there before a node in it can reach AWS: its table's association and default routes. */
  readonly ready: readonly string[];
  /** A literal for a given subnet without a table of ours. */
  readonly routeTableId: string | Ref;
}

/** What the network gives to the other builders. */
export interface NetworkHandles {
  readonly resources: readonly Resource[];
  readonly diagnostics: readonly Diagnostic[];
  readonly vpcId: string | Ref;
  /** Every IPv4 range of the VPC. */
  readonly cidrs: readonly string[];
  /** One per zone in a new VPC. Empty where there are none. */
  readonly privateSubnets: readonly SubnetHandle[];
  readonly publicSubnets: readonly SubnetHandle[];
  /** Subnets of the pods by zone, with custom networking. */
  readonly podSubnets: readonly SubnetHandle[];
  /** Addresses with which nodes appear in the internet, as ranges. */
  readonly natRanges: readonly Text[];
}

/** What a range or zone asks for, with the subnet that it gives. */
export interface PlannedSubnet {
  readonly id: string;
  readonly zone: string;
  readonly cidr: string;
  readonly from: string;
  readonly isPublic: boolean;
  readonly ipv6Index: number;
  readonly tags: Readonly<Record<string, string>>;
}
