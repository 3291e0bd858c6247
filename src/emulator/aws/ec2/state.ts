import type {
  InstanceRecord,
  KeyPairRecord,
  LaunchTemplateRecord,
  SnapshotRecord,
  VolumeRecord,
} from './compute-records.ts';
import type { NetworkState } from './default-vpc.ts';
import { defaultNetwork } from './default-vpc.ts';

import type { ManagedPrefixListRecord, TransitGatewayRecord } from './network-records.ts';

/** What one region's EC2 holds: plain JSON data, maps by id. Tags of every resource are in `tags`, by resource id. */
export interface Ec2State extends NetworkState {
  keyPairs: Record<string, KeyPairRecord>;
  launchTemplates: Record<string, LaunchTemplateRecord>;
  instances: Record<string, InstanceRecord>;
  volumes: Record<string, VolumeRecord>;
  snapshots: Record<string, SnapshotRecord>;
  /** Absent while there were none, as in worlds of earlier versions. */
  transitGateways?: Record<string, TransitGatewayRecord>;
  /** Absent while there were none. */
  managedPrefixLists?: Record<string, ManagedPrefixListRecord>;
  tags: Record<string, Record<string, string>>;
  /** Client tokens by `operation:token`: the hash of the request and the answer's ids. */
  tokens: Record<string, { readonly hash: string; readonly ids: readonly string[] }>;
}

/** A region as a new account finds it: a default VPC with a subnet per zone, and nothing else. */
export const emptyEc2State = (region: string): Ec2State => ({
  ...defaultNetwork(region),
  keyPairs: {},
  launchTemplates: {},
  instances: {},
  volumes: {},
  snapshots: {},
  tags: {},
  tokens: {},
});
