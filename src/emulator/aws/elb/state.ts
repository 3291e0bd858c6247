/** What classic Elastic Load Balancing keeps of one region: plain JSON, times in milliseconds since 1970. */
export interface ElbState {
  /** By name. */
  loadBalancers: Record<string, ClassicLoadBalancer>;
}

export interface ClassicLoadBalancer {
  name: string;
  dnsName: string;
  scheme: 'internet-facing' | 'internal';
  vpcId: string;
  createdAt: number;
  subnets: { subnetId: string; zone: string; networkInterfaceId: string }[];
  securityGroups: string[];
  listeners: ClassicListener[];
  healthCheck: ClassicHealthCheck;
  instances: ClassicInstance[];
  attributes: ClassicAttributes;
  tags: Record<string, string>;
}

export interface ClassicListener {
  protocol: string;
  port: number;
  instanceProtocol: string;
  instancePort: number;
  /** ARN; for HTTPS and SSL. */
  certificate?: string;
}

export interface ClassicHealthCheck {
  /** `TCP:443` or `HTTPS:443/healthz` */
  target: string;
  interval: number;
  timeout: number;
  unhealthyThreshold: number;
  healthyThreshold: number;
}

export interface ClassicInstance {
  id: string;
  registeredAt: number;
  /** When its deregistration began; it is gone after the draining time. */
  drainingSince?: number;
}

export interface ClassicAttributes {
  crossZone: boolean;
  accessLog: { enabled: boolean; bucket?: string; prefix?: string; emitInterval?: number };
  draining: { enabled: boolean; timeout: number };
  idleTimeout: number;
  desyncMitigation: string;
}
