import type {
  AuthorizeSecurityGroupEgressRequest,
  AuthorizeSecurityGroupIngressRequest,
  AuthorizeSecurityGroupIngressResult,
  DescribeSecurityGroupRulesRequest,
  DescribeSecurityGroupRulesResult,
  IpPermission,
  RevokeSecurityGroupEgressRequest,
  RevokeSecurityGroupIngressRequest,
  RevokeSecurityGroupIngressResult,
  SecurityGroupRule,
} from '@aws-sdk/client-ec2';
import type { Call, Handlers, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { checkLimit } from './limits.ts';
import { listing, nextToken } from './listing.ts';
import { get } from './lookup.ts';
import type { SecurityGroupRecord, SecurityGroupRuleRecord } from './network-records.ts';
import type { RuleBody } from './permissions.ts';
import { readPermissions, ruleKey, ruleText } from './permissions.ts';
import { prefixListById } from './prefix-lists.ts';
import { rulesOf } from './security-groups.ts';
import { forget, setTags, tagList, tagsFor } from './tags.ts';

const ruleArn = (call: Turn, id: string): string =>
  `arn:aws:ec2:${call.region}:${call.account}:security-group-rule/${id}`;

function output(call: Turn, rule: SecurityGroupRuleRecord): SecurityGroupRule {
  return {
    SecurityGroupRuleId: rule.id,
    SecurityGroupRuleArn: ruleArn(call, rule.id),
    GroupId: rule.groupId,
    GroupOwnerId: call.account,
    IsEgress: rule.isEgress,
    IpProtocol: rule.protocol,
    FromPort: rule.fromPort,
    ToPort: rule.toPort,
    ...(rule.cidrIpv4 !== undefined && { CidrIpv4: rule.cidrIpv4 }),
    ...(rule.cidrIpv6 !== undefined && { CidrIpv6: rule.cidrIpv6 }),
    ...(rule.prefixListId !== undefined && { PrefixListId: rule.prefixListId }),
    ...(rule.referencedGroupId !== undefined && {
      ReferencedGroupInfo: { GroupId: rule.referencedGroupId, UserId: call.account },
    }),
    ...(rule.description !== undefined && { Description: rule.description }),
    Tags: tagList(call.state.ec2, rule.id),
  };
}

/** The older requests name a single permission by flat parameters. */
function permissionsIn(
  input: AuthorizeSecurityGroupIngressRequest & AuthorizeSecurityGroupEgressRequest,
): IpPermission[] {
  const { IpPermissions, IpProtocol, FromPort, ToPort, CidrIp } = input;
  if (IpPermissions !== undefined && IpPermissions.length > 0) return IpPermissions;
  const groupName = input.SourceSecurityGroupName;
  if (IpProtocol === undefined && CidrIp === undefined && groupName === undefined) return [];
  return [
    {
      ...(IpProtocol !== undefined && { IpProtocol }),
      ...(FromPort !== undefined && { FromPort }),
      ...(ToPort !== undefined && { ToPort }),
      ...(CidrIp !== undefined && { IpRanges: [{ CidrIp }] }),
      ...(groupName !== undefined && { UserIdGroupPairs: [{ GroupName: groupName }] }),
    },
  ];
}

function groupOf(
  call: Call,
  input: { GroupId?: string | undefined; GroupName?: string | undefined },
): SecurityGroupRecord {
  if (input.GroupId !== undefined || input.GroupName === undefined) return get(call, 'securityGroups', input.GroupId);
  const { ec2 } = call.state;
  const found = Object.values(ec2.securityGroups).find(
    (g) => g.name === input.GroupName && ec2.vpcs[g.vpcId]?.isDefault,
  );
  if (found === undefined)
    throw new AwsError('InvalidGroup.NotFound', `The security group '${input.GroupName}' does not exist`);
  return found;
}

/** Rules over IPv4 and over IPv6 are counted apart; a reference to a group or a prefix list counts in both, a list by its weight. */
function countOf(call: Call, rules: readonly RuleBody[], version: 4 | 6): number {
  return rules
    .filter((rule) => (version === 4 ? rule.cidrIpv6 : rule.cidrIpv4) === undefined)
    .map(({ prefixListId }) => (prefixListId === undefined ? 1 : prefixListById(call, prefixListId).weight))
    .reduce((sum, weight) => sum + weight, 0);
}

function checkRules(call: Call, standing: readonly RuleBody[], asked: readonly RuleBody[]): void {
  const keys = new Set(standing.map(ruleKey));
  const inRequest = new Set<string>();
  for (const rule of asked) {
    const key = ruleKey(rule);
    if (keys.has(key))
      throw new AwsError('InvalidPermission.Duplicate', `the specified rule ${ruleText(rule)} already exists`);
    if (inRequest.has(key)) {
      throw new AwsError('InvalidParameterValue', 'The same permission must not appear multiple times');
    }
    inRequest.add(key);
  }
  for (const version of [4, 6] as const) {
    checkLimit(call, 'rulesPerGroup', {
      have: countOf(call, standing, version),
      add: countOf(call, asked, version),
      code: 'RulesPerSecurityGroupLimitExceeded',
      message: 'The maximum number of rules per security group has been reached.',
    });
  }
}

/** Adds rules to a group, unchecked; their ids. For AWS services too. */
export function addRules(
  turn: Turn,
  at: { readonly groupId: string; readonly isEgress: boolean },
  rules: readonly RuleBody[],
): SecurityGroupRuleRecord[] {
  return rules.map((body) => {
    const rule: SecurityGroupRuleRecord = { id: turn.newId('sgr-'), ...at, ...body };
    turn.state.ec2.securityGroupRules[rule.id] = rule;
    return rule;
  });
}

const authorize =
  (isEgress: boolean) =>
  (
    input: AuthorizeSecurityGroupIngressRequest & AuthorizeSecurityGroupEgressRequest,
    call: Call,
  ): AuthorizeSecurityGroupIngressResult => {
    const group = groupOf(call, input);
    const permissions = permissionsIn(input);
    if (permissions.length === 0)
      throw new AwsError('MissingParameter', 'The request must contain the parameter ipPermissions');
    const tags = tagsFor(input.TagSpecifications, 'security-group-rule');
    const asked = readPermissions(call, group, permissions);
    checkRules(call, rulesOf(call.state.ec2, group.id, isEgress), asked);
    const made = addRules(call, { groupId: group.id, isEgress }, asked);
    for (const rule of made) setTags(call.state.ec2, rule.id, tags);
    return { Return: true, SecurityGroupRules: made.map((rule) => output(call, rule)) };
  };

function rulesById(call: Call, group: SecurityGroupRecord, ids: readonly string[], isEgress: boolean) {
  return ids.map((id) => {
    const rule = get(call, 'securityGroupRules', id);
    if (rule.groupId !== group.id || rule.isEgress !== isEgress) {
      throw new AwsError('InvalidSecurityGroupRuleId.NotFound', `The security group rule ID '${id}' does not exist`);
    }
    return rule;
  });
}

function rulesLike(call: Call, group: SecurityGroupRecord, permissions: readonly IpPermission[], isEgress: boolean) {
  const standing = rulesOf(call.state.ec2, group.id, isEgress);
  return readPermissions(call, group, permissions).map((body) => {
    const rule = standing.find((one) => ruleKey(one) === ruleKey(body));
    if (rule === undefined) {
      throw new AwsError('InvalidPermission.NotFound', 'The specified rule does not exist in this security group.');
    }
    return rule;
  });
}

const revoke =
  (isEgress: boolean) =>
  (
    input: RevokeSecurityGroupIngressRequest & RevokeSecurityGroupEgressRequest,
    call: Call,
  ): RevokeSecurityGroupIngressResult => {
    const group = groupOf(call, input);
    const permissions = permissionsIn(input);
    const ids = input.SecurityGroupRuleIds ?? [];
    if (permissions.length === 0 && ids.length === 0) {
      throw new AwsError('MissingParameter', "Either 'ipPermissions' or 'securityGroupRuleIds' should be provided.");
    }
    const gone = [...rulesById(call, group, ids, isEgress), ...rulesLike(call, group, permissions, isEgress)];
    for (const rule of gone) forget(call.state.ec2, 'securityGroupRules', rule.id);
    return {
      Return: true,
      RevokedSecurityGroupRules: gone.map((rule) => {
        const {
          SecurityGroupRuleArn: _arn,
          GroupOwnerId: _owner,
          Tags: _tags,
          ReferencedGroupInfo: ref,
          ...rest
        } = output(call, rule);
        return { ...rest, ...(ref?.GroupId !== undefined && { ReferencedGroupId: ref.GroupId }) };
      }),
    };
  };

function describeRules(input: DescribeSecurityGroupRulesRequest, call: Call): DescribeSecurityGroupRulesResult {
  const found = listing(call, 'securityGroupRules', {
    question: { ...input, ids: input.SecurityGroupRuleIds },
    fields: { 'group-id': (rule) => [rule.groupId], 'security-group-rule-id': (rule) => [rule.id] },
  });
  return { SecurityGroupRules: found.items.map((rule) => output(call, rule)), ...nextToken(found) };
}

export const securityGroupRuleHandlers: Handlers = {
  AuthorizeSecurityGroupIngress: authorize(false),
  AuthorizeSecurityGroupEgress: authorize(true),
  RevokeSecurityGroupIngress: revoke(false),
  RevokeSecurityGroupEgress: revoke(true),
  DescribeSecurityGroupRules: describeRules,
};
