import {
  AllocateAddressCommand,
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateInternetGatewayCommand,
  CreateNatGatewayCommand,
  CreateNetworkInterfaceCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  DeleteNatGatewayCommand,
  DeleteVpcEndpointsCommand,
  DescribeNetworkInterfacesCommand,
  DescribePrefixListsCommand,
  DescribeRouteTablesCommand,
  DescribeVpcEndpointServicesCommand,
  DescribeVpcEndpointsCommand,
  ModifyVpcAttributeCommand,
  RevokeSecurityGroupEgressCommand,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { seconds } from '../../../base/duration.ts';
import type { Ec2Trial } from './ec2-trial.ts';
import { ec2Trial, refusal } from './ec2-trial.ts';
import { canReach, endpointFor, pathToInternet, reachesEndpoint } from './reachability.ts';

let trial: Ec2Trial;
let VpcId: string;
beforeEach(async () => {
  trial = await ec2Trial();
  VpcId = (await trial.ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }))).Vpc?.VpcId ?? '';
});
afterEach(() => trial.stop());

const subnet = async (CidrBlock: string, AvailabilityZone = 'us-east-1a') =>
  (await trial.ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock, AvailabilityZone }))).Subnet?.SubnetId ?? '';
const eniIn = async (SubnetId: string, rest: object = {}) =>
  (await trial.ec2.send(new CreateNetworkInterfaceCommand({ SubnetId, ...rest }))).NetworkInterface
    ?.NetworkInterfaceId ?? '';
const group = async (GroupName: string) =>
  (await trial.ec2.send(new CreateSecurityGroupCommand({ VpcId, GroupName, Description: 'x' }))).GroupId ?? '';
async function tableOf(SubnetId: string): Promise<string> {
  const { RouteTable } = await trial.ec2.send(new CreateRouteTableCommand({ VpcId }));
  const RouteTableId = RouteTable?.RouteTableId ?? '';
  await trial.ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId }));
  return RouteTableId;
}
const everywhere = (RouteTableId: string, target: object) =>
  trial.ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '0.0.0.0/0', ...target }));
async function publicSubnet(): Promise<string> {
  const SubnetId = await subnet('10.0.0.0/24');
  const { InternetGateway } = await trial.ec2.send(new CreateInternetGatewayCommand({}));
  const GatewayId = InternetGateway?.InternetGatewayId ?? '';
  await trial.ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId: GatewayId, VpcId }));
  await everywhere(await tableOf(SubnetId), { GatewayId });
  return SubnetId;
}
async function nat(SubnetId: string): Promise<string> {
  const { AllocationId } = await trial.ec2.send(new AllocateAddressCommand({}));
  const { NatGateway } = await trial.ec2.send(new CreateNatGatewayCommand({ SubnetId, AllocationId }));
  await trial.pass(seconds(95));
  return NatGateway?.NatGatewayId ?? '';
}
const why = (answer: { ok: boolean; why?: string }) => (answer.ok ? 'ok' : answer.why);

describe('the path to the internet', () => {
  test('needs a default route', async () => {
    const eni = await eniIn(await subnet('10.0.1.0/24'));
    expect(why(pathToInternet(trial.state(), eni))).toMatch(/has no route to 0\.0\.0\.0\/0$/);
  });

  test('by an internet gateway needs a public address', async () => {
    const eni = await eniIn(await publicSubnet());
    expect(why(pathToInternet(trial.state(), eni))).toMatch(/has no public address$/);
  });

  test('by a NAT gateway works in a public subnet, until the gateway is gone', async () => {
    const NatGatewayId = await nat(await publicSubnet());
    const inside = await subnet('10.0.1.0/24');
    await everywhere(await tableOf(inside), { NatGatewayId });
    const eni = await eniIn(inside);
    const path = pathToInternet(trial.state(), eni);
    expect(path).toMatchObject({ ok: true, via: 'nat-gateway' });
    await trial.ec2.send(new DeleteNatGatewayCommand({ NatGatewayId }));
    expect(why(pathToInternet(trial.state(), eni))).toMatch(/is a blackhole/);
  });

  test('by a NAT gateway in a subnet without an internet route leads nowhere', async () => {
    await publicSubnet();
    const dark = await subnet('10.0.2.0/24');
    const NatGatewayId = await nat(dark);
    const inside = await subnet('10.0.1.0/24');
    await everywhere(await tableOf(inside), { NatGatewayId });
    expect(why(pathToInternet(trial.state(), await eniIn(inside)))).toMatch(
      /NAT gateway nat-\w+ is in subnet subnet-\w+, and route table/,
    );
  });
});

describe('security groups between two sides', () => {
  test('both the way out and the way in must be open for the port', async () => {
    const [web, db] = [await group('web'), await group('db')];
    const eni = await eniIn(await subnet('10.0.1.0/24'), { Groups: [web] });
    const ask = (port: number) => why(canReach(trial.state(), eni, { toGroups: [db], port, protocol: 'tcp' }));
    expect(ask(5432)).toMatch(/^no ingress rule of sg-\w+ lets tcp\/5432 in/);
    const open = { IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432, UserIdGroupPairs: [{ GroupId: web }] };
    await trial.ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: db, IpPermissions: [open] }));
    expect(ask(5432)).toBe('ok');
    expect(ask(5433)).toMatch(/^no ingress rule/);
    const all = { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] };
    await trial.ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId: web, IpPermissions: [all] }));
    expect(ask(5432)).toMatch(/^no egress rule of sg-\w+ lets tcp\/5432 out/);
  });

  test('an address is matched by its range', async () => {
    const eni = await eniIn(await subnet('10.0.1.0/24'));
    expect(canReach(trial.state(), eni, { toAddress: '8.8.8.8', port: 443, protocol: 'tcp' })).toEqual({ ok: true });
  });
});

describe('VPC endpoints', () => {
  const make = (ServiceName: string, rest: object) =>
    trial.ec2.send(
      new CreateVpcEndpointCommand({ VpcId, ServiceName: `com.amazonaws.us-east-1.${ServiceName}`, ...rest }),
    );
  const names = async () => {
    for (const attribute of ['EnableDnsSupport', 'EnableDnsHostnames']) {
      await trial.ec2.send(new ModifyVpcAttributeCommand({ VpcId, [attribute]: { Value: true } }));
    }
  };

  test('a gateway endpoint puts its prefix list into its route tables', async () => {
    const inside = await subnet('10.0.1.0/24');
    const table = await tableOf(inside);
    const { VpcEndpoint } = await make('s3', { RouteTableIds: [table] });
    expect(VpcEndpoint).toMatchObject({ VpcEndpointType: 'Gateway', State: 'available', RouteTableIds: [table] });
    const { RouteTables } = await trial.ec2.send(new DescribeRouteTablesCommand({ RouteTableIds: [table] }));
    const { PrefixLists } = await trial.ec2.send(
      new DescribePrefixListsCommand({
        Filters: [{ Name: 'prefix-list-name', Values: ['com.amazonaws.us-east-1.s3'] }],
      }),
    );
    expect(RouteTables?.[0]?.Routes?.[1]).toMatchObject({
      DestinationPrefixListId: PrefixLists?.[0]?.PrefixListId,
      GatewayId: VpcEndpoint?.VpcEndpointId,
    });
    expect(reachesEndpoint(trial.state(), await eniIn(inside), 's3')).toEqual({ ok: true });
    expect(await refusal(make('s3', { RouteTableIds: [table] }))).toMatch(/^RouteAlreadyExists/);
  });

  test('an interface endpoint is pending for a minute, has an interface per subnet and owns its private name', async () => {
    const subnets = [await subnet('10.0.1.0/24', 'us-east-1a'), await subnet('10.0.2.0/24', 'us-east-1b')];
    const ask = { VpcEndpointType: 'Interface', SubnetIds: subnets };
    expect(await refusal(make('ecr.api', ask))).toMatch(/^InvalidParameter: Enabling private DNS requires both/);
    await names();
    const { VpcEndpoint } = await make('ecr.api', ask);
    expect(VpcEndpoint).toMatchObject({ State: 'pending', PrivateDnsEnabled: true });
    expect(endpointFor(trial.state(), VpcId, 'ecr.api')).toBeUndefined();
    await trial.pass(seconds(61));
    expect(endpointFor(trial.state(), VpcId, 'ecr.api')?.subnetIds).toEqual(subnets);
    const { NetworkInterfaces } = await trial.ec2.send(
      new DescribeNetworkInterfacesCommand({ Filters: [{ Name: 'interface-type', Values: ['vpc_endpoint'] }] }),
    );
    expect(NetworkInterfaces?.map((eni) => [eni.SubnetId, eni.RequesterManaged])).toEqual(
      subnets.map((id) => [id, true]),
    );
    expect(await refusal(make('ecr.api', ask))).toMatch(
      /conflicting DNS domain for api\.ecr\.us-east-1\.amazonaws\.com/,
    );
    await trial.ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [VpcEndpoint?.VpcEndpointId ?? ''] }));
    await trial.pass(seconds(31));
    expect((await trial.ec2.send(new DescribeVpcEndpointsCommand({}))).VpcEndpoints).toEqual([]);
    expect(trial.state().networkInterfaces).toEqual({});
  });

  test('services tell their type; unknown ones and unknown ids are refused or reported', async () => {
    const { ServiceDetails } = await trial.ec2.send(
      new DescribeVpcEndpointServicesCommand({
        Filters: [{ Name: 'service-name', Values: ['com.amazonaws.us-east-1.s3'] }],
      }),
    );
    expect(ServiceDetails?.map((detail) => detail.ServiceType?.[0]?.ServiceType)).toEqual(['Gateway', 'Interface']);
    expect(await refusal(make('nothing', {}))).toBe(
      "InvalidServiceName: The Vpc Endpoint Service 'com.amazonaws.us-east-1.nothing' does not exist",
    );
    const { Unsuccessful } = await trial.ec2.send(
      new DeleteVpcEndpointsCommand({ VpcEndpointIds: ['vpce-0123456789abcdef0'] }),
    );
    expect(Unsuccessful).toMatchObject([{ Error: { Code: 'InvalidVpcEndpointId.NotFound' } }]);
  });
});
