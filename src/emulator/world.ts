import type { Json } from '../base/canonical-json.ts';
import type { AutoScalingState } from './aws/autoscaling/state.ts';
import type { Ec2State } from './aws/ec2/state.ts';
import type { EksState } from './aws/eks/state.ts';
import type { ElbState } from './aws/elb/state.ts';
import type { Elbv2State } from './aws/elbv2/state.ts';
import type { EventsState } from './aws/events/state.ts';
import type { IamState } from './aws/iam/state.ts';
import type { KmsState } from './aws/kms/state.ts';
import type { LogsState } from './aws/logs/state.ts';
import type { Route53State } from './aws/route53/state.ts';
import type { S3State } from './aws/s3/state.ts';
import type { QuotaState } from './aws/service-quotas/state.ts';
import type { SqsState } from './aws/sqs/state.ts';
import type { SsmState } from './aws/ssm/state.ts';
import type { KubernetesState } from './kubernetes/state.ts';
import type { MachinesState } from './nodes/self-managed/state.ts';

/** Something that happens by itself at a time of this AWS's clock: a NAT gateway becomes available, a kubelet tries to join. */
export interface TimedEvent {
  readonly at: number;
  /** Orders events of one moment. */
  readonly seq: number;
  /** `ec2.nat-gateway-available`: names its handler. */
  readonly type: string;
  readonly region: string;
  readonly data: Json;
}

/** What one region holds. Every state is plain JSON data that its own service changes in place. */
export interface RegionState {
  ec2: Ec2State;
  autoscaling: AutoScalingState;
  eks: EksState;
  elbv2: Elbv2State;
  /** Classic load balancers; absent while there were none. */
  elb?: ElbState;
  events: EventsState;
  sqs: SqsState;
  kms: KmsState;
  logs: LogsState;
  ssm: SsmState;
  quotas: QuotaState;
  /** One API server per EKS cluster, by cluster name. */
  kubernetes: Record<string, KubernetesState>;
  /**
   * Which TCP ports of instances answer, and since when (milliseconds since 1970): by instance id, then by port. Whatever runs
   * an instance writes it (`listen` of elbv2/listening.ts); health checks of load balancers read it.
   */
  listening: Record<string, Record<string, number>>;
  /** Machines of self-managed clusters; absent while there were none. */
  machines?: MachinesState;
}

/** The whole embedded AWS as data: what `--state` saves and a recorded world is. */
export interface World {
  readonly version: 2;
  readonly account: string;
  readonly partition: 'aws';
  /** Milliseconds since 1970 on this AWS's clock, at the last request or event. */
  now: number;
  /** Makes ids: the same calls in the same order give the same ids. */
  counter: number;
  events: TimedEvent[];
  iam: IamState;
  route53: Route53State;
  s3: S3State;
  regions: Record<string, RegionState>;
}
