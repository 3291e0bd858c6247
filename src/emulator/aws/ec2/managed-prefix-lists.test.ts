import {
  AuthorizeSecurityGroupIngressCommand,
  CreateManagedPrefixListCommand,
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  DeleteManagedPrefixListCommand,
  DeleteSecurityGroupCommand,
  DescribeManagedPrefixListsCommand,
  DescribeSecurityGroupRulesCommand,
  GetManagedPrefixListEntriesCommand,
  ModifyManagedPrefixListCommand,
  type ModifyManagedPrefixListRequest,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { seconds } from '../../../base/duration.ts';
import { type Ec2Trial, ec2Trial, refusal } from './ec2-trial.ts';

let trial: Ec2Trial;
beforeEach(async () => {
  trial = await ec2Trial();
});
afterEach(() => trial.stop());

const make = async (more: object = {}) =>
  (
    await trial.ec2.send(
      new CreateManagedPrefixListCommand({
        PrefixListName: 'offices',
        AddressFamily: 'IPv4',
        MaxEntries: 3,
        Entries: [{ Cidr: '192.0.2.0/24', Description: 'one' }],
        ...more,
      }),
    )
  ).PrefixList!;

const listed = async (id: string | undefined) =>
  (await trial.ec2.send(new DescribeManagedPrefixListsCommand({ PrefixListIds: [id!] }))).PrefixLists![0]!;
const entries = async (PrefixListId: string | undefined, TargetVersion?: number) =>
  (await trial.ec2.send(new GetManagedPrefixListEntriesCommand({ PrefixListId, TargetVersion }))).Entries;
const modify = (PrefixListId: string | undefined, more: Partial<ModifyManagedPrefixListRequest>) =>
  trial.ec2.send(new ModifyManagedPrefixListCommand({ PrefixListId, ...more }));

describe('a prefix list of the account', () => {
  test('is made after a moment, with its entries and tags', async () => {
    const { PrefixListId, State } = await make();
    expect(State).toBe('create-in-progress');
    await trial.pass(seconds(5));
    await trial.ec2.send(new CreateTagsCommand({ Resources: [PrefixListId!], Tags: [{ Key: 'a', Value: '1' }] }));
    expect(await listed(PrefixListId)).toMatchObject({
      State: 'create-complete',
      PrefixListName: 'offices',
      AddressFamily: 'IPv4',
      MaxEntries: 3,
      Version: 1,
      OwnerId: '123456789012',
      Tags: [{ Key: 'a', Value: '1' }],
    });
    expect(await entries(PrefixListId)).toEqual([{ Cidr: '192.0.2.0/24', Description: 'one' }]);
  });

  test.each([
    [{ PrefixListName: 'com.amazonaws.mine' }, /^InvalidParameterValue/],
    [{ MaxEntries: 1001 }, /^InvalidParameterValue/],
    [{ Entries: [{ Cidr: '2001:db8::/32' }] }, /^InvalidParameterValue: The CIDR '2001:db8::\/32' is not a valid IPv4/],
    [
      { MaxEntries: 1, Entries: [{ Cidr: '192.0.2.0/24' }, { Cidr: '198.51.100.0/24' }] },
      /^PrefixListMaxEntriesExceeded/,
    ],
  ])('is not made with %j', async (more, code) => {
    expect(await refusal(make(more))).toMatch(code);
  });

  test('changes its entries by versions, and keeps the earlier ones', async () => {
    const { PrefixListId } = await make();
    const AddEntries = [{ Cidr: '198.51.100.0/24' }];
    expect(await refusal(modify(PrefixListId, { AddEntries, CurrentVersion: 7 }))).toMatch(
      /^PrefixListVersionMismatch/,
    );
    await modify(PrefixListId, { AddEntries, RemoveEntries: [{ Cidr: '192.0.2.0/24' }], CurrentVersion: 1 });
    expect(await entries(PrefixListId)).toEqual(AddEntries);
    expect(await entries(PrefixListId, 1)).toEqual([{ Cidr: '192.0.2.0/24', Description: 'one' }]);
    await modify(PrefixListId, { MaxEntries: 9, PrefixListName: 'other' });
    expect(await listed(PrefixListId)).toMatchObject({ Version: 2, MaxEntries: 9, PrefixListName: 'other' });
  });

  test('counts in a security group for as many rules as it may have entries, and stays while one names it', async () => {
    const { PrefixListId } = await make({ MaxEntries: 59 });
    const made = await trial.ec2.send(new CreateSecurityGroupCommand({ GroupName: 'g', Description: 'g' }));
    const GroupId = made.GroupId!;
    const allow = (FromPort: number, peer: object) =>
      trial.ec2.send(
        new AuthorizeSecurityGroupIngressCommand({
          GroupId,
          IpPermissions: [{ IpProtocol: 'tcp', FromPort, ToPort: FromPort, ...peer }],
        }),
      );
    await allow(22, { PrefixListIds: [{ PrefixListId }] });
    await allow(22, { IpRanges: [{ CidrIp: '10.0.0.0/8' }] });
    expect(await refusal(allow(23, { IpRanges: [{ CidrIp: '10.0.0.0/8' }] }))).toMatch(
      /^RulesPerSecurityGroupLimitExceeded/,
    );
    const { SecurityGroupRules } = await trial.ec2.send(
      new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: [GroupId] }] }),
    );
    expect(SecurityGroupRules?.filter((rule) => rule.PrefixListId === PrefixListId)).toHaveLength(1);
    const remove = () => trial.ec2.send(new DeleteManagedPrefixListCommand({ PrefixListId }));
    expect(await refusal(remove())).toMatch(/^DependencyViolation/);
    await trial.ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
    await remove();
    expect(await refusal(listed(PrefixListId))).toMatch(/^InvalidPrefixListID.NotFound/);
  });

  test('stands beside those of AWS, which nobody changes', async () => {
    const { PrefixListId } = await make();
    const { PrefixLists = [] } = await trial.ec2.send(new DescribeManagedPrefixListsCommand({}));
    const ofAws = PrefixLists.filter((list) => list.OwnerId === 'AWS');
    expect(PrefixLists).toHaveLength(ofAws.length + 1);
    expect(PrefixLists.map((list) => list.PrefixListId)).toContain(PrefixListId);
    expect(await refusal(modify(ofAws[0]?.PrefixListId, { PrefixListName: 'x' }))).toMatch(/^UnauthorizedOperation/);
  });
});
