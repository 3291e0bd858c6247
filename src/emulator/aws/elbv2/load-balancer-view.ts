import type { LoadBalancer, LoadBalancerAddress } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Turn } from '../../call.ts';
import type { LoadBalancerRecord, NodeRecord } from './state.ts';
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

/** AWS tells of addresses only where they were chosen. */
const addressesView = ({ allocationId, publicIp, privateIp, ipv6 }: NodeRecord): LoadBalancerAddress[] =>
  (allocationId ?? privateIp ?? ipv6) === undefined
    ? []
    : [
        {
          ...(publicIp !== undefined && { IpAddress: publicIp }),
          ...(allocationId !== undefined && { AllocationId: allocationId }),
          ...(privateIp !== undefined && { PrivateIPv4Address: privateIp }),
          ...(ipv6 !== undefined && { IPv6Address: ipv6 }),
        },
      ];

export const zonesView = (record: LoadBalancerRecord): NonNullable<LoadBalancer['AvailabilityZones']> =>
  record.subnets.map((node) => ({
    ZoneName: node.zone,
    SubnetId: node.subnetId,
    LoadBalancerAddresses: addressesView(node),
  }));
