import type {
  CpuOptions,
  EnclaveOptions,
  InstanceMaintenanceOptions,
  InstanceMetadataOptionsResponse,
  PrivateDnsNameOptionsResponse,
  RequestLaunchTemplateData,
} from '@aws-sdk/client-ec2';

/** Records of the compute side of EC2. Times are milliseconds since 1970 on the embedded AWS's clock. */

export interface KeyPairRecord {
  readonly id: string;
  readonly name: string;
  readonly type: 'rsa' | 'ed25519';
  readonly fingerprint: string;
  /** One line in OpenSSH's form. */
  readonly publicKey: string;
  readonly createdAt: number;
}

export interface LaunchTemplateVersionRecord {
  readonly number: number;
  readonly description?: string;
  readonly data: RequestLaunchTemplateData;
  readonly createdBy: string;
  readonly createdAt: number;
}

export interface LaunchTemplateRecord {
  readonly id: string;
  readonly name: string;
  defaultVersion: number;
  latestVersion: number;
  versions: LaunchTemplateVersionRecord[];
  readonly createdBy: string;
  readonly createdAt: number;
}

export type InstanceStateName = 'pending' | 'running' | 'shutting-down' | 'terminated' | 'stopping' | 'stopped';

export interface BlockDeviceRecord {
  readonly deviceName: string;
  readonly volumeId: string;
  deleteOnTermination: boolean;
  readonly attachedAt: number;
}

export interface InstanceRecord {
  readonly id: string;
  readonly reservationId: string;
  readonly launchIndex: number;
  readonly imageId: string;
  type: string;
  readonly architecture: 'x86_64' | 'arm64';
  state: InstanceStateName;
  stateReason?: { readonly code: string; readonly message: string };
  stateTransitionReason: string;
  readonly launchedAt: number;
  terminatedAt?: number;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly zone: string;
  readonly privateIp: string;
  readonly privateDnsName: string;
  /** Primary first, by device index; empty once terminated. */
  networkInterfaceIds: string[];
  keyName?: string;
  /** Base64, as it was given. */
  userData?: string;
  iamInstanceProfile?: { readonly arn: string; readonly id: string };
  readonly iamAssociationId?: string;
  metadataOptions: InstanceMetadataOptionsResponse;
  monitoring: 'enabled' | 'disabled';
  ebsOptimized: boolean;
  sourceDestCheck: boolean;
  disableApiTermination: boolean;
  disableApiStop: boolean;
  shutdownBehavior: 'stop' | 'terminate';
  readonly rootDeviceName: string;
  blockDevices: BlockDeviceRecord[];
  readonly spotRequestId?: string;
  /** Of a spot instance that EC2 takes back: when it will. */
  interruption?: { readonly at: number };
  /** `standard` or `unlimited`; only for burstable types. */
  cpuCredits?: string;
  readonly clientToken?: string;
  readonly tenancy: 'default' | 'dedicated' | 'host';
  readonly placementGroup?: string;
  readonly launchTemplate?: { readonly id: string; readonly name: string; readonly version: string };
  readonly cpuOptions: CpuOptions;
  readonly enclaveOptions?: EnclaveOptions;
  readonly maintenanceOptions?: InstanceMaintenanceOptions;
  readonly privateDnsNameOptions: PrivateDnsNameOptionsResponse;
  /** What GetConsoleOutput shows, one line each. */
  console: string[];
}

export interface VolumeRecord {
  readonly id: string;
  readonly zone: string;
  /** GiB. */
  size: number;
  type: string;
  iops?: number;
  /** MiB/s. */
  throughput?: number;
  readonly encrypted: boolean;
  readonly kmsKeyId?: string;
  readonly snapshotId?: string;
  readonly multiAttach: boolean;
  state: 'creating' | 'available' | 'in-use' | 'deleting';
  attachment?: {
    readonly instanceId: string;
    readonly device: string;
    state: 'attaching' | 'attached' | 'detaching';
    readonly attachedAt: number;
    deleteOnTermination: boolean;
  };
  modification?: {
    readonly startedAt: number;
    state: 'modifying' | 'optimizing' | 'completed';
    readonly original: {
      readonly size: number;
      readonly type: string;
      readonly iops?: number;
      readonly throughput?: number;
    };
  };
  readonly createdAt: number;
}

export interface SnapshotRecord {
  readonly id: string;
  readonly volumeId: string;
  readonly size: number;
  readonly encrypted: boolean;
  readonly kmsKeyId?: string;
  readonly description: string;
  readonly startedAt: number;
}
