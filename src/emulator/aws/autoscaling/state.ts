import type { InstanceRequirements } from '@aws-sdk/client-auto-scaling';

/** What Auto Scaling keeps of one region: plain JSON, times in milliseconds since 1970. */
export interface AutoScalingState {
  /** By group name. */
  groups: Record<string, AutoScalingGroup>;
  /** Newest last; kept beyond the group's deletion, as AWS does. */
  activities: ScalingActivity[];
  instanceRefreshes: InstanceRefresh[];
}

export const emptyAutoScalingState = (): AutoScalingState => ({ groups: {}, activities: [], instanceRefreshes: [] });

export interface LaunchTemplateChoice {
  id: string;
  name: string;
  /** A number, `$Latest` or `$Default`. */
  version: string;
}

export interface LaunchOverride {
  instanceType?: string;
  weightedCapacity?: string;
  /** Instead of a type; as the request has them. */
  requirements?: InstanceRequirements;
  launchTemplate?: LaunchTemplateChoice;
}

export interface MixedInstances {
  launchTemplate: LaunchTemplateChoice;
  overrides: LaunchOverride[];
  onDemandAllocationStrategy: string;
  onDemandBaseCapacity: number;
  onDemandPercentageAboveBaseCapacity: number;
  spotAllocationStrategy: string;
  spotInstancePools?: number;
  spotMaxPrice?: string;
}

export interface GroupTag {
  key: string;
  value: string;
  propagateAtLaunch: boolean;
}

export interface LifecycleHook {
  name: string;
  transition: 'autoscaling:EC2_INSTANCE_LAUNCHING' | 'autoscaling:EC2_INSTANCE_TERMINATING';
  heartbeatTimeout: number;
  defaultResult: 'CONTINUE' | 'ABANDON';
  notificationMetadata?: string;
}

export type LifecycleState =
  | 'Pending'
  | 'Pending:Wait'
  | 'InService'
  | 'Terminating'
  | 'Terminating:Wait'
  | 'Detaching'
  | 'Warmed:Pending'
  | 'Warmed:Pending:Wait'
  | 'Warmed:Pending:Proceed'
  | 'Warmed:Stopped'
  | 'Warmed:Running'
  | 'Warmed:Terminating';

/** Instances that are ready before a group wants them. */
export interface WarmPool {
  minSize: number;
  /** The most that group and pool have together; the group's own maximum where absent. */
  maxPrepared?: number;
  poolState: 'Stopped' | 'Running';
  /** It goes once its instances are gone. */
  isLeaving?: true;
  instances: GroupInstance[];
}

export interface GroupInstance {
  instanceId: string;
  instanceType: string;
  zone: string;
  subnetId: string;
  lifecycleState: LifecycleState;
  healthStatus: 'Healthy' | 'Unhealthy';
  protectedFromScaleIn: boolean;
  launchTemplate: LaunchTemplateChoice;
  launchedAt: number;
  /** Activity that launches or ends it. */
  activityId: string;
  /** Lifecycle hooks still to be completed, by name. */
  waitingFor?: string[];
  lifecycleActionToken?: string;
  /** When that wait began. */
  waitingSince?: number;
  /** Until when each of the hooks has to be answered. */
  deadlines?: Record<string, number>;
}

export interface AutoScalingGroup {
  name: string;
  arn: string;
  createdAt: number;
  minSize: number;
  maxSize: number;
  desiredCapacity: number;
  defaultCooldown: number;
  launchTemplate?: LaunchTemplateChoice;
  mixedInstances?: MixedInstances;
  subnetIds: string[];
  zones: string[];
  loadBalancerNames: string[];
  targetGroupArns: string[];
  healthCheckType: string;
  healthCheckGracePeriod: number;
  terminationPolicies: string[];
  newInstancesProtectedFromScaleIn: boolean;
  capacityRebalance: boolean;
  serviceLinkedRoleArn: string;
  maxInstanceLifetime?: number;
  defaultInstanceWarmup?: number;
  placementGroup?: string;
  context?: string;
  desiredCapacityType?: string;
  deletionProtection?: string;
  suspendedProcesses: { name: string; reason: string }[];
  enabledMetrics: string[];
  tags: GroupTag[];
  hooks: LifecycleHook[];
  instances: GroupInstance[];
  warmPool?: WarmPool;
  /** `Delete in progress` from DeleteAutoScalingGroup with ForceDelete on. */
  status?: string;
  /** When the group next looks at itself; an event of another time does nothing. */
  reconcileAt?: number;
}

export interface ScalingActivity {
  id: string;
  groupName: string;
  groupArn: string;
  description: string;
  cause: string;
  startTime: number;
  endTime?: number;
  statusCode:
    | 'PreInService'
    | 'InProgress'
    | 'MidLifecycleAction'
    | 'WaitingForELBConnectionDraining'
    | 'Successful'
    | 'Failed'
    | 'Cancelled';
  statusMessage?: string;
  progress: number;
  details: string;
}

export interface InstanceRefresh {
  id: string;
  groupName: string;
  status: 'Pending' | 'InProgress' | 'Successful' | 'Failed' | 'Cancelling' | 'Cancelled';
  startTime: number;
  endTime?: number;
  minHealthyPercentage: number;
  instanceWarmup?: number;
  skipMatching: boolean;
  /** Instances that were there at the start and are still to be replaced. */
  remaining: string[];
  total: number;
  statusReason?: string;
}
