import {
  AuthorizeSecurityGroupEgressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  DescribeVpcsCommand,
  type IpPermission,
  RevokeSecurityGroupEgressCommand,
  type SecurityGroup,
  type SecurityGroupRule,
} from '@aws-sdk/client-ec2';
import { minutes } from '../../base/duration.ts';
import type { Tags } from '../../model/field.ts';
import type { Found } from '../../model/snapshot.ts';
import { idTag, keptTagPrefix } from '../../model/tags.ts';
import { type CallContext, isAwsFailure, type ReadContext } from '../../ports/aws.ts';
import type { Adapter } from './adapter.ts';
import { allItems } from './all-items.ts';
import type { Connection } from './connection.ts';
import { ec2Arn, retag, retagPermissions, tagOnCreate, tagSpecification } from './ec2.ts';
import { describeTags, ofOurType } from './ec2-types.ts';
import { fromTagList, idOf, ourFilter } from './found.ts';
import { unlessGone } from './gone.ts';
import { deleteWhenFree } from './retry.ts';
import { ourSecurityGroupRules } from './security-group-rule.ts';
import { tagOwner } from './tag-owner.ts';
import { ipv6Of } from './vpc.ts';
import { waitFor } from './wait.ts';

export const ourSecurityGroups = (connection: Connection, context: ReadContext) =>
  ofOurType(connection, context, {
    type: 'security-group',
    ask: () => {
      const Filters = ourFilter(context.scope);
      return allItems(
        (NextToken) =>
          connection.call('ec2:DescribeSecurityGroups', () =>
            connection.clients.ec2.send(new DescribeSecurityGroupsCommand({ Filters, NextToken })),
          ),
        (page) => page.SecurityGroups,
      );
    },
  });

type Family = 'ipv4' | 'ipv6';

/** The rule that lets everything out, for each family of addresses. AWS makes the one for IPv6 where the VPC has it. */
const openRule: Readonly<Record<Family, IpPermission>> = {
  ipv4: { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] },
  ipv6: { IpProtocol: '-1', Ipv6Ranges: [{ CidrIpv6: '::/0' }] },
};

/** For which families everything may leave by rules of the group. */
function openFamilies(group: SecurityGroup): Family[] {
  const all = (group.IpPermissionsEgress ?? []).filter((permission) => permission.IpProtocol === '-1');
  const ipv4 = all.some((permission) => permission.IpRanges?.some((range) => range.CidrIp === '0.0.0.0/0'));
  const ipv6 = all.some((permission) => permission.Ipv6Ranges?.some((range) => range.CidrIpv6 === '::/0'));
  return [...(ipv4 ? (['ipv4'] as const) : []), ...(ipv6 ? (['ipv6'] as const) : [])];
}

/** A rule of ours may say the same as AWS's own; then AWS's does not stand, for a group holds no rule twice. */
const isOurOpenRule = (rule: SecurityGroupRule, family: Family): boolean =>
  rule.IsEgress === true &&
  rule.IpProtocol === '-1' &&
  (family === 'ipv4' ? rule.CidrIpv4 === '0.0.0.0/0' : rule.CidrIpv6 === '::/0');

function toFound(
  group: SecurityGroup,
  ourRules: readonly SecurityGroupRule[],
  context: ReadContext,
): Found<'security-group'>[] {
  const tags = fromTagList(group.Tags);
  const id = idOf(tags, context.scope);
  if (id === undefined) return [];
  const own = ourRules.filter((rule) => rule.GroupId === group.GroupId);
  // One family left open counts as open: what must be closed is closed wholly, whatever someone changed by hand.
  const openEgress = openFamilies(group).some((family) => !own.some((rule) => isOurOpenRule(rule, family)));
  return [
    {
      kind: 'security-group',
      id,
      name: group.GroupId!,
      state: 'ready',
      settled: {
        vpcId: group.VpcId!,
        name: group.GroupName!,
        description: group.Description!,
        openEgress,
        tags,
      },
      observed: { groupId: group.GroupId! },
    },
  ];
}

const visible = ({ clients, call }: Connection, groupId: string, context: CallContext): Promise<SecurityGroup> =>
  waitFor(
    `security group ${groupId} to be visible`,
    context,
    async () => {
      const answer = await unlessGone(
        call('ec2:DescribeSecurityGroups', () =>
          clients.ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [groupId] })),
        ),
      );
      const group = answer?.SecurityGroups?.[0];
      return group === undefined ? { waiting: 'not visible yet' } : { done: group };
    },
    { deadline: minutes(2) },
  );

async function close({ clients, call }: Connection, group: SecurityGroup): Promise<void> {
  const IpPermissions = openFamilies(group).map((family) => openRule[family]);
  if (IpPermissions.length === 0) return;
  await unlessGone(
    call('ec2:RevokeSecurityGroupEgress', () =>
      clients.ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId: group.GroupId!, IpPermissions })),
    ),
  );
}

async function open({ clients, call }: Connection, group: SecurityGroup): Promise<void> {
  const vpcs = await call('ec2:DescribeVpcs', () =>
    clients.ec2.send(new DescribeVpcsCommand({ VpcIds: [group.VpcId!] })),
  );
  const vpc = vpcs.Vpcs?.[0];
  const wanted: Family[] = vpc !== undefined && ipv6Of(vpc) !== undefined ? ['ipv4', 'ipv6'] : ['ipv4'];
  const lacking = wanted.filter((family) => !openFamilies(group).includes(family));
  if (lacking.length === 0) return;
  const input = { GroupId: group.GroupId!, IpPermissions: lacking.map((family) => openRule[family]) };
  try {
    await call('ec2:AuthorizeSecurityGroupEgress', () =>
      clients.ec2.send(new AuthorizeSecurityGroupEgressCommand(input)),
    );
  } catch (error) {
    if (!isAwsFailure(error, 'exists')) throw error;
  }
}

/** The group on which adapters keep notes (`hull.ts`). */
export const seatsId = 'security-group/seats';

/** What is noted on the group that a new one replaces: its notes must go on. */
async function notesOfOthers({ clients, call }: Connection, id: string, context: CallContext): Promise<Tags> {
  if (id !== seatsId) return {};
  const Filters = [...ourFilter(context.scope), { Name: `tag:${idTag}`, Values: [id] }];
  const answer = await call('ec2:DescribeSecurityGroups', () =>
    clients.ec2.send(new DescribeSecurityGroupsCommand({ Filters })),
  );
  const tags = (answer.SecurityGroups ?? []).flatMap((group) => group.Tags ?? []);
  const notes = tags.filter((tag) => tag.Key?.startsWith(keptTagPrefix));
  return Object.fromEntries(notes.map((tag) => [tag.Key!, tag.Value ?? '']));
}

const read = { action: 'ec2:DescribeSecurityGroups', resource: '*' };
const ours = (action: string) =>
  ({ action, resource: ec2Arn('security-group'), condition: 'our-tag-on-resource' }) as const;

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html */
export const securityGroup: Adapter<'security-group'> = {
  permissions: {
    read: [describeTags, read, { action: 'ec2:DescribeSecurityGroupRules', resource: '*' }],
    create: [
      { action: 'ec2:CreateSecurityGroup', resource: ec2Arn('security-group'), condition: 'our-tag-in-request' },
      // The VPC may be a given one, which carries no tag of ours.
      { action: 'ec2:CreateSecurityGroup', resource: ec2Arn('vpc') },
      tagOnCreate('security-group', 'CreateSecurityGroup'),
      ours('ec2:RevokeSecurityGroupEgress'),
      read,
    ],
    update: [
      ours('ec2:RevokeSecurityGroupEgress'),
      ours('ec2:AuthorizeSecurityGroupEgress'),
      { action: 'ec2:DescribeVpcs', resource: '*' },
      ...retagPermissions('security-group'),
      read,
    ],
    delete: [ours('ec2:DeleteSecurityGroup')],
  },

  reader: (connection) => ({
    async list(context) {
      const [groups, rules] = await Promise.all([
        ourSecurityGroups(connection, context),
        ourSecurityGroupRules(connection, context),
      ]);
      return groups.flatMap((group) => toFound(group, rules, context));
    },
  }),

  owner(connection) {
    const byTags = tagOwner(securityGroup.writer(connection));
    return {
      ...byTags,
      /** With the notes of other kinds, whose keys only the group itself tells. */
      async disown(found, context) {
        const there = await visible(connection, found.observed.groupId, context);
        const kept = (there.Tags ?? []).flatMap(({ Key = '' }) => (Key.startsWith(keptTagPrefix) ? [Key] : []));
        await tagOwner(securityGroup.writer(connection), kept).disown(found, context);
      },
    };
  },

  writer: (connection) => ({
    async create({ id, settled }, context) {
      const { clients, call } = connection;
      const notes = await notesOfOthers(connection, id, context);
      const input = {
        VpcId: settled.vpcId,
        GroupName: settled.name,
        Description: settled.description,
        ...tagSpecification('security-group', { ...settled.tags, ...notes }),
      };
      const answer = await call(
        'ec2:CreateSecurityGroup',
        () => clients.ec2.send(new CreateSecurityGroupCommand(input)),
        { once: true },
      );
      const group = await visible(connection, answer.GroupId!, context);
      if (!settled.openEgress) await close(connection, group);
      return { groupId: answer.GroupId! };
    },

    async update({ found, settled, changed }, context) {
      const { groupId } = found.observed;
      if (changed.includes('openEgress')) {
        const group = await visible(connection, groupId, context);
        await (settled.openEgress ? open(connection, group) : close(connection, group));
      }
      if (changed.includes('tags'))
        await retag(connection, groupId, { before: found.settled.tags ?? {}, after: settled.tags });
      return { groupId };
    },

    delete(found, context) {
      const { clients, call } = connection;
      const GroupId = found.observed.groupId;
      return deleteWhenFree(`security group ${GroupId}`, context, () =>
        call('ec2:DeleteSecurityGroup', () => clients.ec2.send(new DeleteSecurityGroupCommand({ GroupId }))),
      );
    },
  }),
};
