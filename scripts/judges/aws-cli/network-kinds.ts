import type { KindName } from '../../../src/model/kinds/names.ts';
import type { KindByCli } from './question.ts';

const tags = 'tags:Tags';

/** Kinds of networks. */
export const networkKinds: Partial<Record<KindName, KindByCli>> = {
  vpc: {
    asks: [
      {
        command: 'ec2 describe-vpcs --vpc-ids {vpcId}',
        query: `Vpcs[0].{cidr:CidrBlock,vpcId:VpcId,ipv6:Ipv6CidrBlockAssociationSet!=null && length(Ipv6CidrBlockAssociationSet)>\`0\`,${tags}}`,
      },
      {
        command: 'ec2 describe-vpc-attribute --vpc-id {vpcId} --attribute enableDnsSupport',
        query: '{dnsSupport:EnableDnsSupport.Value}',
      },
      {
        command: 'ec2 describe-vpc-attribute --vpc-id {vpcId} --attribute enableDnsHostnames',
        query: '{dnsHostnames:EnableDnsHostnames.Value}',
      },
    ],
  },
  subnet: {
    asks: [
      {
        command: 'ec2 describe-subnets --subnet-ids {subnetId}',
        query: `Subnets[0].{vpcId:VpcId,zone:AvailabilityZone,cidr:CidrBlock,publicIpOnLaunch:MapPublicIpOnLaunch,ipv6OnCreation:AssignIpv6AddressOnCreation,subnetId:SubnetId,${tags}}`,
      },
    ],
  },
  'internet-gateway': {
    asks: [
      {
        command: 'ec2 describe-internet-gateways --internet-gateway-ids {internetGatewayId}',
        query: `InternetGateways[0].{vpcId:Attachments[0].VpcId,internetGatewayId:InternetGatewayId,${tags}}`,
      },
    ],
  },
  'elastic-ip': {
    asks: [
      {
        command: 'ec2 describe-addresses --allocation-ids {allocationId}',
        query: `Addresses[0].{allocationId:AllocationId,publicIp:PublicIp,${tags}}`,
      },
    ],
  },
  'nat-gateway': {
    asks: [
      {
        command: 'ec2 describe-nat-gateways --nat-gateway-ids {natGatewayId}',
        query: `NatGateways[0].{subnetId:SubnetId,allocationId:NatGatewayAddresses[0].AllocationId,natGatewayId:NatGatewayId,${tags}}`,
      },
    ],
  },
  'route-table': {
    asks: [
      {
        command: 'ec2 describe-route-tables --route-table-ids {routeTableId}',
        query: `RouteTables[0].{vpcId:VpcId,routeTableId:RouteTableId,${tags}}`,
      },
    ],
  },
  route: {
    asks: [
      {
        command: 'ec2 describe-route-tables --route-table-ids {routeTableId}',
        query:
          "RouteTables[0].Routes[?DestinationCidrBlock=='{destination}'] | [0].{destination:DestinationCidrBlock,routeState:State,target:{gatewayId:GatewayId,natGatewayId:NatGatewayId}}",
      },
      {
        command: 'ec2 describe-route-tables --filters Name=route.destination-cidr-block,Values={destination}',
        query: "RouteTables[?RouteTableId=='{routeTableId}'] | [0].{routeTableId:RouteTableId}",
      },
    ],
  },
  'route-table-association': {
    asks: [
      {
        command:
          'ec2 describe-route-tables --filters Name=association.route-table-association-id,Values={associationId}',
        query:
          "RouteTables[0].Associations[?RouteTableAssociationId=='{associationId}'] | [0].{subnetId:SubnetId,routeTableId:RouteTableId,associationId:RouteTableAssociationId}",
      },
    ],
  },
  'vpc-endpoint': {
    asks: [
      {
        command: 'ec2 describe-vpc-endpoints --vpc-endpoint-ids {vpcEndpointId}',
        query: `VpcEndpoints[0].{vpcId:VpcId,endpointService:ServiceName,endpointType:VpcEndpointType,subnetIds:SubnetIds,routeTableIds:RouteTableIds,securityGroupIds:Groups[].GroupId,privateDns:PrivateDnsEnabled,vpcEndpointId:VpcEndpointId,${tags}}`,
      },
    ],
  },
  'security-group': {
    asks: [
      {
        command: 'ec2 describe-security-groups --group-ids {groupId}',
        query: `SecurityGroups[0].{vpcId:VpcId,name:GroupName,description:Description,openEgress:length(IpPermissionsEgress[?IpProtocol=='-1'])>\`0\`,groupId:GroupId,${tags}}`,
      },
    ],
  },
  'security-group-rule': {
    asks: [
      {
        command: 'ec2 describe-security-group-rules --security-group-rule-ids {securityGroupRuleId}',
        query: `SecurityGroupRules[0].{groupId:GroupId,direction:IsEgress && 'egress' || 'ingress',protocol:IpProtocol,ports:FromPort!=\`-1\` && {from:FromPort,to:ToPort} || null,peer:{groupId:ReferencedGroupInfo.GroupId,cidr:CidrIpv4,prefixListId:PrefixListId},description:Description,securityGroupRuleId:SecurityGroupRuleId,${tags}}`,
      },
    ],
  },
  'network-interface': {
    asks: [
      {
        command: 'ec2 describe-network-interfaces --network-interface-ids {networkInterfaceId}',
        query:
          'NetworkInterfaces[0].{subnetId:SubnetId,description:Description,securityGroupIds:Groups[].GroupId,sourceDestCheck:SourceDestCheck,networkInterfaceId:NetworkInterfaceId,privateIp:PrivateIpAddress,tags:TagSet}',
      },
    ],
  },
  'dns-record': {
    asks: [
      {
        command: 'route53 list-resource-record-sets --hosted-zone-id {hostedZoneId}',
        query:
          "ResourceRecordSets[?Name=='{name}.' && Type=='A'] | [0].{name:Name,target:AliasTarget.DNSName,targetZoneId:AliasTarget.HostedZoneId,fqdn:Name}",
        // Route 53 ends names with a dot.
        read: (fields) =>
          Object.fromEntries(
            Object.entries(fields).map(([name, value]) => [
              name,
              typeof value === 'string' ? value.replace(/\.$/, '') : value,
            ]),
          ),
      },
    ],
    silent: { hostedZoneId: 'it is what is asked' },
  },
};
