import type { LoadBalancer } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Turn } from '../../call.ts';
import type { LoadBalancerRecord } from './state.ts';
import { zoneIdOf } from './zone-ids.ts';

/** A load balancer as DescribeLoadBalancers answers it. */
export const loadBalancerView = (turn: Turn, record: LoadBalancerRecord): LoadBalancer => ({
  LoadBalancerArn: record.arn,
  DNSName: record.dnsName,
  CanonicalHostedZoneId: zoneIdOf(record.type, turn.region),
  CreatedTime: new Date(record.createdAt),
  LoadBalancerName: record.name,
  Scheme: record.scheme,
  VpcId: record.vpcId,
  State: { Code: record.state },
  Type: record.type,
  AvailabilityZones: zonesView(record),
  ...(record.securityGroups.length > 0 && { SecurityGroups: [...record.securityGroups] }),
  IpAddressType: record.ipAddressType,
  ...(record.type === 'network' && { EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: 'on' }),
});

export const zonesView = (record: LoadBalancerRecord): NonNullable<LoadBalancer['AvailabilityZones']> =>
  record.subnets.map(({ subnetId, zone }) => ({ ZoneName: zone, SubnetId: subnetId, LoadBalancerAddresses: [] }));
