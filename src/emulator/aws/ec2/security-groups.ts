import type {
  CreateSecurityGroupRequest,
  CreateSecurityGroupResult,
  DeleteSecurityGroupRequest,
  DeleteSecurityGroupResult,
  DescribeSecurityGroupsRequest,
  DescribeSecurityGroupsResult,
  SecurityGroup,
} from '@aws-sdk/client-ec2';
import type { Call, Handlers, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import type { Fields } from './filter.ts';
import { checkLimit } from './limits.ts';
import { listing, nextToken } from './listing.ts';
import { get, required } from './lookup.ts';
import type { SecurityGroupRecord, SecurityGroupRuleRecord } from './network-records.ts';
import { permissionsOf } from './permissions.ts';
import type { Ec2State } from './state.ts';
import { forget, setTags, tagList, tagsFor } from './tags.ts';

const groupArn = (call: Turn, id: string): string => `arn:aws:ec2:${call.region}:${call.account}:security-group/${id}`;

/** The rules of a group in one direction. */
export const rulesOf = (ec2: Ec2State, groupId: string, isEgress: boolean): SecurityGroupRuleRecord[] =>
  Object.values(ec2.securityGroupRules).filter((rule) => rule.groupId === groupId && rule.isEgress === isEgress);

const output = (call: Turn, group: SecurityGroupRecord): SecurityGroup => ({
  GroupId: group.id,
  SecurityGroupArn: groupArn(call, group.id),
  GroupName: group.name,
  Description: group.description,
  OwnerId: call.account,
  VpcId: group.vpcId,
  IpPermissions: permissionsOf(rulesOf(call.state.ec2, group.id, false), call.account),
  IpPermissionsEgress: permissionsOf(rulesOf(call.state.ec2, group.id, true), call.account),
  Tags: tagList(call.state.ec2, group.id),
});

const allowed = /^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]{1,255}$/;

function checkNames(name: string, description: string): void {
  if (name.startsWith('sg-')) {
    throw new AwsError(
      'InvalidParameterValue',
      `Value (${name}) for parameter GroupName is invalid. Group names may not be in the format sg-*.`,
    );
  }
  if (name.toLowerCase() === 'default') {
    throw new AwsError('InvalidParameterValue', `Cannot use reserved security group name: ${name}`);
  }
  if (!allowed.test(name)) {
    const why = `Value (${name}) for parameter GroupName is invalid. Valid characters are a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*, at most 255`;
    throw new AwsError('InvalidParameterValue', why);
  }
  if (!allowed.test(description)) {
    const why = `Value (${description}) for parameter GroupDescription is invalid. Invalid security group description. Valid descriptions are strings less than 256 characters from the following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*`;
    throw new AwsError('InvalidParameterValue', why);
  }
}

const defaultVpcId = (call: Turn): string | undefined =>
  Object.values(call.state.ec2.vpcs).find((vpc) => vpc.isDefault)?.id;

/** Makes a group with the rule that lets everything out. For AWS services too (an EKS cluster's own group). */
export function makeSecurityGroup(
  turn: Turn,
  group: { readonly name: string; readonly description: string; readonly vpcId: string },
): SecurityGroupRecord {
  const { ec2 } = turn.state;
  const made: SecurityGroupRecord = { id: turn.newId('sg-'), ...group };
  ec2.securityGroups[made.id] = made;
  const all = { groupId: made.id, protocol: '-1', fromPort: -1, toPort: -1, isEgress: true };
  const open: SecurityGroupRuleRecord[] = [{ id: turn.newId('sgr-'), ...all, cidrIpv4: '0.0.0.0/0' }];
  if ((ec2.vpcs[group.vpcId]?.ipv6Cidrs.length ?? 0) > 0)
    open.push({ id: turn.newId('sgr-'), ...all, cidrIpv6: '::/0' });
  for (const rule of open) ec2.securityGroupRules[rule.id] = rule;
  return made;
}

function createSecurityGroup(input: CreateSecurityGroupRequest, call: Call): CreateSecurityGroupResult {
  const { ec2 } = call.state;
  const name = required(input.GroupName, 'groupName');
  const description = required(input.Description, 'groupDescription');
  checkNames(name, description);
  const vpcId = input.VpcId ?? defaultVpcId(call);
  if (vpcId === undefined) throw new AwsError('VPCIdNotSpecified', 'No default VPC for this user');
  const vpc = get(call, 'vpcs', vpcId);
  const tags = tagsFor(input.TagSpecifications, 'security-group');
  if (Object.values(ec2.securityGroups).some((group) => group.vpcId === vpc.id && group.name === name)) {
    throw new AwsError('InvalidGroup.Duplicate', `The security group '${name}' already exists for VPC '${vpc.id}'`);
  }
  checkLimit(call, 'securityGroups', {
    have: Object.keys(ec2.securityGroups).length,
    code: 'SecurityGroupLimitExceeded',
    message: 'The maximum number of security groups has been reached.',
  });
  const { id } = makeSecurityGroup(call, { name, description, vpcId: vpc.id });
  setTags(ec2, id, tags);
  return { GroupId: id, SecurityGroupArn: groupArn(call, id), Tags: tagList(ec2, id) };
}

/** Whether something keeps a group from being deleted: an interface that has it, or a rule of another group that refers to it. */
export function isGroupInUse(ec2: Ec2State, id: string): boolean {
  const onInterface = Object.values(ec2.networkInterfaces).some((eni) => eni.groups.includes(id));
  const referenced = Object.values(ec2.securityGroupRules).some((r) => r.referencedGroupId === id && r.groupId !== id);
  return onInterface || referenced;
}

function groupOf(call: Call, input: DeleteSecurityGroupRequest): SecurityGroupRecord {
  if (input.GroupId !== undefined || input.GroupName === undefined) return get(call, 'securityGroups', input.GroupId);
  const vpcId = defaultVpcId(call);
  const found = Object.values(call.state.ec2.securityGroups).find(
    (g) => g.vpcId === vpcId && g.name === input.GroupName,
  );
  if (found === undefined)
    throw new AwsError('InvalidGroup.NotFound', `The security group '${input.GroupName}' does not exist`);
  return found;
}

function deleteSecurityGroup(input: DeleteSecurityGroupRequest, call: Call): DeleteSecurityGroupResult {
  const { ec2 } = call.state;
  const group = groupOf(call, input);
  if (group.name === 'default') {
    throw new AwsError(
      'CannotDelete',
      `the specified group: "${group.id}" name: "default" cannot be deleted by a user`,
    );
  }
  if (isGroupInUse(ec2, group.id)) {
    throw new AwsError('DependencyViolation', `resource ${group.id} has a dependent object`);
  }
  removeSecurityGroup(ec2, group.id);
  return { Return: true, GroupId: group.id };
}

/** Removes a group with its rules, unchecked. */
export function removeSecurityGroup(ec2: Ec2State, id: string): void {
  for (const rule of Object.values(ec2.securityGroupRules)) {
    if (rule.groupId === id) forget(ec2, 'securityGroupRules', rule.id);
  }
  forget(ec2, 'securityGroups', id);
}

function permissionFields(call: Turn, isEgress: boolean): Fields<SecurityGroupRecord> {
  const prefix = isEgress ? 'egress.ip-permission' : 'ip-permission';
  const rules = (group: SecurityGroupRecord) => rulesOf(call.state.ec2, group.id, isEgress);
  const groupName = (id: string | undefined) =>
    id === undefined ? undefined : call.state.ec2.securityGroups[id]?.name;
  return {
    [`${prefix}.cidr`]: (group) => rules(group).map((rule) => rule.cidrIpv4),
    [`${prefix}.ipv6-cidr`]: (group) => rules(group).map((rule) => rule.cidrIpv6),
    [`${prefix}.from-port`]: (group) => rules(group).map((rule) => rule.fromPort),
    [`${prefix}.to-port`]: (group) => rules(group).map((rule) => rule.toPort),
    [`${prefix}.protocol`]: (group) => rules(group).map((rule) => rule.protocol),
    [`${prefix}.group-id`]: (group) => rules(group).map((rule) => rule.referencedGroupId),
    [`${prefix}.group-name`]: (group) => rules(group).map((rule) => groupName(rule.referencedGroupId)),
    [`${prefix}.prefix-list-id`]: (group) => rules(group).map((rule) => rule.prefixListId),
    [`${prefix}.user-id`]: (group) => rules(group).map((rule) => (rule.referencedGroupId ? call.account : undefined)),
  };
}

const fields = (call: Turn): Fields<SecurityGroupRecord> => ({
  'group-id': (group) => [group.id],
  'group-name': (group) => [group.name],
  description: (group) => [group.description],
  'vpc-id': (group) => [group.vpcId],
  'owner-id': () => [call.account],
  ...permissionFields(call, false),
  ...permissionFields(call, true),
});

function idsByName(call: Call, names: readonly string[] | undefined): string[] {
  return (names ?? []).map((name) => groupOf(call, { GroupName: name }).id);
}

function describeSecurityGroups(input: DescribeSecurityGroupsRequest, call: Call): DescribeSecurityGroupsResult {
  const ids = [...(input.GroupIds ?? []), ...idsByName(call, input.GroupNames)];
  const found = listing(call, 'securityGroups', { question: { ...input, ids }, fields: fields(call) });
  return { SecurityGroups: found.items.map((group) => output(call, group)), ...nextToken(found) };
}

export const securityGroupHandlers: Handlers = {
  CreateSecurityGroup: createSecurityGroup,
  DeleteSecurityGroup: deleteSecurityGroup,
  DescribeSecurityGroups: describeSecurityGroups,
};
