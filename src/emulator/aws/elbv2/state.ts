/** What Elastic Load Balancing v2 keeps of one region: plain JSON, times in milliseconds since 1970. */
export interface Elbv2State {
  /** By ARN. */
  loadBalancers: Record<string, LoadBalancerRecord>;
  /** By ARN. */
  targetGroups: Record<string, TargetGroupRecord>;
  /** By ARN. */
  listeners: Record<string, ListenerRecord>;
}

export const emptyElbv2State = (): Elbv2State => ({ loadBalancers: {}, targetGroups: {}, listeners: {} });

export interface LoadBalancerRecord {
  arn: string;
  name: string;
  type: 'application' | 'network';
  scheme: 'internet-facing' | 'internal';
  ipAddressType: 'ipv4' | 'dualstack';
  dnsName: string;
  vpcId: string;
  createdAt: number;
  state: 'provisioning' | 'active';
  subnets: NodeRecord[];
  securityGroups: string[];
  /** By AWS's keys (`deletion_protection.enabled`). */
  attributes: Record<string, string>;
  tags: Record<string, string>;
}

/** A load balancer in one zone. */
export interface NodeRecord {
  subnetId: string;
  zone: string;
  networkInterfaceId: string;
  /** An elastic address of the account's own. */
  allocationId?: string;
  publicIp?: string;
  /** Where the request chose it. */
  privateIp?: string;
  ipv6?: string;
}

export interface HealthCheck {
  protocol: string;
  /** A number or `traffic-port`. */
  port: string;
  path?: string;
  intervalSeconds: number;
  timeoutSeconds: number;
  healthyThreshold: number;
  unhealthyThreshold: number;
  /** HTTP codes that count as healthy. */
  matcher?: string;
}

export interface TargetRecord {
  /** Instance id or address. */
  id: string;
  port: number;
  registeredAt: number;
  /** When the deregistration began; it is gone after the group's delay. */
  drainingSince?: number;
  /** What a real load balancer found, where one runs (with a machine driver); `why` says why the last check was bad. */
  measured?: { readonly health: MeasuredHealth; readonly why?: string };
}

export type MeasuredHealth = 'initial' | 'healthy' | 'unhealthy';

export interface TargetGroupRecord {
  arn: string;
  name: string;
  protocol: string;
  port: number;
  vpcId?: string;
  targetType: 'instance' | 'ip';
  /** `ipv4` where absent. */
  ipAddressType?: 'ipv6';
  healthCheck: HealthCheck;
  targets: TargetRecord[];
  /** By AWS's keys (`preserve_client_ip.enabled`). */
  attributes: Record<string, string>;
  tags: Record<string, string>;
}

export interface ListenerRecord {
  arn: string;
  loadBalancerArn: string;
  protocol: string;
  port: number;
  targetGroupArn: string;
  /** What TLS needs; absent for other protocols. */
  tls?: ListenerTls;
  /** By AWS's keys (`tcp.idle_timeout.seconds`). */
  attributes?: Record<string, string>;
  tags: Record<string, string>;
}

export interface ListenerTls {
  /** ARN of the default certificate. */
  certificate: string;
  policy: string;
  alpn?: string;
}
