import {
  DescribeAddressesCommand,
  DescribeDhcpOptionsCommand,
  DescribeEgressOnlyInternetGatewaysCommand,
  DescribeInternetGatewaysCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkAclsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  type EC2Client,
  type VpcAttributeName,
} from '@aws-sdk/client-ec2';
import type { InventoryClients } from './clients.ts';
import { type InventoryObject, objectOf, pagesOf, plain } from './inventory-object.ts';

/** A list of EC2 as objects of one type. */
async function listed<Answer extends { NextToken?: string | undefined }, Item extends object>(
  type: string,
  ask: (NextToken: string | undefined) => Promise<Answer>,
  read: {
    readonly items: (answer: Answer) => readonly Item[] | undefined;
    readonly key: (item: Item) => string | undefined;
  },
): Promise<InventoryObject[]> {
  const pages = await pagesOf(ask, (answer) => answer.NextToken);
  return pages
    .flatMap(read.items)
    .flatMap((item) =>
      item === undefined ? [] : [objectOf(type, read.key(item), { ...item } as Readonly<Record<string, unknown>>)],
    );
}

const vpcAttributes = ['enableDnsSupport', 'enableDnsHostnames', 'enableNetworkAddressUsageMetrics'] as const;

async function vpcs(ec2: EC2Client): Promise<InventoryObject[]> {
  const all = await listed('AWS::EC2::VPC', (NextToken) => ec2.send(new DescribeVpcsCommand({ NextToken })), {
    items: (answer) => answer.Vpcs,
    key: (vpc) => vpc.VpcId,
  });
  return Promise.all(
    all.map(async (vpc) => {
      const answers = await Promise.all(
        vpcAttributes.map((Attribute: VpcAttributeName) =>
          ec2.send(new DescribeVpcAttributeCommand({ VpcId: vpc.key, Attribute })),
        ),
      );
      const told = Object.assign({}, ...answers.map(plain)) as Record<string, unknown>;
      return { ...vpc, attributes: { ...vpc.attributes, ...told } };
    }),
  );
}

/** Everything of networks: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/OperationList-query-vpc.html */
export async function networkObjects({ ec2 }: InventoryClients): Promise<InventoryObject[]> {
  const lists = await Promise.all([
    vpcs(ec2),
    listed('AWS::EC2::DHCPOptions', (NextToken) => ec2.send(new DescribeDhcpOptionsCommand({ NextToken })), {
      items: (answer) => answer.DhcpOptions,
      key: (one) => one.DhcpOptionsId,
    }),
    listed('AWS::EC2::Subnet', (NextToken) => ec2.send(new DescribeSubnetsCommand({ NextToken })), {
      items: (answer) => answer.Subnets,
      key: (one) => one.SubnetId,
    }),
    listed('AWS::EC2::InternetGateway', (NextToken) => ec2.send(new DescribeInternetGatewaysCommand({ NextToken })), {
      items: (answer) => answer.InternetGateways,
      key: (one) => one.InternetGatewayId,
    }),
    listed(
      'AWS::EC2::EgressOnlyInternetGateway',
      (NextToken) => ec2.send(new DescribeEgressOnlyInternetGatewaysCommand({ NextToken })),
      { items: (answer) => answer.EgressOnlyInternetGateways, key: (one) => one.EgressOnlyInternetGatewayId },
    ),
    // Elastic IPs come in one piece.
    listed(
      'AWS::EC2::EIP',
      () => ec2.send(new DescribeAddressesCommand({})).then((answer) => ({ ...answer, NextToken: undefined })),
      {
        items: (answer) => answer.Addresses,
        key: (one) => one.AllocationId,
      },
    ),
    // EC2 shows a deleted gateway or endpoint for a while.
    listed('AWS::EC2::NatGateway', (NextToken) => ec2.send(new DescribeNatGatewaysCommand({ NextToken })), {
      items: (answer) => answer.NatGateways?.filter(({ State }) => State !== 'deleted'),
      key: (one) => one.NatGatewayId,
    }),
    listed('AWS::EC2::VPCEndpoint', (NextToken) => ec2.send(new DescribeVpcEndpointsCommand({ NextToken })), {
      items: (answer) => answer.VpcEndpoints?.filter(({ State }) => String(State).toLowerCase() !== 'deleted'),
      key: (one) => one.VpcEndpointId,
    }),
    listed('AWS::EC2::RouteTable', (NextToken) => ec2.send(new DescribeRouteTablesCommand({ NextToken })), {
      items: (answer) => answer.RouteTables,
      key: (one) => one.RouteTableId,
    }),
    listed('AWS::EC2::NetworkAcl', (NextToken) => ec2.send(new DescribeNetworkAclsCommand({ NextToken })), {
      items: (answer) => answer.NetworkAcls,
      key: (one) => one.NetworkAclId,
    }),
    // Their rules are objects of their own.
    listed('AWS::EC2::SecurityGroup', (NextToken) => ec2.send(new DescribeSecurityGroupsCommand({ NextToken })), {
      items: (answer) => answer.SecurityGroups?.map(({ IpPermissions, IpPermissionsEgress, ...group }) => group),
      key: (one) => one.GroupId,
    }),
    listed(
      'AWS::EC2::SecurityGroupRule',
      (NextToken) => ec2.send(new DescribeSecurityGroupRulesCommand({ NextToken })),
      { items: (answer) => answer.SecurityGroupRules, key: (one) => one.SecurityGroupRuleId },
    ),
    listed('AWS::EC2::NetworkInterface', (NextToken) => ec2.send(new DescribeNetworkInterfacesCommand({ NextToken })), {
      items: (answer) => answer.NetworkInterfaces,
      key: (one) => one.NetworkInterfaceId,
    }),
  ]);
  return lists.flat();
}
