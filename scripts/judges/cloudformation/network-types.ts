import type { InventoryObject } from '../inventory.ts';
import { asRange } from './functions.ts';
import {
  asSet,
  at,
  byTag,
  key,
  member,
  type Properties,
  type Stock,
  said,
  type TypeTable,
  tags,
} from './type-table.ts';

interface Association {
  readonly CidrBlock?: string;
  readonly Ipv6CidrBlock?: string;
  readonly AssociationId: string;
}

const listOf = <T>(object: InventoryObject | undefined, path: string): readonly T[] =>
  object === undefined ? [] : ((member(object, path) as readonly T[] | undefined) ?? []);

/** A part of an object as an object of its own. */
const part = (type: string, id: string, attributes: Properties): InventoryObject => ({
  type,
  key: id,
  tags: {},
  attributes,
});

const ipv6Of = (object: InventoryObject): readonly string[] =>
  listOf<Association>(object, 'Ipv6CidrBlockAssociationSet').map((one) => one.Ipv6CidrBlock!);

function rangeOfVpc({ VpcId, CidrBlock, AmazonProvidedIpv6CidrBlock }: Properties, stock: Stock) {
  const vpc = stock.byKey('AWS::EC2::VPC', VpcId);
  const ranges = listOf<Association>(vpc, 'CidrBlockAssociationSet').filter((one) => one.CidrBlock === CidrBlock);
  const own = AmazonProvidedIpv6CidrBlock === true ? listOf<Association>(vpc, 'Ipv6CidrBlockAssociationSet') : ranges;
  const [found] = own;
  return (
    found &&
    part('AWS::EC2::VPCCidrBlock', found.AssociationId, { ...found, VpcId, IsIpv6: found.CidrBlock === undefined })
  );
}

interface Route {
  readonly DestinationCidrBlock?: string;
  readonly DestinationIpv6CidrBlock?: string;
}

function routeOf({ RouteTableId, DestinationCidrBlock, DestinationIpv6CidrBlock }: Properties, stock: Stock) {
  const table = stock.byKey('AWS::EC2::RouteTable', RouteTableId);
  const found = listOf<Route>(table, 'Routes').find(
    (one) =>
      one.DestinationCidrBlock === DestinationCidrBlock && one.DestinationIpv6CidrBlock === DestinationIpv6CidrBlock,
  );
  return found && part('AWS::EC2::Route', `${RouteTableId}`, { ...found, RouteTableId });
}

interface TableAssociation {
  readonly SubnetId?: string;
  readonly RouteTableAssociationId: string;
}

function associationOf({ SubnetId }: Properties, stock: Stock): InventoryObject | undefined {
  const found = stock
    .of('AWS::EC2::RouteTable')
    .flatMap((table) => listOf<TableAssociation>(table, 'Associations'))
    .find((one) => one.SubnetId === SubnetId);
  return found && part('AWS::EC2::SubnetRouteTableAssociation', found.RouteTableAssociationId, { ...found });
}

function attachmentOf({ InternetGatewayId }: Properties, stock: Stock): InventoryObject | undefined {
  const gateway = stock.byKey('AWS::EC2::InternetGateway', InternetGatewayId);
  const [found] = listOf<object>(gateway, 'Attachments');
  return found && part('AWS::EC2::VPCGatewayAttachment', `IGW|${InternetGatewayId}`, { ...found, InternetGatewayId });
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_EC2.html */
export const networkTypes: Readonly<Record<string, TypeTable>> = {
  'AWS::EC2::VPC': {
    find: byTag('AWS::EC2::VPC'),
    ref: key,
    attributes: { Ipv6CidrBlocks: ipv6Of },
    properties: {
      CidrBlock: said('CidrBlock'),
      EnableDnsSupport: said('EnableDnsSupport.Value', { byDefault: true }),
      EnableDnsHostnames: said('EnableDnsHostnames.Value', { byDefault: false }),
      InstanceTenancy: said('InstanceTenancy', { byDefault: 'default' }),
      Tags: tags,
    },
  },
  'AWS::EC2::VPCCidrBlock': {
    find: rangeOfVpc,
    ref: key,
    properties: {
      VpcId: said('VpcId'),
      CidrBlock: said('CidrBlock'),
      AmazonProvidedIpv6CidrBlock: said('IsIpv6', { byDefault: false }),
    },
  },
  'AWS::EC2::Subnet': {
    find: byTag('AWS::EC2::Subnet'),
    ref: key,
    attributes: { Ipv6CidrBlocks: ipv6Of },
    properties: {
      VpcId: said('VpcId'),
      AvailabilityZone: said('AvailabilityZone'),
      CidrBlock: said('CidrBlock'),
      Ipv6CidrBlock: {
        told: (object) => ipv6Of(object)[0],
        form: (value) => (value === undefined ? undefined : asRange(String(value))),
      },
      MapPublicIpOnLaunch: said('MapPublicIpOnLaunch', { byDefault: false }),
      AssignIpv6AddressOnCreation: said('AssignIpv6AddressOnCreation', { byDefault: false }),
      EnableDns64: said('EnableDns64', { byDefault: false }),
      Ipv6Native: said('Ipv6Native', { byDefault: false }),
      Tags: tags,
    },
  },
  'AWS::EC2::InternetGateway': { find: byTag('AWS::EC2::InternetGateway'), ref: key, properties: { Tags: tags } },
  'AWS::EC2::VPCGatewayAttachment': {
    find: attachmentOf,
    ref: key,
    properties: { VpcId: said('VpcId'), InternetGatewayId: said('InternetGatewayId') },
  },
  'AWS::EC2::EgressOnlyInternetGateway': {
    find: byTag('AWS::EC2::EgressOnlyInternetGateway'),
    ref: key,
    properties: { VpcId: { told: (object) => listOf<{ VpcId: string }>(object, 'Attachments')[0]?.VpcId }, Tags: tags },
  },
  'AWS::EC2::EIP': {
    find: byTag('AWS::EC2::EIP'),
    ref: at('PublicIp'),
    attributes: { AllocationId: key, PublicIp: at('PublicIp') },
    properties: { Domain: said('Domain'), InstanceId: said('InstanceId'), Tags: tags },
  },
  'AWS::EC2::NatGateway': {
    find: byTag('AWS::EC2::NatGateway'),
    ref: key,
    properties: {
      SubnetId: said('SubnetId'),
      AllocationId: {
        told: (object) => listOf<{ AllocationId: string }>(object, 'NatGatewayAddresses')[0]?.AllocationId,
      },
      ConnectivityType: said('ConnectivityType', { byDefault: 'public' }),
      Tags: tags,
    },
  },
  'AWS::EC2::RouteTable': {
    find: byTag('AWS::EC2::RouteTable'),
    ref: key,
    properties: { VpcId: said('VpcId'), Tags: tags },
  },
  'AWS::EC2::Route': {
    find: routeOf,
    ref: key,
    properties: {
      RouteTableId: said('RouteTableId'),
      DestinationCidrBlock: said('DestinationCidrBlock'),
      DestinationIpv6CidrBlock: said('DestinationIpv6CidrBlock'),
      GatewayId: said('GatewayId'),
      NatGatewayId: said('NatGatewayId'),
      EgressOnlyInternetGatewayId: said('EgressOnlyInternetGatewayId'),
    },
  },
  'AWS::EC2::SubnetRouteTableAssociation': {
    find: associationOf,
    ref: key,
    properties: { SubnetId: said('SubnetId'), RouteTableId: said('RouteTableId') },
  },
  'AWS::EC2::VPCEndpoint': {
    find: byTag('AWS::EC2::VPCEndpoint'),
    ref: key,
    properties: {
      VpcId: said('VpcId'),
      ServiceName: said('ServiceName'),
      VpcEndpointType: said('VpcEndpointType', { byDefault: 'Gateway' }),
      RouteTableIds: said('RouteTableIds', { byDefault: [], form: asSet }),
      SubnetIds: said('SubnetIds', { byDefault: [], form: asSet }),
      SecurityGroupIds: {
        told: (object) => listOf<{ GroupId: string }>(object, 'Groups').map(({ GroupId }) => GroupId),
        byDefault: [],
        form: asSet,
      },
      PrivateDnsEnabled: said('PrivateDnsEnabled', { byDefault: false }),
      Tags: tags,
    },
  },
  'AWS::EC2::NetworkInterface': {
    find: byTag('AWS::EC2::NetworkInterface'),
    ref: key,
    attributes: { PrimaryPrivateIpAddress: at('PrivateIpAddress') },
    properties: {
      SubnetId: said('SubnetId'),
      Description: said('Description', { byDefault: '' }),
      GroupSet: {
        told: (object) => listOf<{ GroupId: string }>(object, 'Groups').map(({ GroupId }) => GroupId),
        form: asSet,
      },
      SourceDestCheck: said('SourceDestCheck', { byDefault: true }),
      Tags: tags,
    },
  },
};
