import type { Diagnostic } from '../base/diagnostic.ts';
import type { BootReport } from '../insight/boot-report.ts';
import type { Found } from '../model/snapshot.ts';
import type { KubernetesNode, KubernetesPod, KubernetesReader } from '../ports/kubernetes.ts';
import type { AwsToRead } from './ports.ts';

/** A group of nodes: what it wants and has. */
export interface GroupStatus {
  readonly name: string;
  readonly manager: 'eks' | 'asg';
  readonly desired: number;
  readonly min: number;
  readonly max: number;
  readonly instances: number;
  readonly readyNodes: number;
}

/** A seat of a self-managed control plane. */
export interface SeatStatus {
  readonly name: string;
  readonly zone: string;
  /** `serving`: booted, and the load balancers send to it. `waiting`: up, and too few others are. `missing`: no instance that runs. */
  readonly state: 'serving' | 'waiting' | 'booting' | 'failed' | 'missing';
  readonly instanceId: string | null;
  /** What its instance told at the end of its boot. */
  readonly boot: BootReport | null;
  /** Whether its member of etcd is ready, as Kubernetes shows it; null where that cannot be seen. */
  readonly etcd: boolean | null;
}

export interface ControlPlaneStatus {
  /** Null where there is no cluster. */
  readonly type: 'eks' | 'self-managed' | null;
  /** Self-managed: `ready` while a quorum of the seats serves. */
  readonly state: Found['state'] | 'absent';
  readonly version: string | null;
  /** EKS only. */
  readonly platformVersion: string | null;
  readonly endpoint: string | null;
  /** Whether the Kubernetes API answered from here. */
  readonly reached: boolean;
  /** Empty on EKS. */
  readonly seats: readonly SeatStatus[];
}

/** How a cluster is: what runs, and what is not ready and why. */
export interface Status {
  readonly cluster: string;
  readonly region: string;
  readonly ready: boolean;
  readonly controlPlane: ControlPlaneStatus;
  readonly groups: readonly GroupStatus[];
  readonly nodes: readonly KubernetesNode[];
  readonly systemPods: readonly KubernetesPod[];
  readonly problems: readonly Diagnostic[];
}

export interface ToStatus extends AwsToRead {
  /** A reader of the cluster's Kubernetes API as the caller. */
  kubernetes(access: {
    readonly cluster: string;
    readonly endpoint: string;
    readonly certificateAuthority: string;
  }): KubernetesReader;
}
