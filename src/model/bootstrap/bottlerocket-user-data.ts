import { stringify } from 'smol-toml';
import type { JsonObject } from '../../spec/cluster.ts';
import { mergePatch } from '../merge-patch.ts';
import type { Join } from '../value.ts';
import type { ClusterToJoin, NodeSettings } from './node-settings.ts';
import { textWithReferences } from './text-with-references.ts';

export interface BottlerocketInput {
  /** Null where EKS adds the cluster's data itself: a managed node group with an image that EKS chooses. */
  readonly cluster: ClusterToJoin | null;
  /** Addresses of the cluster's DNS; none: Bottlerocket asks EKS for the service range and takes its tenth address. */
  readonly dnsIps: readonly string[];
  readonly node: NodeSettings;
  /** Bottlerocket settings of the user's, without the leading `settings`; they win over ours. */
  readonly settings?: JsonObject;
}

function joinSettings({ cluster, dnsIps }: BottlerocketInput): object {
  if (cluster === null) return {};
  return {
    'cluster-name': cluster.name,
    'api-server': cluster.endpoint,
    'cluster-certificate': cluster.certificateAuthority,
    ...(dnsIps.length === 0 ? {} : { 'cluster-dns-ip': dnsIps }),
  };
}

/** A key may carry several taints: each is `value:effect` in its list. */
function taintsOf({ taints }: NodeSettings): Record<string, string[]> {
  const byKey: Record<string, string[]> = {};
  for (const { key, value, effect } of taints) byKey[key] = [...(byKey[key] ?? []), `${value}:${effect}`];
  return byKey;
}

function nodeSettings(node: NodeSettings): object {
  return {
    ...(node.maxPods === undefined ? {} : { 'max-pods': node.maxPods }),
    ...(Object.keys(node.labels).length === 0 ? {} : { 'node-labels': node.labels }),
    ...(node.taints.length === 0 ? {} : { 'node-taints': taintsOf(node) }),
  };
}

/**
 * User data of Bottlerocket nodes, which is TOML; null where there is nothing to say.
 * https://bottlerocket.dev/en/os/latest/#/api/settings/kubernetes/
 */
export function bottlerocketUserData(input: BottlerocketInput): string | Join | null {
  const kubernetes = { ...joinSettings(input), ...nodeSettings(input.node) };
  const ours = Object.keys(kubernetes).length === 0 ? {} : { kubernetes };
  const settings = mergePatch(ours, input.settings ?? {}) as object;
  if (Object.keys(settings).length === 0) return null;
  return textWithReferences({ settings }, (plain) => stringify(plain));
}
