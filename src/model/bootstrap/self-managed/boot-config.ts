import type { PodNetworkType } from '../../../spec/cluster.ts';
import type { HostSettings, Taint } from '../../../spec/node-group.ts';

/**
 * What a machine of a self-managed cluster reads at boot: data beside a script that never varies. It stands as JSON, plain, in the user
 * data (part `application/vnd.quilla.boot+json`), so that references can stand in it until AWS has told them, scenarios can record it,
 * and the embedded AWS can judge it. Nothing secret: keys come from the store. Every text may be a reference or a join before it is settled.
 */
export interface BootConfig {
  /** Version of this form. */
  readonly format: 1;
  readonly role: 'seat' | 'worker';
  readonly cluster: string;
  readonly region: string;
  /** Domain of AWS's services: `amazonaws.com`. */
  readonly dnsSuffix: string;
  /** `1.36.3`. */
  readonly kubernetes: string;
  /** The internal load balancer's name or the DNS name of the API, without scheme; always port 443. */
  readonly api: string;
  /** The bucket of the cluster's keys, of seats' marks, snapshots and what their timer reads; a worker takes the CA's certificate from it. See `store-layout.ts`. */
  readonly store: string;
  readonly network: {
    readonly type: PodNetworkType;
    /** Range of pods, or null where they have addresses of the VPC. */
    readonly pods: string | null;
    readonly services: string;
    /** Address of the cluster's DNS service, the tenth of `services`. */
    readonly dns: string;
    /** Whether EC2's source and destination check stays on. */
    readonly sourceDestCheck: boolean;
  };
  /** Files to install, each verified by its sha256 before it is used. */
  readonly files: readonly BootFile[];
  readonly images: {
    /** Where kubeadm's images come from: `registry.k8s.io` or a mirror. */
    readonly repository: string;
    readonly pause: string;
    /** Seats only: `registry.k8s.io/etcd:3.6.8-0`. */
    readonly etcd?: string;
    /** Tag of CoreDNS's image, seats only: `v1.14.2`. */
    readonly coredns?: string;
  };
  readonly kubelet: {
    readonly labels: Readonly<Record<string, string>>;
    readonly taints: readonly Taint[];
    readonly maxPods: number;
    readonly flags: Readonly<Record<string, string>>;
  };
  readonly featureGates: Readonly<Record<string, boolean>>;
  readonly host: HostSettings;
  readonly seat?: SeatConfig;
}

/** What each program is installed as follows from its name. */
export const bootFileNames = [
  'containerd',
  'runc',
  'cni-plugins',
  'crictl',
  'kubelet',
  'kubeadm',
  'kubectl',
  'ecr-credential-provider',
  'aws-iam-authenticator',
  'helm',
] as const;
export type BootFileName = (typeof bootFileNames)[number];

export interface BootFile {
  readonly name: BootFileName;
  readonly version: string;
  /** The publisher's URL, or the mirror's. An archive is known by its end: `.tar.gz`, `.tgz`. */
  readonly url: string;
  /** Hexadecimal. */
  readonly sha256: string;
  /** Of a file whose digest the spec says (`mirror.digests`): it is no word of the publisher's. */
  readonly own?: true;
}

export interface SeatConfig {
  /** Of this seat: `a`. */
  readonly name: string;
  readonly volumeId: string;
  readonly interfaceId: string;
  /** Every seat of the cluster, this one included, by name; the fixed address of its interface. */
  readonly members: readonly { readonly name: string; readonly address: string }[];
  /** URL of the issuer of service account tokens. */
  readonly issuer: string;
  /** Names and addresses in the API server's certificate beside the seat's own: load balancers, DNS name, the spec's. */
  readonly certificateNames: readonly string[];
  readonly certificateDays: number;
  readonly snapshotMinutes: number;
  readonly secretsEncryption: boolean;
  /** Null: no audit log. */
  readonly auditPolicy: object | null;
  readonly flags: {
    readonly apiServer: Readonly<Record<string, string>>;
    readonly controllerManager: Readonly<Record<string, string>>;
    readonly scheduler: Readonly<Record<string, string>>;
    readonly etcd: Readonly<Record<string, string>>;
  };
}

/** MIME type of the part that holds it. */
export const bootConfigType = 'application/vnd.quilla.boot+json';
/**
 * The tag that a machine puts on its own instance when boot ends, for `status`: `ready TIME` or `failed TIME STEP`, TIME in ISO 8601
 * without fractions. A later try overwrites it.
 */
export const bootTag = 'quilla.dev/boot';
