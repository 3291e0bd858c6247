import {
  AllocateAddressCommand,
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateKeyPairCommand,
  CreateNatGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeNatGatewaysCommand,
  DescribeRouteTablesCommand,
  type EC2Client,
  ModifyVpcAttributeCommand,
} from '@aws-sdk/client-ec2';
import { CreateUserCommand, type IAMClient } from '@aws-sdk/client-iam';
import { CreateHostedZoneCommand, type Route53Client } from '@aws-sdk/client-route-53';
import type { Clock } from '../../base/clock.ts';
import { minutes, seconds } from '../../base/duration.ts';
import { until } from '../../base/until.ts';

/** What the article takes for given, as it was made. */
export interface Given {
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  /** Of the public zone example.com. */
  readonly hostedZoneId: string;
}

interface Makers {
  readonly ec2: EC2Client;
  readonly iam: IAMClient;
  readonly route53: Route53Client;
  readonly clock: Clock;
}

const range = '10.10.0.0/16';
const zones = ['us-east-1a', 'us-east-1b', 'us-east-1d'];

/** A public subnet with a NAT gateway, so that the given private subnets have a way out; gives the gateway's id. */
async function wayOut({ ec2, clock }: Makers, vpcId: string): Promise<string> {
  const gateway = await ec2.send(new CreateInternetGatewayCommand({}));
  const InternetGatewayId = gateway.InternetGateway!.InternetGatewayId!;
  await ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId, VpcId: vpcId }));
  const tables = await ec2.send(new DescribeRouteTablesCommand({ Filters: [{ Name: 'vpc-id', Values: [vpcId] }] }));
  const RouteTableId = tables.RouteTables![0]!.RouteTableId!;
  await ec2.send(
    new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '0.0.0.0/0', GatewayId: InternetGatewayId }),
  );
  const subnet = await ec2.send(
    new CreateSubnetCommand({ VpcId: vpcId, CidrBlock: '10.10.0.0/24', AvailabilityZone: zones[0] }),
  );
  const { AllocationId } = await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
  const nat = await ec2.send(new CreateNatGatewayCommand({ SubnetId: subnet.Subnet!.SubnetId, AllocationId }));
  const NatGatewayId = nat.NatGateway!.NatGatewayId!;
  const look = async () => {
    const answer = await clock.busy(() => ec2.send(new DescribeNatGatewaysCommand({ NatGatewayIds: [NatGatewayId] })));
    const state = answer.NatGateways![0]!.State!;
    return state === 'available' ? { done: undefined } : { waiting: state };
  };
  await until({ what: 'the given NAT gateway', deadline: minutes(10), every: seconds(5), clock }, look);
  return NatGatewayId;
}

/** Makes the article's placeholders: VPC, three subnets with a way out, IAM user, key pair, hosted zone. */
export async function makeGivenThings(makers: Makers): Promise<Given> {
  const { ec2, iam } = makers;
  const vpc = await ec2.send(new CreateVpcCommand({ CidrBlock: range }));
  const VpcId = vpc.Vpc!.VpcId!;
  await ec2.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: true } }));
  const NatGatewayId = await wayOut(makers, VpcId);
  const table = await ec2.send(new CreateRouteTableCommand({ VpcId }));
  const RouteTableId = table.RouteTable!.RouteTableId!;
  await ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '0.0.0.0/0', NatGatewayId }));
  const subnetIds: string[] = [];
  for (const [i, AvailabilityZone] of zones.entries()) {
    const made = await ec2.send(
      new CreateSubnetCommand({ VpcId, CidrBlock: `10.10.${16 * (i + 1)}.0/20`, AvailabilityZone }),
    );
    const SubnetId = made.Subnet!.SubnetId!;
    await ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId }));
    subnetIds.push(SubnetId);
  }
  await iam.send(new CreateUserCommand({ UserName: 'user1' }));
  await ec2.send(new CreateKeyPairCommand({ KeyName: 'all' }));
  const zone = await makers.route53.send(
    new CreateHostedZoneCommand({ Name: 'example.com', CallerReference: 'the article' }),
  );
  return { vpcId: VpcId, subnetIds, hostedZoneId: zone.HostedZone!.Id! };
}
