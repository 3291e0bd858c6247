import {
  AllocateAddressCommand,
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateNatGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DeleteInternetGatewayCommand,
  DeleteNatGatewayCommand,
  DeleteRouteCommand,
  DeleteRouteTableCommand,
  DeleteSubnetCommand,
  DescribeAddressesCommand,
  DescribeNatGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DetachInternetGatewayCommand,
  DisassociateRouteTableCommand,
  ReleaseAddressCommand,
  ReplaceRouteCommand,
  ReplaceRouteTableAssociationCommand,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hours, seconds } from '../../../base/duration.ts';
import type { Ec2Trial } from './ec2-trial.ts';
import { ec2Trial, refusal } from './ec2-trial.ts';

let trial: Ec2Trial;
let VpcId: string;
let SubnetId: string;
beforeEach(async () => {
  trial = await ec2Trial();
  VpcId = (await trial.ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }))).Vpc?.VpcId ?? '';
  SubnetId = await makeSubnet('10.0.0.0/24');
});
afterEach(() => trial.stop());

async function makeSubnet(CidrBlock: string, AvailabilityZone = 'us-east-1a'): Promise<string> {
  const { Subnet } = await trial.ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock, AvailabilityZone }));
  return Subnet?.SubnetId ?? '';
}

async function internetGateway(): Promise<string> {
  const { InternetGateway } = await trial.ec2.send(new CreateInternetGatewayCommand({}));
  const InternetGatewayId = InternetGateway?.InternetGatewayId ?? '';
  await trial.ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId, VpcId }));
  return InternetGatewayId;
}

async function routeTable(): Promise<string> {
  const { RouteTable } = await trial.ec2.send(new CreateRouteTableCommand({ VpcId }));
  return RouteTable?.RouteTableId ?? '';
}

const allocate = async () => (await trial.ec2.send(new AllocateAddressCommand({}))).AllocationId;
const natGateway = async (rest = {}) => {
  const AllocationId = await allocate();
  const { NatGateway } = await trial.ec2.send(new CreateNatGatewayCommand({ SubnetId, AllocationId, ...rest }));
  return NatGateway?.NatGatewayId ?? '';
};
const describeNat = async (id: string) =>
  (await trial.ec2.send(new DescribeNatGatewaysCommand({ NatGatewayIds: [id] }))).NatGateways?.[0];

describe('subnets', () => {
  test('may not overlap, leave the VPC, or lie in a zone that is not there', async () => {
    expect(await refusal(makeSubnet('10.0.0.128/25'))).toBe(
      "InvalidSubnet.Conflict: The CIDR '10.0.0.128/25' conflicts with another subnet",
    );
    expect(await refusal(makeSubnet('10.1.0.0/24'))).toBe("InvalidSubnet.Range: The CIDR '10.1.0.0/24' is invalid.");
    expect(await refusal(makeSubnet('10.0.9.0/29'))).toMatch(/^InvalidSubnet.Range/);
    expect(await refusal(makeSubnet('10.0.9.0/24', 'us-east-1z'))).toMatch(
      /^InvalidParameterValue: Value \(us-east-1z\) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: us-east-1a, /,
    );
  });

  test('tell how many addresses are free, and stay while an interface is in them', async () => {
    await internetGateway();
    await natGateway();
    const { Subnets } = await trial.ec2.send(new DescribeSubnetsCommand({ SubnetIds: [SubnetId] }));
    expect(Subnets?.[0]?.AvailableIpAddressCount).toBe(250);
    expect(await refusal(trial.ec2.send(new DeleteSubnetCommand({ SubnetId })))).toBe(
      `DependencyViolation: The subnet '${SubnetId}' has dependencies and cannot be deleted.`,
    );
  });
});

describe('NAT gateways', () => {
  test('are pending for a while, then available, then deleted and still visible for an hour', async () => {
    await internetGateway();
    const id = await natGateway();
    expect((await describeNat(id))?.State).toBe('pending');
    await trial.pass(seconds(95));
    expect(await describeNat(id)).toMatchObject({ State: 'available', NatGatewayAddresses: [{ IsPrimary: true }] });
    await trial.ec2.send(new DeleteNatGatewayCommand({ NatGatewayId: id }));
    expect((await describeNat(id))?.State).toBe('deleting');
    await trial.pass(seconds(50));
    expect((await describeNat(id))?.State).toBe('deleted');
    await trial.ec2.send(new DeleteSubnetCommand({ SubnetId }));
    await trial.pass(hours(1));
    expect(await refusal(describeNat(id))).toBe(`NatGatewayNotFound: NatGateway ${id} was not found`);
  });

  test('fail without an internet gateway on the VPC and let their address go', async () => {
    const id = await natGateway();
    await trial.pass(seconds(95));
    expect(await describeNat(id)).toMatchObject({ State: 'failed', FailureCode: 'Gateway.NotAttached' });
    const { Addresses } = await trial.ec2.send(new DescribeAddressesCommand({}));
    expect(Addresses?.[0]?.AssociationId).toBeUndefined();
  });

  test('a client token makes one gateway; other parameters under it are refused', async () => {
    await internetGateway();
    const AllocationId = await allocate();
    const make = (rest = {}) =>
      trial.ec2.send(new CreateNatGatewayCommand({ SubnetId, AllocationId, ClientToken: 'once', ...rest }));
    const first = await make();
    const again = await make();
    expect(again.NatGateway?.NatGatewayId).toBe(first.NatGateway?.NatGatewayId);
    expect(await refusal(make({ PrivateIpAddress: '10.0.0.50' }))).toMatch(/^IdempotentParameterMismatch/);
  });

  test('hold their address: it can be neither used twice nor released', async () => {
    await internetGateway();
    await natGateway();
    const { Addresses } = await trial.ec2.send(new DescribeAddressesCommand({}));
    const AllocationId = Addresses?.[0]?.AllocationId;
    expect(await refusal(trial.ec2.send(new CreateNatGatewayCommand({ SubnetId, AllocationId })))).toMatch(
      /^Resource.AlreadyAssociated/,
    );
    expect(await refusal(trial.ec2.send(new ReleaseAddressCommand({ AllocationId })))).toMatch(
      /^InvalidIPAddress.InUse/,
    );
  });
});

describe('addresses and internet gateways', () => {
  test('the sixth address passes the quota', async () => {
    for (let n = 0; n < 5; n += 1) await allocate();
    expect(await refusal(allocate())).toBe('AddressLimitExceeded: The maximum number of addresses has been reached.');
  });

  test('a gateway stays attached while public addresses are mapped, and a VPC takes one', async () => {
    const InternetGatewayId = await internetGateway();
    await natGateway();
    const detach = () => trial.ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId, VpcId }));
    expect(await refusal(detach())).toBe(
      `DependencyViolation: Network ${VpcId} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`,
    );
    expect(await refusal(internetGateway())).toMatch(/already has an internet gateway attached$/);
    expect(await refusal(trial.ec2.send(new DeleteInternetGatewayCommand({ InternetGatewayId })))).toMatch(
      /^DependencyViolation/,
    );
  });
});

describe('routes', () => {
  test('exist once per destination, are replaced only where they are, and the local one stays', async () => {
    const GatewayId = await internetGateway();
    const RouteTableId = await routeTable();
    const add = (DestinationCidrBlock: string) =>
      trial.ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock, GatewayId }));
    expect((await add('0.0.0.0/0')).Return).toBe(true);
    expect(await refusal(add('0.0.0.0/0'))).toBe(
      'RouteAlreadyExists: The route identified by 0.0.0.0/0 already exists.',
    );
    const replace = trial.ec2.send(
      new ReplaceRouteCommand({ RouteTableId, DestinationCidrBlock: '9.9.9.0/24', GatewayId }),
    );
    expect(await refusal(replace)).toBe(
      "InvalidParameterValue: There is no route defined for '9.9.9.0/24' in the route table. Use CreateRoute instead.",
    );
    const drop = (DestinationCidrBlock: string) =>
      trial.ec2.send(new DeleteRouteCommand({ RouteTableId, DestinationCidrBlock }));
    expect(await refusal(drop('10.0.0.0/16'))).toBe(
      `InvalidParameterValue: cannot remove local route 10.0.0.0/16 in route table ${RouteTableId}`,
    );
    expect(await refusal(drop('9.9.9.0/24'))).toMatch(/^InvalidRoute.NotFound/);
  });

  test('to a NAT gateway wait until it is available and are blackholes once it is gone', async () => {
    await internetGateway();
    const NatGatewayId = await natGateway();
    const RouteTableId = await routeTable();
    const add = () =>
      trial.ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '0.0.0.0/0', NatGatewayId }));
    expect(await refusal(add())).toBe(
      `InvalidNatGatewayID.NotFound: The natGateway ID '${NatGatewayId}' does not exist`,
    );
    await trial.pass(seconds(95));
    await add();
    const state = async () => {
      const { RouteTables } = await trial.ec2.send(new DescribeRouteTablesCommand({ RouteTableIds: [RouteTableId] }));
      return RouteTables?.[0]?.Routes?.map((route) => [route.DestinationCidrBlock, route.State]);
    };
    expect(await state()).toEqual([
      ['10.0.0.0/16', 'active'],
      ['0.0.0.0/0', 'active'],
    ]);
    await trial.ec2.send(new DeleteNatGatewayCommand({ NatGatewayId }));
    await trial.pass(seconds(50));
    expect(await state()).toEqual([
      ['10.0.0.0/16', 'active'],
      ['0.0.0.0/0', 'blackhole'],
    ]);
  });

  test('a target in another VPC is refused', async () => {
    const RouteTableId = await routeTable();
    const { InternetGateway } = await trial.ec2.send(new CreateInternetGatewayCommand({}));
    const GatewayId = InternetGateway?.InternetGatewayId;
    expect(
      await refusal(
        trial.ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '0.0.0.0/0', GatewayId })),
      ),
    ).toBe(
      `InvalidParameterValue: route table ${RouteTableId} and network gateway ${GatewayId} belong to different networks`,
    );
  });

  test('associations: one table per subnet, moved by replacing, and a table in use stays', async () => {
    const [one, two] = [await routeTable(), await routeTable()];
    const associate = (RouteTableId: string) =>
      trial.ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId }));
    const { AssociationId } = await associate(one);
    expect(await refusal(associate(two))).toBe(
      `Resource.AlreadyAssociated: the specified association for route table ${two} conflicts with an existing association`,
    );
    expect(await refusal(trial.ec2.send(new DeleteRouteTableCommand({ RouteTableId: one })))).toBe(
      `DependencyViolation: The routeTable '${one}' has dependencies and cannot be deleted.`,
    );
    const moved = await trial.ec2.send(new ReplaceRouteTableAssociationCommand({ AssociationId, RouteTableId: two }));
    expect(moved.NewAssociationId).not.toBe(AssociationId);
    await trial.ec2.send(new DeleteRouteTableCommand({ RouteTableId: one }));
    await trial.ec2.send(new DisassociateRouteTableCommand({ AssociationId: moved.NewAssociationId }));
    await trial.ec2.send(new DeleteRouteTableCommand({ RouteTableId: two }));
  });
});
