import type { StringMap, Taint } from '../../spec/cluster.ts';
import type { Ref } from '../value.ts';

/** What a node must know to join: values, or references where AWS makes them. */
export interface ClusterToJoin {
  readonly name: string;
  /** URL of the API. */
  readonly endpoint: string | Ref;
  /** Base64 of PEM. */
  readonly certificateAuthority: string | Ref;
  /** Range of service addresses. */
  readonly serviceRange: string | Ref;
}

/** What the kubelet is told beyond that. Labels and taints are empty where EKS sets them. */
export interface NodeSettings {
  readonly labels: StringMap;
  readonly taints: readonly Taint[];
  readonly maxPods?: number;
}

export const noSettings: NodeSettings = { labels: {}, taints: [] };
