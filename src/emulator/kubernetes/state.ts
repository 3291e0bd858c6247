import type { KubernetesObject, Node, Plural } from './object.ts';

/** One cluster's API server and what it stores: its etcd. */
export interface KubernetesState {
  /** The EKS cluster's name. */
  readonly name: string;
  readonly clusterArn: string;
  readonly region: string;
  /** `1.33`: changed by an upgrade of the control plane. */
  version: string;
  /** On loopback; follows from the cluster's ARN, so that a kubeconfig stays right over restarts. */
  readonly port: number;
  /** `10.100.0.0/16`: where services get their addresses from. */
  readonly serviceCidr: string;
  /** PEM. The private keys of an emulated authority live in the embedded AWS only. */
  readonly authority: { readonly key: string; readonly certificate: string };
  readonly serving: { readonly key: string; readonly certificate: string };
  /** The last resourceVersion given; like etcd's revision it only grows. */
  revision: number;
  /** Objects by plural resource name, then by `namespace/name` (`/name` for cluster-wide ones). Replaced on change, never changed in place. */
  readonly objects: { [plural in Plural]?: Record<string, KubernetesObject> };
}

/** The Kubernetes API servers of a region that has none yet. */
export const emptyKubernetesState = (): Record<string, KubernetesState> => ({});

/** The Node objects of a cluster by name, in the order of their names; none where the cluster has no API server. */
export function nodesOf(state: KubernetesState | undefined): readonly Node[] {
  const nodes = Object.values(state?.objects.nodes ?? {}) as Node[];
  return nodes.sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}
