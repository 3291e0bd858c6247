import {
  AllocateAddressCommand,
  AssociateAddressCommand,
  AttachNetworkInterfaceCommand,
  CreateFlowLogsCommand,
  CreateNetworkInterfaceCommand,
  DeleteFlowLogsCommand,
  DeleteNetworkInterfaceCommand,
  DescribeFlowLogsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSubnetsCommand,
  DetachNetworkInterfaceCommand,
  DisassociateAddressCommand,
  ModifyVpcAttributeCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { seconds } from '../../../base/duration.ts';
import type { Ec2Trial } from './ec2-trial.ts';
import { ec2Trial, refusal } from './ec2-trial.ts';
import { eksImageId } from './eks-images.ts';

let trial: Ec2Trial;
let subnets: string[];
let VpcId: string;
beforeEach(async () => {
  trial = await ec2Trial();
  const { Subnets = [] } = await trial.ec2.send(new DescribeSubnetsCommand({}));
  subnets = Subnets.map((subnet) => subnet.SubnetId ?? '');
  VpcId = Subnets[0]?.VpcId ?? '';
});
afterEach(() => trial.stop());

const make = async (SubnetId: string | undefined, rest: object = {}) =>
  (await trial.ec2.send(new CreateNetworkInterfaceCommand({ SubnetId, ...rest }))).NetworkInterface
    ?.NetworkInterfaceId ?? '';
const read = async (id: string) =>
  (await trial.ec2.send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [id] }))).NetworkInterfaces?.[0];

describe('network interfaces', () => {
  test('have a name for each address where the VPC gives hosts names', async () => {
    const id = await make(subnets[0], { PrivateIpAddress: '172.31.0.10', SecondaryPrivateIpAddressCount: 1 });
    const named = await read(id);
    const [, other] = named?.PrivateIpAddresses ?? [];
    const name = (ip: string | undefined) => `ip-${ip?.replaceAll('.', '-')}.ec2.internal`;
    expect(named?.PrivateDnsName).toBe('ip-172-31-0-10.ec2.internal');
    expect(named?.PrivateIpAddresses?.map((one) => one.PrivateDnsName)).toEqual([
      'ip-172-31-0-10.ec2.internal',
      name(other?.PrivateIpAddress),
    ]);
    await trial.ec2.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: false } }));
    expect(await read(id)).not.toHaveProperty('PrivateDnsName');
  });

  test('take an address that is free and none that AWS keeps', async () => {
    const [SubnetId] = subnets;
    const id = await make(SubnetId, { PrivateIpAddress: '172.31.0.10' });
    expect(await read(id)).toMatchObject({
      Status: 'available',
      PrivateIpAddress: '172.31.0.10',
      AvailabilityZone: 'us-east-1a',
    });
    expect(await refusal(make(SubnetId, { PrivateIpAddress: '172.31.0.10' }))).toBe(
      'InvalidIPAddress.InUse: Address 172.31.0.10 is in use.',
    );
    expect(await refusal(make(SubnetId, { PrivateIpAddress: '172.31.0.3' }))).toMatch(/reserved address range/);
    expect(await refusal(make(SubnetId, { PrivateIpAddress: '172.31.99.1' }))).toMatch(/does not fall within/);
  });

  test('are attached in their zone, survive their instance, and keep their address', async () => {
    const launch = {
      ImageId: eksImageId('us-east-1', '1.36', 'al2023', 'x86_64'),
      InstanceType: 't3.large' as const,
      MinCount: 1,
      MaxCount: 1,
    };
    const { Instances } = await trial.ec2.send(new RunInstancesCommand({ ...launch, SubnetId: subnets[0] }));
    const InstanceId = Instances?.[0]?.InstanceId ?? '';
    await trial.pass(seconds(21));
    const [here, there] = [await make(subnets[0]), await make(subnets[1])];
    const attach = (NetworkInterfaceId: string, DeviceIndex: number) =>
      trial.ec2.send(new AttachNetworkInterfaceCommand({ NetworkInterfaceId, InstanceId, DeviceIndex }));
    expect(await refusal(attach(there, 1))).toMatch(/different Availability Zones/);
    expect(await refusal(attach(here, 0))).toMatch(/already has an interface attached at device index '0'/);
    const { AttachmentId } = await attach(here, 1);
    expect(await refusal(trial.ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: here })))).toMatch(
      /is currently in use/,
    );
    await trial.ec2.send(new DetachNetworkInterfaceCommand({ AttachmentId }));
    await attach(here, 1);
    await trial.ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] }));
    await trial.pass(seconds(31));
    expect((await read(here))?.Status).toBe('available');
    expect(Object.keys(trial.state().networkInterfaces).sort()).toEqual([here, there].sort());
  });

  test('get and lose an elastic address; one that is taken moves only when that is allowed', async () => {
    const [one, two] = [await make(subnets[0]), await make(subnets[0])];
    const { AllocationId, PublicIp } = await trial.ec2.send(new AllocateAddressCommand({}));
    const give = (NetworkInterfaceId: string, rest: object = {}) =>
      trial.ec2.send(new AssociateAddressCommand({ AllocationId, NetworkInterfaceId, ...rest }));
    await give(one);
    expect((await read(one))?.Association?.PublicIp).toBe(PublicIp);
    expect(await refusal(give(two))).toMatch(/^Resource.AlreadyAssociated/);
    const { AssociationId } = await give(two, { AllowReassociation: true });
    expect((await read(one))?.Association).toBeUndefined();
    await trial.ec2.send(new DisassociateAddressCommand({ AssociationId }));
    expect((await read(two))?.Association).toBeUndefined();
  });
});

describe('flow logs', () => {
  test('are made once per destination, described and deleted', async () => {
    const make = () =>
      trial.ec2.send(
        new CreateFlowLogsCommand({
          ResourceType: 'VPC',
          ResourceIds: [VpcId],
          TrafficType: 'REJECT',
          LogDestinationType: 's3',
          LogDestination: 'arn:aws:s3:::logs',
        }),
      );
    const { FlowLogIds = [] } = await make();
    expect(await refusal(make())).toMatch(/^FlowLogAlreadyExists/);
    const describeAll = async () =>
      (await trial.ec2.send(new DescribeFlowLogsCommand({ Filter: [{ Name: 'resource-id', Values: [VpcId] }] })))
        .FlowLogs;
    expect(await describeAll()).toMatchObject([
      { FlowLogId: FlowLogIds[0], TrafficType: 'REJECT', FlowLogStatus: 'ACTIVE' },
    ]);
    await trial.ec2.send(new DeleteFlowLogsCommand({ FlowLogIds }));
    expect(await describeAll()).toEqual([]);
  });
});
