import type { State, VpcEndpoint } from '@aws-sdk/client-ec2';
import type { Turn } from '../../call.ts';
import { endpointService } from './endpoint-services.ts';
import type { VpcEndpointRecord } from './network-records.ts';
import { tagList } from './tags.ts';

/** A VPC endpoint as AWS describes it. */
export function vpcEndpointOutput(call: Turn, endpoint: VpcEndpointRecord): VpcEndpoint {
  const { ec2 } = call.state;
  const isInterface = endpoint.type === 'Interface';
  const names = isInterface ? dnsNames(call, endpoint) : [];
  return {
    VpcEndpointId: endpoint.id,
    VpcEndpointType: endpoint.type,
    VpcId: endpoint.vpcId,
    ServiceName: endpoint.serviceName,
    // The wire has lower case where the SDK's model has capitals.
    State: endpoint.state as State,
    PolicyDocument: endpoint.policy,
    RouteTableIds: endpoint.routeTableIds,
    SubnetIds: endpoint.subnetIds,
    Groups: endpoint.groups.map((GroupId) => ({ GroupId, GroupName: ec2.securityGroups[GroupId]?.name ?? '' })),
    PrivateDnsEnabled: endpoint.privateDns,
    RequesterManaged: false,
    NetworkInterfaceIds: endpoint.networkInterfaceIds,
    ...(isInterface && { IpAddressType: endpoint.ipAddressType, DnsOptions: { DnsRecordIpType: 'ipv4' as const } }),
    DnsEntries: names.map((DnsName) => ({ DnsName, HostedZoneId: 'Z7HUB22UULQXV' })),
    CreationTimestamp: new Date(endpoint.createdAt),
    OwnerId: call.account,
    ServiceRegion: call.region,
    Tags: tagList(ec2, endpoint.id),
  };
}

function dnsNames(call: Turn, endpoint: VpcEndpointRecord): string[] {
  const short = endpoint.serviceName.split('.').slice(3).join('.');
  const own = `${endpoint.id}-${endpoint.id.slice(-8)}.${short}.${call.region}.vpce.amazonaws.com`;
  const service = endpointService(call.region, endpoint.serviceName);
  return endpoint.privateDns ? [own, ...service.privateDnsNames] : [own];
}
