import {
  CreateRouteCommand,
  CreateTransitGatewayCommand,
  DeleteTransitGatewayCommand,
  DescribeRouteTablesCommand,
  DescribeTransitGatewaysCommand,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hours, minutes } from '../../../base/duration.ts';
import { type Ec2Trial, ec2Trial, refusal } from './ec2-trial.ts';

let trial: Ec2Trial;
beforeEach(async () => {
  trial = await ec2Trial();
});
afterEach(() => trial.stop());

const make = async (Options = {}) =>
  (await trial.ec2.send(new CreateTransitGatewayCommand({ Description: 'hub', Options }))).TransitGateway!;
const told = async (id: string | undefined) =>
  (await trial.ec2.send(new DescribeTransitGatewaysCommand({ TransitGatewayIds: [id!] }))).TransitGateways![0]!;

test('a transit gateway is available after a minute, goes when it is deleted, and is seen for an hour', async () => {
  const { TransitGatewayId, State } = await make();
  expect(State).toBe('pending');
  await trial.pass(minutes(1));
  expect(await told(TransitGatewayId)).toMatchObject({
    State: 'available',
    Description: 'hub',
    TransitGatewayArn: `arn:aws:ec2:us-east-1:123456789012:transit-gateway/${TransitGatewayId}`,
    Options: { AmazonSideAsn: 64_512, DnsSupport: 'enable', AutoAcceptSharedAttachments: 'disable' },
  });
  const remove = () => trial.ec2.send(new DeleteTransitGatewayCommand({ TransitGatewayId }));
  await remove();
  expect(await refusal(remove())).toMatch(/^IncorrectState/);
  await trial.pass(minutes(1));
  expect((await told(TransitGatewayId)).State).toBe('deleted');
  await trial.pass(hours(1));
  expect(await refusal(told(TransitGatewayId))).toMatch(/^InvalidTransitGatewayID.NotFound/);
});

test('its number is one for private use', async () => {
  expect(await refusal(make({ AmazonSideAsn: 7224 }))).toMatch(/^InvalidParameterValue/);
  expect((await make({ AmazonSideAsn: 4_200_000_000 })).Options?.AmazonSideAsn).toBe(4_200_000_000);
});

test('a route to one leads nowhere, since nothing is attached; to none it is refused', async () => {
  const { TransitGatewayId } = await make();
  const RouteTableId = Object.keys(trial.state().routeTables)[0]!;
  const route = (to: string | undefined) =>
    trial.ec2.send(
      new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '192.168.0.0/16', TransitGatewayId: to }),
    );
  expect(await refusal(route('tgw-00000000000000000'))).toMatch(/^InvalidTransitGatewayID.NotFound/);
  await route(TransitGatewayId);
  const { RouteTables } = await trial.ec2.send(new DescribeRouteTablesCommand({ RouteTableIds: [RouteTableId] }));
  expect(RouteTables?.[0]?.Routes).toContainEqual({
    DestinationCidrBlock: '192.168.0.0/16',
    TransitGatewayId,
    Origin: 'CreateRoute',
    State: 'blackhole',
  });
});
