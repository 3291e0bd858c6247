import {
  AssociateVpcCidrBlockCommand,
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateSubnetCommand,
  CreateTagsCommand,
  CreateVpcCommand,
  DeleteSubnetCommand,
  DeleteTagsCommand,
  DeleteVpcCommand,
  DescribeNetworkAclsCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeTagsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcsCommand,
  DetachInternetGatewayCommand,
  DisassociateVpcCidrBlockCommand,
  ModifyVpcAttributeCommand,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Ec2Trial } from './ec2-trial.ts';
import { ec2Trial, refusal } from './ec2-trial.ts';

let trial: Ec2Trial;
beforeEach(async () => {
  trial = await ec2Trial();
});
afterEach(() => trial.stop());

const makeVpc = async (CidrBlock = '10.0.0.0/16', rest = {}) => {
  const { Vpc } = await trial.ec2.send(new CreateVpcCommand({ CidrBlock, ...rest }));
  return Vpc?.VpcId ?? '';
};
const inVpc = (id: string) => ({ Filters: [{ Name: 'vpc-id', Values: [id] }] });

describe('VPCs', () => {
  test('a region starts with a default VPC that has a public subnet per zone', async () => {
    const { Vpcs } = await trial.ec2.send(new DescribeVpcsCommand({}));
    expect(Vpcs).toMatchObject([{ CidrBlock: '172.31.0.0/16', IsDefault: true, State: 'available' }]);
    const { Subnets } = await trial.ec2.send(new DescribeSubnetsCommand({}));
    expect(Subnets?.map((s) => [s.AvailabilityZone, s.MapPublicIpOnLaunch, s.AvailableIpAddressCount])).toEqual(
      ['a', 'b', 'c', 'd', 'e', 'f'].map((zone) => [`us-east-1${zone}`, true, 4091]),
    );
    const { RouteTables } = await trial.ec2.send(new DescribeRouteTablesCommand({}));
    expect(RouteTables?.[0]?.Routes?.map((r) => [r.DestinationCidrBlock, r.State])).toEqual([
      ['172.31.0.0/16', 'active'],
      ['0.0.0.0/0', 'active'],
    ]);
  });

  test('a new VPC is pending in the answer and brings group, route table and ACL', async () => {
    const { Vpc } = await trial.ec2.send(new CreateVpcCommand({ CidrBlock: '10.1.2.3/16' }));
    expect(Vpc).toMatchObject({ State: 'pending', CidrBlock: '10.1.0.0/16', IsDefault: false });
    const mine = inVpc(Vpc?.VpcId ?? '');
    const { SecurityGroups } = await trial.ec2.send(new DescribeSecurityGroupsCommand(mine));
    expect(SecurityGroups).toMatchObject([
      {
        GroupName: 'default',
        IpPermissions: [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: SecurityGroups?.[0]?.GroupId }] }],
        IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
      },
    ]);
    const { RouteTables } = await trial.ec2.send(new DescribeRouteTablesCommand(mine));
    expect(RouteTables).toMatchObject([{ Associations: [{ Main: true }], Routes: [{ GatewayId: 'local' }] }]);
    const { NetworkAcls } = await trial.ec2.send(new DescribeNetworkAclsCommand(mine));
    expect(NetworkAcls).toMatchObject([{ IsDefault: true }]);
  });

  test.each([
    ['10.0.0.0/8', "InvalidVpc.Range: The CIDR '10.0.0.0/8' is invalid."],
    ['10.0.0.0/29', "InvalidVpc.Range: The CIDR '10.0.0.0/29' is invalid."],
    [
      '10.0.0',
      'InvalidParameterValue: Value (10.0.0) for parameter cidrBlock is invalid. This is not a valid CIDR block.',
    ],
  ])('the range %s is refused', async (range, why) => {
    expect(await refusal(makeVpc(range))).toBe(why);
  });

  test('the sixth VPC of a region passes the quota', async () => {
    for (const n of [1, 2, 3, 4]) await makeVpc(`10.${n}.0.0/16`);
    expect(await refusal(makeVpc())).toBe('VpcLimitExceeded: The maximum number of VPCs has been reached.');
  });

  test('a VPC goes only when nothing is left in it', async () => {
    const VpcId = await makeVpc();
    const { Subnet } = await trial.ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: '10.0.0.0/24' }));
    const { InternetGateway } = await trial.ec2.send(new CreateInternetGatewayCommand({}));
    const link = { VpcId, InternetGatewayId: InternetGateway?.InternetGatewayId };
    await trial.ec2.send(new AttachInternetGatewayCommand(link));
    const remove = () => trial.ec2.send(new DeleteVpcCommand({ VpcId }));
    const why = `DependencyViolation: The vpc '${VpcId}' has dependencies and cannot be deleted.`;
    expect(await refusal(remove())).toBe(why);
    await trial.ec2.send(new DetachInternetGatewayCommand(link));
    expect(await refusal(remove())).toBe(why);
    await trial.ec2.send(new DeleteSubnetCommand({ SubnetId: Subnet?.SubnetId }));
    await remove();
    expect(await refusal(trial.ec2.send(new DescribeVpcsCommand({ VpcIds: [VpcId] })))).toBe(
      `InvalidVpcID.NotFound: The vpc ID '${VpcId}' does not exist`,
    );
    expect((await trial.ec2.send(new DescribeSecurityGroupsCommand(inVpc(VpcId)))).SecurityGroups).toEqual([]);
  });

  test('attributes: DNS hostnames are off at first and changed one at a time', async () => {
    const VpcId = await makeVpc();
    const read = async () =>
      (await trial.ec2.send(new DescribeVpcAttributeCommand({ VpcId, Attribute: 'enableDnsHostnames' })))
        .EnableDnsHostnames;
    expect(await read()).toEqual({ Value: false });
    await trial.ec2.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: true } }));
    expect(await read()).toEqual({ Value: true });
    const both = { VpcId, EnableDnsHostnames: { Value: true }, EnableDnsSupport: { Value: true } };
    expect(await refusal(trial.ec2.send(new ModifyVpcAttributeCommand(both)))).toMatch(/^InvalidParameterCombination/);
  });

  test('further ranges: their own kind of private range only, no overlap, and the primary stays', async () => {
    const VpcId = await makeVpc();
    const add = (CidrBlock: string) => trial.ec2.send(new AssociateVpcCidrBlockCommand({ VpcId, CidrBlock }));
    expect(await refusal(add('192.168.0.0/16'))).toMatch(/^InvalidVpc.Range: The CIDR '192.168.0.0\/16' is restricted/);
    expect(await refusal(add('10.0.128.0/17'))).toMatch(/^InvalidVpc.Conflict/);
    const added = await add('100.64.0.0/16');
    expect(added.CidrBlockAssociation?.CidrBlockState?.State).toBe('associating');
    const { Vpcs } = await trial.ec2.send(new DescribeVpcsCommand({ VpcIds: [VpcId] }));
    const set = Vpcs?.[0]?.CidrBlockAssociationSet ?? [];
    expect(set.map((row) => row.CidrBlock)).toEqual(['10.0.0.0/16', '100.64.0.0/16']);
    const drop = (AssociationId: string | undefined) =>
      trial.ec2.send(new DisassociateVpcCidrBlockCommand({ AssociationId }));
    expect(await refusal(drop(set[0]?.AssociationId))).toMatch(/^OperationNotPermitted/);
    await trial.ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: '100.64.0.0/18' }));
    expect(await refusal(drop(set[1]?.AssociationId))).toMatch(/^DependencyViolation/);
  });

  test('an IPv6 range from Amazon is a /56 with a local route', async () => {
    const VpcId = await makeVpc('10.0.0.0/16', { AmazonProvidedIpv6CidrBlock: true });
    const { Vpcs } = await trial.ec2.send(new DescribeVpcsCommand({ VpcIds: [VpcId] }));
    const range = Vpcs?.[0]?.Ipv6CidrBlockAssociationSet?.[0]?.Ipv6CidrBlock;
    expect(range).toMatch(/^2001:db8:.*\/56$/);
    const other = await makeVpc('10.1.0.0/16', { AmazonProvidedIpv6CidrBlock: true });
    const { Vpcs: others } = await trial.ec2.send(new DescribeVpcsCommand({ VpcIds: [other] }));
    expect(others?.[0]?.Ipv6CidrBlockAssociationSet?.[0]?.Ipv6CidrBlock).not.toBe(range);
    const { RouteTables } = await trial.ec2.send(new DescribeRouteTablesCommand(inVpc(VpcId)));
    expect(RouteTables?.[0]?.Routes?.map((r) => r.DestinationIpv6CidrBlock ?? r.DestinationCidrBlock)).toEqual([
      '10.0.0.0/16',
      range,
    ]);
  });

  test('a dry run checks and changes nothing', async () => {
    const ask = (CidrBlock: string) => refusal(trial.ec2.send(new CreateVpcCommand({ CidrBlock, DryRun: true })));
    expect(await ask('10.0.0.0/16')).toBe('DryRunOperation: Request would have succeeded, but DryRun flag is set.');
    expect(await ask('10.0.0.0/8')).toMatch(/^InvalidVpc.Range/);
    expect((await trial.ec2.send(new DescribeVpcsCommand({}))).Vpcs).toHaveLength(1);
  });

  test('an id that cannot be one is malformed', async () => {
    expect(await refusal(trial.ec2.send(new DescribeVpcsCommand({ VpcIds: ['vpc-nothing'] })))).toBe(
      'InvalidVpcId.Malformed: Invalid id: "vpc-nothing" (expecting "vpc-...")',
    );
  });
});

describe('tags and filters', () => {
  const named = (Name: string, team: string) => ({
    TagSpecifications: [
      {
        ResourceType: 'vpc' as const,
        Tags: [
          { Key: 'Name', Value: Name },
          { Key: 'team', Value: team },
        ],
      },
    ],
  });

  test('tag filters take wildcards, literal stars, keys and several values', async () => {
    const one = await makeVpc('10.1.0.0/16', named('blue-1', 'a*b'));
    const two = await makeVpc('10.2.0.0/16', named('blue-2', 'core'));
    const find = async (Name: string, Values: string[]) => {
      const { Vpcs } = await trial.ec2.send(new DescribeVpcsCommand({ Filters: [{ Name, Values }] }));
      return Vpcs?.map((vpc) => vpc.VpcId);
    };
    expect(await find('tag:Name', ['blue-*'])).toEqual([one, two]);
    expect(await find('tag:Name', ['blue-?'])).toEqual([one, two]);
    expect(await find('tag:Name', ['BLUE-1'])).toEqual([]);
    expect(await find('tag:team', ['a\\*b'])).toEqual([one]);
    expect(await find('tag:team', ['core', 'other'])).toEqual([two]);
    expect(await find('tag-key', ['team'])).toEqual([one, two]);
    expect(await find('cidr', ['10.2.0.0/16'])).toEqual([two]);
    expect(await refusal(find('colour', ['blue']))).toBe("InvalidParameterValue: The filter 'colour' is invalid");
  });

  test('tags are added, replaced, described and removed by key or by key and value', async () => {
    const id = await makeVpc('10.1.0.0/16', named('blue', 'core'));
    await trial.ec2.send(
      new CreateTagsCommand({
        Resources: [id],
        Tags: [
          { Key: 'team', Value: 'edge' },
          { Key: 'x', Value: '' },
        ],
      }),
    );
    const read = async () => {
      const Filters = [{ Name: 'resource-id', Values: [id] }];
      const { Tags } = await trial.ec2.send(new DescribeTagsCommand({ Filters }));
      return Object.fromEntries((Tags ?? []).map((tag) => [tag.Key, tag.Value]));
    };
    expect(await read()).toEqual({ Name: 'blue', team: 'edge', x: '' });
    const drop = (Key: string, Value?: string) =>
      trial.ec2.send(
        new DeleteTagsCommand({ Resources: [id], Tags: [{ Key, ...(Value !== undefined && { Value }) }] }),
      );
    await drop('team', 'core');
    await drop('x');
    expect(await read()).toEqual({ Name: 'blue', team: 'edge' });
  });

  test('reserved keys, unknown resources and the wrong type are refused', async () => {
    const id = await makeVpc();
    const tag = (Resources: string[], Key: string) =>
      refusal(trial.ec2.send(new CreateTagsCommand({ Resources, Tags: [{ Key, Value: '' }] })));
    expect(await tag([id], 'aws:mine')).toBe(
      "InvalidParameterValue: Tag keys starting with 'aws:' are reserved for internal use",
    );
    expect(await tag(['vpc-0123456789abcdef0'], 'a')).toMatch(/^InvalidVpcID.NotFound/);
    const wrong = { TagSpecifications: [{ ResourceType: 'subnet' as const, Tags: [] }] };
    expect(await refusal(makeVpc('10.9.0.0/16', wrong))).toMatch(/'subnet' is not a valid taggable resource type/);
  });

  test('pages are cut by MaxResults and go on by token', async () => {
    const first = await trial.ec2.send(new DescribeSubnetsCommand({ MaxResults: 5 }));
    expect(first.Subnets).toHaveLength(5);
    const second = await trial.ec2.send(new DescribeSubnetsCommand({ MaxResults: 5, NextToken: first.NextToken }));
    expect(second.Subnets?.map((s) => s.AvailabilityZone)).toEqual(['us-east-1f']);
    expect(second.NextToken).toBeUndefined();
    expect(await refusal(trial.ec2.send(new DescribeSubnetsCommand({ NextToken: 'nonsense' })))).toMatch(
      /^InvalidNextToken/,
    );
    expect(await refusal(trial.ec2.send(new DescribeSubnetsCommand({ MaxResults: 4 })))).toMatch(
      /^InvalidParameterValue/,
    );
  });
});
