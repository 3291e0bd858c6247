/** What `status` reads from a cluster's Kubernetes API. Plain data; times are ISO 8601. */

/** The closed set of why the API gave no answer. */
export type KubernetesReason = 'unauthorized' | 'forbidden' | 'unreachable' | 'tls' | 'unavailable' | 'invalid';

/** A request that failed for an expected reason. */
export class KubernetesFailure extends Error {
  override readonly name = 'KubernetesFailure';
  readonly reason: KubernetesReason;
  /** HTTP status, where an answer came. */
  readonly status: number | undefined;

  constructor(init: { reason: KubernetesReason; message: string; status?: number | undefined; cause?: unknown }) {
    super(init.message, { cause: init.cause });
    this.reason = init.reason;
    this.status = init.status;
  }
}

export interface KubernetesNode {
  readonly name: string;
  readonly ready: boolean;
  /** Of the Ready condition where it is not true: `KubeletNotReady`. */
  readonly reason?: string;
  readonly message?: string;
  /** The kubelet's version: `v1.36.2-eks-1a2b3c4`. */
  readonly version: string;
  /** From `providerID`; absent before the cloud provider has set it, and on Fargate. */
  readonly instanceId?: string;
  readonly zone?: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Cordoned. */
  readonly unschedulable: boolean;
  readonly created: string;
}

export interface KubernetesPod {
  readonly namespace: string;
  readonly name: string;
  readonly phase: string;
  readonly ready: boolean;
  /** What kubectl shows as STATUS where it says more than the phase: `CrashLoopBackOff`, `Unschedulable`. */
  readonly reason?: string;
  readonly message?: string;
  readonly node?: string;
  readonly restarts: number;
  readonly owner?: { readonly kind: string; readonly name: string };
  readonly labels: Readonly<Record<string, string>>;
  readonly created: string;
}

/** A Deployment or DaemonSet and how many of its pods it wants and has. */
export interface KubernetesWorkload {
  readonly namespace: string;
  readonly name: string;
  readonly wanted: number;
  readonly ready: number;
  readonly upToDate: number;
}

export interface KubernetesEvent {
  readonly namespace: string;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  /** `Pod/coredns-1`. */
  readonly about: string;
  readonly count: number;
  readonly last: string;
}

/** Every method fails with a KubernetesFailure. */
export interface KubernetesReader {
  /** `v1.36.2-eks-1a2b3c4`: also the cheapest way to see whether the API answers. */
  version(): Promise<string>;
  nodes(): Promise<readonly KubernetesNode[]>;
  /** Of one namespace, or of all. */
  pods(namespace?: string): Promise<readonly KubernetesPod[]>;
  deployments(namespace?: string): Promise<readonly KubernetesWorkload[]>;
  daemonSets(namespace?: string): Promise<readonly KubernetesWorkload[]>;
  /** Warnings first, newest first within each type. */
  events(namespace?: string): Promise<readonly KubernetesEvent[]>;
}
