import type { IpPermission } from '@aws-sdk/client-ec2';
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateNetworkInterfaceCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DeleteNetworkInterfaceCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  ModifySecurityGroupRulesCommand,
  RevokeSecurityGroupIngressCommand,
  UpdateSecurityGroupRuleDescriptionsIngressCommand,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Ec2Trial } from './ec2-trial.ts';
import { ec2Trial, refusal } from './ec2-trial.ts';

let trial: Ec2Trial;
let VpcId: string;
let GroupId: string;
beforeEach(async () => {
  trial = await ec2Trial();
  VpcId = (await trial.ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }))).Vpc?.VpcId ?? '';
  GroupId = await makeGroup('web');
});
afterEach(() => trial.stop());

async function makeGroup(GroupName: string, Description = 'for tests', vpcId = VpcId): Promise<string> {
  const made = await trial.ec2.send(new CreateSecurityGroupCommand({ GroupName, Description, VpcId: vpcId }));
  return made.GroupId ?? '';
}

const tcp = (port: number, rest: Partial<IpPermission>): IpPermission => ({
  IpProtocol: 'tcp',
  FromPort: port,
  ToPort: port,
  ...rest,
});
const from = (CidrIp: string, Description?: string) => ({
  IpRanges: [{ CidrIp, ...(Description !== undefined && { Description }) }],
});
const allow = (...IpPermissions: IpPermission[]) =>
  trial.ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
const rules = async () => {
  const Filters = [{ Name: 'group-id', Values: [GroupId] }];
  return (await trial.ec2.send(new DescribeSecurityGroupRulesCommand({ Filters }))).SecurityGroupRules ?? [];
};

describe('security groups', () => {
  test('a new group lets everything out and nothing in', async () => {
    const { SecurityGroups } = await trial.ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [GroupId] }));
    expect(SecurityGroups).toMatchObject([
      { IpPermissions: [], IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }] },
    ]);
  });

  test('names are unique in a VPC; reserved and strange ones are refused', async () => {
    expect(await refusal(makeGroup('web'))).toBe(
      `InvalidGroup.Duplicate: The security group 'web' already exists for VPC '${VpcId}'`,
    );
    expect(await refusal(makeGroup('default'))).toMatch(/^InvalidParameterValue: Cannot use reserved/);
    expect(await refusal(makeGroup('sg-mine'))).toMatch(/may not be in the format sg-\*/);
    expect(await refusal(makeGroup('ok', 'número'))).toMatch(/^InvalidParameterValue: .*GroupDescription/);
  });

  test('each peer is a rule of its own with an id', async () => {
    const made = await allow(
      tcp(443, {
        IpRanges: [{ CidrIp: '10.0.0.5/16' }, { CidrIp: '192.168.0.0/16' }],
        UserIdGroupPairs: [{ GroupId }],
      }),
    );
    expect(made.SecurityGroupRules?.map((rule) => rule.CidrIpv4 ?? rule.ReferencedGroupInfo?.GroupId)).toEqual([
      '10.0.0.0/16',
      '192.168.0.0/16',
      GroupId,
    ]);
    expect((await rules()).filter((rule) => !rule.IsEgress).map((rule) => rule.SecurityGroupRuleId)).toEqual(
      made.SecurityGroupRules?.map((rule) => rule.SecurityGroupRuleId),
    );
  });

  test('the same rule twice is a duplicate, whatever its description', async () => {
    await allow(tcp(22, from('10.0.0.0/8', 'ssh')));
    expect(await refusal(allow(tcp(22, from('10.0.0.0/8'))))).toBe(
      'InvalidPermission.Duplicate: the specified rule "peer: 10.0.0.0/8, TCP, from port: 22, to port: 22, ALLOW" already exists',
    );
  });

  test.each<[string, IpPermission, RegExp]>([
    ['tcp without ports', { IpProtocol: 'tcp', ...from('10.0.0.0/8') }, /Must specify both from and to ports/],
    [
      'a port out of range',
      { IpProtocol: 'tcp', FromPort: 1, ToPort: 70000, ...from('10.0.0.0/8') },
      /^InvalidParameterValue/,
    ],
    ['no CIDR', tcp(22, from('10.0.0')), /^InvalidParameterValue: CIDR block 10.0.0 is malformed/],
    ['no such group', tcp(22, { UserIdGroupPairs: [{ GroupId: 'sg-0123456789abcdef0' }] }), /^InvalidGroup.NotFound/],
    [
      'no such prefix list',
      tcp(22, { PrefixListIds: [{ PrefixListId: 'pl-01234567' }] }),
      /^InvalidPrefixListID.NotFound/,
    ],
    ['no peer', tcp(22, {}), /^MissingParameter/],
  ])('%s is refused', async (_name, permission, why) => {
    expect(await refusal(allow(permission))).toMatch(why);
    expect((await rules()).filter((rule) => !rule.IsEgress)).toEqual([]);
  });

  test('a protocol without ports has none, whatever the request says', async () => {
    await allow({ IpProtocol: '4', FromPort: 0, ToPort: 65_535, ...from('10.0.0.0/8') });
    expect(await rules()).toContainEqual(expect.objectContaining({ IpProtocol: '4', FromPort: -1, ToPort: -1 }));
    const { SecurityGroups } = await trial.ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [GroupId] }));
    const [permission] = SecurityGroups![0]!.IpPermissions!;
    expect(permission).toMatchObject({ IpProtocol: '4', IpRanges: [{ CidrIp: '10.0.0.0/8' }] });
    expect([permission?.FromPort, permission?.ToPort]).toEqual([undefined, undefined]);
  });

  test('sixty rules a direction, IPv6 counted apart', async () => {
    const ranges = Array.from({ length: 60 }, (_, n) => ({ CidrIp: `10.${n}.0.0/16` }));
    await allow(tcp(22, { IpRanges: ranges }));
    expect(await refusal(allow(tcp(22, from('11.0.0.0/8'))))).toMatch(/^RulesPerSecurityGroupLimitExceeded/);
    await allow(tcp(22, { Ipv6Ranges: [{ CidrIpv6: '2001:db8::/32' }] }));
  });

  test('rules are revoked by id or by what they say; what is not there is NotFound', async () => {
    const made = await allow(tcp(22, from('10.0.0.0/8')), tcp(80, from('10.0.0.0/8')));
    const revoke = (rest: object) => trial.ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, ...rest }));
    const [first] = made.SecurityGroupRules ?? [];
    await revoke({ SecurityGroupRuleIds: [first?.SecurityGroupRuleId ?? ''] });
    expect(await refusal(revoke({ IpPermissions: [tcp(22, from('10.0.0.0/8'))] }))).toBe(
      'InvalidPermission.NotFound: The specified rule does not exist in this security group.',
    );
    await revoke({ IpPermissions: [tcp(80, from('10.0.0.0/8'))] });
    expect((await rules()).filter((rule) => !rule.IsEgress)).toEqual([]);
  });

  test('a rule is changed in place and keeps its id, but not the kind of its source', async () => {
    const { SecurityGroupRules: made = [] } = await allow(tcp(22, from('10.0.0.0/8')));
    const SecurityGroupRuleId = made[0]?.SecurityGroupRuleId ?? '';
    const change = (SecurityGroupRule: object) =>
      trial.ec2.send(
        new ModifySecurityGroupRulesCommand({
          GroupId,
          SecurityGroupRules: [{ SecurityGroupRuleId, SecurityGroupRule }],
        }),
      );
    await change({ IpProtocol: 'tcp', FromPort: 2222, ToPort: 2222, CidrIpv4: '10.0.0.0/8', Description: 'moved' });
    const after = (await rules()).find((rule) => rule.SecurityGroupRuleId === SecurityGroupRuleId);
    expect(after).toMatchObject({ FromPort: 2222, Description: 'moved' });
    expect(await refusal(change({ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIpv6: '::/0' }))).toMatch(
      /^InvalidParameterValue/,
    );
  });

  test('descriptions are changed by permission', async () => {
    await allow(tcp(22, from('10.0.0.0/8', 'old')));
    const IpPermissions = [tcp(22, from('10.0.0.0/8', 'new'))];
    await trial.ec2.send(new UpdateSecurityGroupRuleDescriptionsIngressCommand({ GroupId, IpPermissions }));
    expect((await rules()).find((rule) => !rule.IsEgress)?.Description).toBe('new');
  });

  test('a group stays while another refers to it or an interface has it', async () => {
    const other = await makeGroup('db');
    await allow(tcp(5432, { UserIdGroupPairs: [{ GroupId: other }] }));
    const remove = (id: string) => trial.ec2.send(new DeleteSecurityGroupCommand({ GroupId: id }));
    expect(await refusal(remove(other))).toBe(`DependencyViolation: resource ${other} has a dependent object`);
    const { Subnet } = await trial.ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: '10.0.0.0/24' }));
    const { NetworkInterface } = await trial.ec2.send(
      new CreateNetworkInterfaceCommand({ SubnetId: Subnet?.SubnetId, Groups: [GroupId] }),
    );
    expect(await refusal(remove(GroupId))).toMatch(/^DependencyViolation/);
    await trial.ec2.send(
      new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: NetworkInterface?.NetworkInterfaceId }),
    );
    await remove(GroupId);
    await remove(other);
    const { SecurityGroups } = await trial.ec2.send(
      new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'vpc-id', Values: [VpcId] }] }),
    );
    const [last] = SecurityGroups ?? [];
    expect(SecurityGroups).toHaveLength(1);
    expect(await refusal(remove(last?.GroupId ?? ''))).toMatch(/^CannotDelete/);
  });
});
