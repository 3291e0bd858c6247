import {
  AssociateRouteTableCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  DeleteRouteCommand,
  DescribeInternetGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  ModifyVpcEndpointCommand,
} from '@aws-sdk/client-ec2';
import type { Trial } from './trial.ts';

const ours = (id: string) => ({ Filters: [{ Name: 'tag:quilla.dev/id', Values: [id] }] });
const everywhere = { DestinationCidrBlock: '0.0.0.0/0' };

async function gatewayOf({ ports }: Trial): Promise<string | undefined> {
  const { InternetGateways } = await ports.connection.clients.ec2.send(
    new DescribeInternetGatewaysCommand(ours('internet-gateway')),
  );
  return InternetGateways?.[0]?.InternetGatewayId;
}

/** Takes the routes out of the VPC, S3's too, from the table of the public subnets. Returns what puts them back. */
export async function cutRoutes(trial: Trial): Promise<() => Promise<void>> {
  const { ec2 } = trial.ports.connection.clients;
  const { RouteTables } = await ec2.send(new DescribeRouteTablesCommand(ours('route-table/public')));
  const { VpcEndpoints } = await ec2.send(new DescribeVpcEndpointsCommand(ours('vpc-endpoint/s3')));
  const [RouteTableId, VpcEndpointId] = [RouteTables?.[0]?.RouteTableId ?? '', VpcEndpoints?.[0]?.VpcEndpointId ?? ''];
  const GatewayId = await gatewayOf(trial);
  await ec2.send(new DeleteRouteCommand({ RouteTableId, ...everywhere }));
  await ec2.send(new ModifyVpcEndpointCommand({ VpcEndpointId, RemoveRouteTableIds: [RouteTableId] }));
  await trial.running.driver.settled();
  return async () => {
    await ec2.send(new CreateRouteCommand({ RouteTableId, ...everywhere, GatewayId }));
    await ec2.send(new ModifyVpcEndpointCommand({ VpcEndpointId, AddRouteTableIds: [RouteTableId] }));
  };
}

/** A subnet in the zone of the public one whose route table leads nowhere, and what gives it a way out. */
export async function deadEnd(
  trial: Trial,
  range: string,
): Promise<{ readonly subnetId: string; open(): Promise<void> }> {
  const { ec2 } = trial.ports.connection.clients;
  const { Subnets } = await ec2.send(
    new DescribeSubnetsCommand({ Filters: [{ Name: 'tag:quilla.dev/id', Values: ['subnet/public-*'] }] }),
  );
  const { VpcId, AvailabilityZone } = Subnets?.[0] ?? {};
  const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId, AvailabilityZone, CidrBlock: range }));
  const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId }));
  const [SubnetId, RouteTableId] = [Subnet?.SubnetId ?? '', RouteTable?.RouteTableId ?? ''];
  await ec2.send(new AssociateRouteTableCommand({ SubnetId, RouteTableId }));
  return {
    subnetId: SubnetId,
    open: async () => {
      const GatewayId = await gatewayOf(trial);
      await ec2.send(new CreateRouteCommand({ RouteTableId, ...everywhere, GatewayId }));
    },
  };
}
