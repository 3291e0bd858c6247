import type {
  IpPermission,
  ModifySecurityGroupRulesRequest,
  ModifySecurityGroupRulesResult,
  SecurityGroupRuleDescription,
  SecurityGroupRuleRequest,
  UpdateSecurityGroupRuleDescriptionsEgressRequest,
  UpdateSecurityGroupRuleDescriptionsIngressRequest,
  UpdateSecurityGroupRuleDescriptionsIngressResult,
} from '@aws-sdk/client-ec2';
import type { Call, Handlers } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { get, required } from './lookup.ts';
import type { SecurityGroupRecord, SecurityGroupRuleRecord } from './network-records.ts';
import type { RuleBody } from './permissions.ts';
import { readPermissions, ruleKey, ruleText } from './permissions.ts';
import { rulesOf } from './security-groups.ts';

const text = (description: string | undefined) => description !== undefined && { Description: description };

/** A rule request in the form that permissions have, so that both are read by one reader. */
const asPermission = (rule: SecurityGroupRuleRequest): IpPermission => ({
  ...(rule.IpProtocol !== undefined && { IpProtocol: rule.IpProtocol }),
  ...(rule.FromPort !== undefined && { FromPort: rule.FromPort }),
  ...(rule.ToPort !== undefined && { ToPort: rule.ToPort }),
  ...(rule.CidrIpv4 !== undefined && { IpRanges: [{ CidrIp: rule.CidrIpv4, ...text(rule.Description) }] }),
  ...(rule.CidrIpv6 !== undefined && { Ipv6Ranges: [{ CidrIpv6: rule.CidrIpv6, ...text(rule.Description) }] }),
  ...(rule.PrefixListId !== undefined && {
    PrefixListIds: [{ PrefixListId: rule.PrefixListId, ...text(rule.Description) }],
  }),
  ...(rule.ReferencedGroupId !== undefined && {
    UserIdGroupPairs: [{ GroupId: rule.ReferencedGroupId, ...text(rule.Description) }],
  }),
});

const sourceKind = (rule: RuleBody): string => {
  if (rule.cidrIpv4 !== undefined) return 'cidrIpv4';
  if (rule.cidrIpv6 !== undefined) return 'cidrIpv6';
  return rule.prefixListId !== undefined ? 'prefixListId' : 'referencedGroupId';
};

function readChange(call: Call, group: SecurityGroupRecord, update: { id: string; asked: SecurityGroupRuleRequest }) {
  const rule = get(call, 'securityGroupRules', update.id);
  if (rule.groupId !== group.id) {
    const why = `The security group rule ID '${update.id}' does not exist`;
    throw new AwsError('InvalidSecurityGroupRuleId.NotFound', why);
  }
  const [body, ...more] = readPermissions(call, group, [asPermission(update.asked)]);
  if (body === undefined || more.length > 0) {
    const why = 'Exactly one of CidrIpv4, CidrIpv6, PrefixListId or ReferencedGroupId must be specified.';
    throw new AwsError('InvalidParameterCombination', why);
  }
  if (sourceKind(body) !== sourceKind(rule)) {
    const why = `You may not change the source type of security group rule '${rule.id}'.`;
    throw new AwsError('InvalidParameterValue', why);
  }
  const others = rulesOf(call.state.ec2, group.id, rule.isEgress).filter((one) => one.id !== rule.id);
  if (others.some((one) => ruleKey(one) === ruleKey(body))) {
    throw new AwsError('InvalidPermission.Duplicate', `the specified rule ${ruleText(body)} already exists`);
  }
  return { id: rule.id, groupId: rule.groupId, isEgress: rule.isEgress, ...body } satisfies SecurityGroupRuleRecord;
}

function modify(input: ModifySecurityGroupRulesRequest, call: Call): ModifySecurityGroupRulesResult {
  const group = get(call, 'securityGroups', input.GroupId);
  const updates = required(input.SecurityGroupRules, 'securityGroupRules');
  const changed = updates.map((update) =>
    readChange(call, group, {
      id: required(update.SecurityGroupRuleId, 'securityGroupRuleId'),
      asked: update.SecurityGroupRule ?? {},
    }),
  );
  for (const rule of changed) call.state.ec2.securityGroupRules[rule.id] = rule;
  return { Return: true };
}

function describeById(
  call: Call,
  description: SecurityGroupRuleDescription,
): [SecurityGroupRuleRecord, string | undefined] {
  return [get(call, 'securityGroupRules', description.SecurityGroupRuleId), description.Description];
}

const updateDescriptions =
  (isEgress: boolean) =>
  (
    input: UpdateSecurityGroupRuleDescriptionsIngressRequest & UpdateSecurityGroupRuleDescriptionsEgressRequest,
    call: Call,
  ): UpdateSecurityGroupRuleDescriptionsIngressResult => {
    const group = get(call, 'securityGroups', input.GroupId);
    const standing = rulesOf(call.state.ec2, group.id, isEgress);
    const byPermission = readPermissions(call, group, input.IpPermissions ?? []).map(
      (body): [SecurityGroupRuleRecord, string | undefined] => {
        const rule = standing.find((one) => ruleKey(one) === ruleKey(body));
        if (rule === undefined) {
          throw new AwsError('InvalidPermission.NotFound', 'The specified rule does not exist in this security group.');
        }
        return [rule, body.description];
      },
    );
    const byId = (input.SecurityGroupRuleDescriptions ?? []).map((one) => describeById(call, one));
    for (const [rule, description] of [...byPermission, ...byId]) {
      if (description === undefined || description === '') delete rule.description;
      else rule.description = description;
    }
    return { Return: true };
  };

export const securityGroupChangeHandlers: Handlers = {
  ModifySecurityGroupRules: modify,
  UpdateSecurityGroupRuleDescriptionsIngress: updateDescriptions(false),
  UpdateSecurityGroupRuleDescriptionsEgress: updateDescriptions(true),
};
