/** What Elastic Load Balancing v2 keeps of one region: plain JSON, times in milliseconds since 1970. */
export interface Elbv2State {
  /** By ARN. */
  loadBalancers: Record<string, LoadBalancerRecord>;
  /** By ARN. */
  targetGroups: Record<string, TargetGroupRecord>;
}

export const emptyElbv2State = (): Elbv2State => ({ loadBalancers: {}, targetGroups: {} });

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
  subnets: { subnetId: string; zone: string; networkInterfaceId: string }[];
  securityGroups: string[];
  tags: Record<string, string>;
}

export interface TargetGroupRecord {
  arn: string;
  name: string;
  protocol: string;
  port: number;
  vpcId?: string;
  targetType: 'instance' | 'ip';
  healthCheckProtocol: string;
  healthCheckPath?: string;
  tags: Record<string, string>;
}
