import type { JsonObject, StringMap } from './json-object.ts';
import type { Architecture, HostSettings, RootVolume } from './node-group.ts';

/** A control plane of one's own on EC2: seats (machines that come and go at a place that stays), etcd, API server, load balancer. */
export interface SelfManagedControlPlane {
  readonly type: 'self-managed';
  /**
   * Where the seats are, one entry per seat, so a zone or subnet may stand here more than once. Odd in number. New VPC: `zones`, and
   * `subnets` is empty; given VPC: `subnets` (ids), and `zones` is empty.
   */
  readonly seats: { readonly zones: readonly string[]; readonly subnets: readonly string[] };
  readonly instanceType: string;
  readonly architecture: Architecture;
  readonly rootVolume: RootVolume;
  readonly image: SelfManagedImage;
  readonly etcd: Etcd;
  /** Further names and addresses in the API server's certificate, beside load balancers and `dns`. */
  readonly certificateNames: readonly string[];
  readonly dns: Dns;
  /** Name of a bucket of one's own for the store; absent: one is made. */
  readonly storeBucket?: string;
  /** Whether Kubernetes secrets are encrypted at rest with a key of the store. */
  readonly secretsEncryption: boolean;
  /** An audit policy (audit.k8s.io/v1 Policy); absent: one that logs metadata. False: no audit log. */
  readonly auditPolicy?: JsonObject | false;
  /** Whether pods get IAM roles by an OIDC issuer whose documents lie in a public bucket. */
  readonly podRoles: boolean;
  /** Extra flags by component, without their dashes: `{ 'max-requests-inflight': '800' }`. */
  readonly flags: {
    readonly apiServer: StringMap;
    readonly controllerManager: StringMap;
    readonly scheduler: StringMap;
    readonly kubelet: StringMap;
    readonly etcd: StringMap;
  };
  /** Whether kubeadm's CoreDNS and kube-proxy are installed, which are no charts; off where `addons` switches them off. */
  readonly coredns: boolean;
  readonly kubeProxy: boolean;
  /** For every component of Kubernetes. */
  readonly featureGates: Readonly<Record<string, boolean>>;
  /** What is set up on the seats beside Kubernetes. */
  readonly host: HostSettings;
  readonly mirror: Mirror;
  /** Days that a certificate of a seat is good; boot and a timer renew it when two thirds have passed. */
  readonly certificateDays: number;
  /** Whether the load balancers refuse to be deleted; a destroy takes it off first. */
  readonly deletionProtection: boolean;
}

/** Never both of `amiId` and AWS's or Canonical's newest. */
export interface SelfManagedImage {
  readonly family: 'al2023' | 'ubuntu';
  readonly amiId?: string;
}

export interface Etcd {
  /** The volume of each seat. */
  readonly volume: RootVolume;
  readonly snapshots: {
    /** Minutes between two snapshots to the store. */
    readonly everyMinutes: number;
    readonly keepDays: number;
  };
}

/**
 * The name of the API. `none`: the load balancer's own. `public`: a record in a hosted zone that exists, by the name of the zone.
 * `private`: a record in a private zone of that name, which is made for the VPC.
 */
export type Dns =
  | { readonly type: 'none' }
  | { readonly type: 'public' | 'private'; readonly zone: string; readonly name: string };

/** Where files, images and charts come from instead of their publishers; absent: from the publishers. */
export interface Mirror {
  /** URL under which files lie by the host and path of their own URL: `https://mirror.example.com/files`. */
  readonly files?: string;
  /**
   * sha256 (hexadecimal) of files there that are not their publishers' own, by the host and path of their own URL:
   * `dl.k8s.io/release/v1.36.3/bin/linux/amd64/kubelet`.
   */
  readonly digests?: Readonly<Record<string, string>>;
  /**
   * Registry and path that stand for `registry.k8s.io`: `123456789012.dkr.ecr.us-east-1.amazonaws.com/k8s`. Images of charts from other
   * registries lie there under the host of theirs: `.../k8s/quay.io/cilium/cilium`.
   */
  readonly images?: string;
  /** URL (https or oci) of the one repository in which all charts of the spec lie. */
  readonly charts?: string;
}

/** A machine in a public subnet through which SSH reaches the private ones. */
export interface Bastion {
  readonly instanceType: string;
  /** Who reaches its port 22, as CIDRs. */
  readonly from: readonly string[];
}

/** A Helm chart by reference, pinned. */
export interface Chart {
  /** Name of the release: `cilium`. */
  readonly name: string;
  readonly namespace: string;
  /** URL of the repository (https or oci). */
  readonly repository: string;
  readonly chart: string;
  readonly version: string;
  /** What the spec adds to the values that the model gives; merged over them. */
  readonly values?: JsonObject;
}
