import type { KubernetesObject, Node, Plural } from './object.ts';

/** What a self-managed cluster's API server knows beside what EKS's does. */
export interface SelfManagedApi {
  readonly cluster: string;
  /** `1.36.3` */
  kubernetes: string;
  readonly store: string;
  /** URL of the issuer of service account tokens. */
  readonly issuer: string;
  readonly network: { readonly type: string; readonly pods: string | null; readonly dns: string };
  /** Which data of etcd these objects are. */
  readonly data: string;
  /** Names and addresses in the serving certificate. */
  names: readonly string[];
  /** `cluster/state.json` as the seats read it last. */
  applied?: {
    readonly versionId: string;
    readonly text: string;
    /** A chart could not be fetched: the next look tries again. */
    unfinished?: true;
  };
}

/** One cluster's API server and what it stores: its etcd. */
export interface KubernetesState {
  /** The EKS cluster's name, or the key of a self-managed one. */
  readonly name: string;
  readonly clusterArn: string;
  readonly region: string;
  /** `1.33`: changed by an upgrade of the control plane. */
  version: string;
  /** On loopback; follows from the cluster's ARN, so that a kubeconfig stays right over restarts. */
  port: number;
  /** `10.100.0.0/16`: where services get their addresses from. */
  readonly serviceCidr: string;
  /** PEM. The private keys of an emulated authority live in the embedded AWS only. */
  readonly authority: { readonly key: string; readonly certificate: string };
  serving: { readonly key: string; readonly certificate: string };
  /** Set where the control plane is not EKS's. Its `authority.key` is empty: that key stays in the store. */
  readonly selfManaged?: SelfManagedApi;
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
