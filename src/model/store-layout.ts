/**
 * Where things lie in the store of a self-managed cluster (its bucket). Seats may read `cluster/` and `seats/`, write `seats/` and
 * `backups/`. Workers may read one object of it, `authorityObject`.
 */
export const storeLayout = {
  /** What machines and plans read. */
  cluster: 'cluster/',
  /** Key material, see `keyObjects`. */
  keys: 'cluster/keys/',
  /** What the seats' timer reads: access, charts (`ClusterState`). */
  state: 'cluster/state.json',
  /** The spec as it was applied last, YAML or JSON, for whoever has to restore. */
  spec: 'cluster/spec.json',
  /** The part of the seats' script that does not fit into user data: `cluster/seat-DIGEST.json`, which the script itself names. */
  program: 'cluster/seat-',
  /** Made with a conditional write when a seat starts etcd for the first time ever: `seats/a/started`. */
  started: (seat: string): string => `seats/${seat}/started`,
  /** Snapshots of etcd: `backups/2026-11-01T00:00:00Z-a.db`, and `.db.json` beside it (revision, hash, version, member). */
  backups: 'backups/',
  /** One object per break-glass certificate that was issued: who, when, until, serial number. */
  breakGlass: 'break-glass/',
} as const;

/** The certificate of the Kubernetes CA, by which workers know the API: no secret, and all that they may read. */
export const authorityObject = `${storeLayout.keys}ca.crt`;

/** What becomes of the cluster without an object of `cluster/keys/`, and whether it can be made anew. */
export interface KeyObject {
  readonly name: string;
  readonly secret: boolean;
  /** `never`: only an earlier version or a running seat's copy brings it back. `derived`: from other objects. `anew`: a new one serves as well. */
  readonly remake: 'never' | 'derived' | 'anew';
  readonly use: string;
}

/** The objects under `cluster/keys/`. Private keys are PKCS#8 PEM; the CAs are ECDSA P-256, the service account key RSA 2048. */
export const keyObjects: readonly KeyObject[] = [
  { name: 'ca.crt', secret: false, remake: 'never', use: 'certificate of the Kubernetes CA' },
  { name: 'ca.key', secret: true, remake: 'never', use: 'signs certificates of the API, of components and people' },
  { name: 'etcd-ca.crt', secret: false, remake: 'never', use: 'certificate of the CA of etcd' },
  { name: 'etcd-ca.key', secret: true, remake: 'never', use: 'signs certificates of members and clients of etcd' },
  { name: 'front-proxy-ca.crt', secret: false, remake: 'never', use: 'certificate of the front proxy CA' },
  { name: 'front-proxy-ca.key', secret: true, remake: 'never', use: 'signs the certificate of the aggregation layer' },
  { name: 'sa.pub', secret: false, remake: 'derived', use: 'checks tokens of service accounts' },
  { name: 'sa.key', secret: true, remake: 'never', use: 'signs tokens of service accounts' },
  { name: 'secrets.key', secret: true, remake: 'never', use: 'encrypts secrets at rest: 32 bytes, base64' },
  { name: 'authenticator.crt', secret: false, remake: 'anew', use: 'certificate of aws-iam-authenticator' },
  { name: 'authenticator.key', secret: true, remake: 'anew', use: 'key of that certificate' },
  { name: 'public.json', secret: false, remake: 'derived', use: 'public parts, for plans: `PublicKeys`' },
];

/** `public.json`: what a plan may know. */
export interface PublicKeys {
  readonly format: 1;
  readonly made: string;
  /** Base64 of PEM. */
  readonly caCertificate: string;
  readonly serviceAccountJwks: { readonly keys: readonly object[] };
  /** When each authority ends, ISO 8601, by name of its certificate object. */
  readonly expires: Readonly<Record<string, string>>;
}

/** `cluster/state.json`: what is set in the cluster by a timer on the seats, so that changing it rolls nothing. */
export interface ClusterState {
  readonly format: 1;
  /** Grows with nothing: seats compare the text. */
  readonly cluster: string;
  readonly kubernetes: string;
  /** IAM identities of nodes (roles of workers); mapped to `system:node:{{SessionName}}` in `system:nodes`. */
  readonly nodeRoles: readonly string[];
  /** IAM users and roles of people. */
  readonly mappings: readonly { readonly arn: string; readonly username: string; readonly groups: readonly string[] }[];
  /** Who made the cluster, where the spec gives him rights. */
  readonly creator: string | null;
  /** RBAC for groups of `mappings`: cluster-wide where `namespaces` is empty. A `*` at the end of a namespace stands for any text. */
  readonly bindings: readonly {
    readonly name: string;
    readonly group: string;
    readonly clusterRole: string;
    readonly namespaces: readonly string[];
  }[];
  readonly charts: readonly {
    readonly name: string;
    readonly namespace: string;
    readonly repository: string;
    readonly chart: string;
    readonly version: string;
    /** Registry and path where its images lie by the host of their own; absent: from their publishers. */
    readonly images?: string;
    readonly values: object;
    /** Installed in the order of the list; `nodes`: before workers can be Ready (pod network, cloud controller). */
    readonly needed: 'nodes' | 'later';
  }[];
  /** Whether kubeadm's own CoreDNS and kube-proxy are installed. */
  readonly coredns: boolean;
  readonly kubeProxy: boolean;
}
