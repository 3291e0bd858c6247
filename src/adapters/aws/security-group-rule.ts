import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  DescribeSecurityGroupRulesCommand,
  type Filter,
  type IpPermission,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  type SecurityGroupRule,
  UpdateSecurityGroupRuleDescriptionsEgressCommand,
  UpdateSecurityGroupRuleDescriptionsIngressCommand,
} from '@aws-sdk/client-ec2';
import { canonicalJson } from '../../base/canonical-json.ts';
import type { RulePeer } from '../../model/kinds/security-group-rule.ts';
import type { Found } from '../../model/snapshot.ts';
import { idTag } from '../../model/tags.ts';
import type { Settled } from '../../model/types.ts';
import { type CallContext, isAwsFailure, type ReadContext } from '../../ports/aws.ts';
import type { Permission } from '../../ports/permissions.ts';
import type { Adapter } from './adapter.ts';
import { allItems } from './all-items.ts';
import { allKnown } from './all-known.ts';
import { bareId, idOrBareId, ofNobody } from './bare.ts';
import type { Connection } from './connection.ts';
import { ec2Arn, retag, retagPermissions, tagOnCreate, tagSpecification } from './ec2.ts';
import { describeTags, ofOurType } from './ec2-types.ts';
import { fromTagList, ourFilter } from './found.ts';
import { unlessGone } from './gone.ts';
import { whenKnown } from './retry.ts';

type Kind = 'security-group-rule';
type Rule = Settled<Kind>;
const kind: Kind = 'security-group-rule';

/** What no two rules of a group have in common. */
type RuleParts = Pick<Rule, 'groupId' | 'direction' | 'protocol' | 'ports' | 'peer'>;

const signOf = ({ groupId, direction, protocol, ports, peer }: RuleParts): string =>
  [groupId, direction, protocol, ports === null ? 'all' : `${ports.from}-${ports.to}`, canonicalJson(peer)].join(' ');
const groupOf = (sign: string): string => sign.split(' ', 1)[0]!;

const rulesWhere = ({ clients, call }: Connection, Filters: Filter[]): Promise<SecurityGroupRule[]> =>
  allItems(
    (NextToken) =>
      call('ec2:DescribeSecurityGroupRules', () =>
        clients.ec2.send(new DescribeSecurityGroupRulesCommand({ Filters, NextToken, MaxResults: 1000 })),
      ),
    (page) => page.SecurityGroupRules,
  );

/** Groups that a filter takes at once. */
const groupsPerCall = 200;

/** Rules of the groups of which the graph knows rules: where CloudFormation made them they bear no tag to list them by. */
async function bareRules(connection: Connection, { scope }: ReadContext): Promise<SecurityGroupRule[]> {
  const groups = [...new Set(Object.keys(scope.exported?.signs['security-group-rule'] ?? {}).map(groupOf))];
  const chunks = Array.from({ length: Math.ceil(groups.length / groupsPerCall) }, (_, i) =>
    groups.slice(i * groupsPerCall, (i + 1) * groupsPerCall),
  );
  const lists = await Promise.all(chunks.map((Values) => rulesWhere(connection, [{ Name: 'group-id', Values }])));
  return lists.flat().filter((rule) => bareId(kind, signOf(partsOf(rule)), { tags: fromTagList(rule.Tags), scope }));
}

/** Our rules, of groups of ours and of the one that EKS makes. */
export async function ourSecurityGroupRules(connection: Connection, context: ReadContext) {
  const tagged = await ofOurType(connection, context, {
    type: 'security-group-rule',
    ask: () => rulesWhere(connection, ourFilter(context.scope)),
  });
  const bare = await context.once('rules without tags', () => bareRules(connection, context));
  return [...tagged, ...bare];
}

function peerOf(rule: SecurityGroupRule): RulePeer {
  if (rule.CidrIpv4 !== undefined) return { cidr: rule.CidrIpv4 };
  if (rule.CidrIpv6 !== undefined) return { cidrIpv6: rule.CidrIpv6 };
  if (rule.PrefixListId !== undefined) return { prefixListId: rule.PrefixListId };
  return { groupId: rule.ReferencedGroupInfo?.GroupId ?? '' };
}

const isIcmp = (protocol: string): boolean => protocol.startsWith('icmp');

/** All ports: -1 where the protocol has none or means all, 0 to 65535 for TCP and UDP. */
function portsOf({ IpProtocol = '-1', FromPort, ToPort }: SecurityGroupRule): Rule['ports'] {
  if (IpProtocol === '-1' || FromPort === undefined || ToPort === undefined) return null;
  if (FromPort === -1 && ToPort === -1) return null;
  if (!isIcmp(IpProtocol) && FromPort === 0 && ToPort === 65535) return null;
  return { from: FromPort, to: ToPort };
}

const partsOf = (rule: SecurityGroupRule): RuleParts => ({
  groupId: rule.GroupId!,
  direction: rule.IsEgress === true ? 'egress' : 'ingress',
  protocol: rule.IpProtocol!,
  ports: portsOf(rule),
  peer: peerOf(rule),
});

function toFound(rule: SecurityGroupRule, context: ReadContext): Found<Kind>[] {
  const tags = fromTagList(rule.Tags);
  const parts = partsOf(rule);
  const id = idOrBareId(kind, signOf(parts), { tags, scope: context.scope });
  if (id === undefined) return [];
  return [
    {
      kind: 'security-group-rule',
      id,
      name: rule.SecurityGroupRuleId!,
      state: 'ready',
      settled: { ...parts, description: rule.Description ?? '', tags },
      observed: { securityGroupRuleId: rule.SecurityGroupRuleId! },
    },
  ];
}

function peerInput(peer: RulePeer, description: string): Partial<IpPermission> {
  const Description = description === '' ? undefined : description;
  if ('cidr' in peer) return { IpRanges: [{ CidrIp: peer.cidr, Description }] };
  if ('cidrIpv6' in peer) return { Ipv6Ranges: [{ CidrIpv6: peer.cidrIpv6, Description }] };
  if ('prefixListId' in peer) return { PrefixListIds: [{ PrefixListId: peer.prefixListId, Description }] };
  return { UserIdGroupPairs: [{ GroupId: peer.groupId, Description }] };
}

function portsInput({ protocol, ports }: Rule): Partial<IpPermission> {
  if (protocol === '-1') return {};
  if (ports !== null) return { FromPort: ports.from, ToPort: ports.to };
  return isIcmp(protocol) ? { FromPort: -1, ToPort: -1 } : { FromPort: 0, ToPort: 65535 };
}

async function authorize({ clients, call }: Connection, rule: Rule): Promise<string> {
  const input = {
    GroupId: rule.groupId,
    IpPermissions: [{ IpProtocol: rule.protocol, ...portsInput(rule), ...peerInput(rule.peer, rule.description) }],
    ...tagSpecification('security-group-rule', rule.tags),
  };
  const answer =
    rule.direction === 'egress'
      ? await call('ec2:AuthorizeSecurityGroupEgress', () =>
          clients.ec2.send(new AuthorizeSecurityGroupEgressCommand(input)),
        )
      : await call('ec2:AuthorizeSecurityGroupIngress', () =>
          clients.ec2.send(new AuthorizeSecurityGroupIngressCommand(input)),
        );
  return answer.SecurityGroupRules![0]!.SecurityGroupRuleId!;
}

/** The rule as we made it before, where the answer of that call was lost; a rule of someone else stays one. */
async function madeBefore(connection: Connection, made: { id: string; groupId: string }, context: CallContext) {
  const rules = await rulesWhere(connection, [
    ...ourFilter(context.scope),
    { Name: `tag:${idTag}`, Values: [made.id] },
    { Name: 'group-id', Values: [made.groupId] },
  ]);
  return rules[0]?.SecurityGroupRuleId;
}

async function create(connection: Connection, { id, settled }: { id: string; settled: Rule }, context: CallContext) {
  try {
    const securityGroupRuleId = await whenKnown(`security group ${settled.groupId}`, context, () =>
      authorize(connection, settled),
    );
    return { securityGroupRuleId };
  } catch (error) {
    if (!isAwsFailure(error, 'exists')) throw error;
    const securityGroupRuleId = await madeBefore(connection, { id, groupId: settled.groupId }, context);
    if (securityGroupRuleId === undefined) throw error;
    return { securityGroupRuleId };
  }
}

async function describeAnew({ clients, call }: Connection, ruleId: string, rule: Rule): Promise<void> {
  const input = {
    GroupId: rule.groupId,
    SecurityGroupRuleDescriptions: [{ SecurityGroupRuleId: ruleId, Description: rule.description }],
  };
  if (rule.direction === 'egress') {
    await call('ec2:UpdateSecurityGroupRuleDescriptionsEgress', () =>
      clients.ec2.send(new UpdateSecurityGroupRuleDescriptionsEgressCommand(input)),
    );
  } else {
    await call('ec2:UpdateSecurityGroupRuleDescriptionsIngress', () =>
      clients.ec2.send(new UpdateSecurityGroupRuleDescriptionsIngressCommand(input)),
    );
  }
}

async function revoke({ clients, call }: Connection, found: Found<Kind>): Promise<void> {
  const input = { GroupId: found.settled.groupId!, SecurityGroupRuleIds: [found.observed.securityGroupRuleId] };
  if (found.settled.direction === 'egress') {
    await call('ec2:RevokeSecurityGroupEgress', () => clients.ec2.send(new RevokeSecurityGroupEgressCommand(input)));
  } else {
    await call('ec2:RevokeSecurityGroupIngress', () => clients.ec2.send(new RevokeSecurityGroupIngressCommand(input)));
  }
}

/** On a group of ours, or on the one that EKS made for this cluster, which carries EKS's tag. */
const onGroup = (action: string): Permission[] => [
  { action, resource: ec2Arn('security-group'), condition: 'our-tag-on-resource' },
  {
    action,
    resource: ec2Arn('security-group'),
    condition: { StringEquals: { 'aws:ResourceTag/aws:eks:cluster-name': '${cluster}' } },
  },
];
const read = { action: 'ec2:DescribeSecurityGroupRules', resource: '*' };
const ruleArn = ec2Arn('security-group-rule');

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html */
export const securityGroupRule: Adapter<Kind> = {
  permissions: {
    read: [describeTags, read],
    create: [
      ...['ec2:AuthorizeSecurityGroupIngress', 'ec2:AuthorizeSecurityGroupEgress'].flatMap((action) => [
        ...onGroup(action),
        { action, resource: ruleArn, condition: 'our-tag-in-request' } as const,
      ]),
      tagOnCreate('security-group-rule', 'AuthorizeSecurityGroupIngress'),
      tagOnCreate('security-group-rule', 'AuthorizeSecurityGroupEgress'),
      read,
    ],
    update: [
      ...onGroup('ec2:UpdateSecurityGroupRuleDescriptionsIngress'),
      ...onGroup('ec2:UpdateSecurityGroupRuleDescriptionsEgress'),
      ...retagPermissions('security-group-rule'),
    ],
    own: [{ action: 'ec2:CreateTags', resource: ruleArn, condition: ofNobody }],
    delete: [...onGroup('ec2:RevokeSecurityGroupIngress'), ...onGroup('ec2:RevokeSecurityGroupEgress')],
  },

  reader: (connection) => ({
    async list(context) {
      return (await ourSecurityGroupRules(connection, context)).flatMap((rule) => toFound(rule, context));
    },
    sign: ({ settled: { groupId, direction, protocol, ports, peer } }) =>
      allKnown(groupId, ...Object.values(peer ?? {}))
        ? signOf({ groupId: groupId!, direction: direction!, protocol: protocol!, ports: ports!, peer: peer! })
        : undefined,
  }),

  writer: (connection) => ({
    create: (input, context) => create(connection, input, context),

    async update({ found, settled, changed }) {
      const { securityGroupRuleId } = found.observed;
      if (changed.includes('description')) await describeAnew(connection, securityGroupRuleId, settled);
      if (changed.includes('tags'))
        await retag(connection, securityGroupRuleId, { before: found.settled.tags ?? {}, after: settled.tags });
      return { securityGroupRuleId };
    },

    async delete(found) {
      await unlessGone(revoke(connection, found));
    },
  }),
};
