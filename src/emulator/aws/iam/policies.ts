import type {
  CreatePolicyRequest,
  CreatePolicyResponse,
  DeletePolicyRequest,
  GetPolicyRequest,
  GetPolicyResponse,
  ListEntitiesForPolicyRequest,
  ListEntitiesForPolicyResponse,
  ListPoliciesRequest,
  ListPoliciesResponse,
  ListPolicyTagsRequest,
  Policy,
  TagPolicyRequest,
  UntagPolicyRequest,
} from '@aws-sdk/client-iam';
import type { Call, Handlers } from '../../call.ts';
import { checkManagedPolicy } from './documents.ts';
import { alreadyExists, deleteConflict, limitExceeded, noSuchEntity } from './errors.ts';
import { policyWithArn } from './lookup.ts';
import { type ManagedPolicy, managedPolicies, managedPolicy } from './managed-policies.ts';
import { arnOf, checkName, checkPath, uniqueId } from './names.ts';
import { pageOf } from './page.ts';
import { customerPoliciesPerAccount } from './quotas.ts';
import type { CustomerPolicy, IamState } from './state.ts';
import { removeTags, tagPage, tagsIfAny, tagsOf } from './tags.ts';

const holders = (iam: IamState) => [...Object.values(iam.users), ...Object.values(iam.roles)];

const attachments = (iam: IamState, arn: string): number =>
  holders(iam).filter(({ attachedPolicies }) => attachedPolicies.includes(arn)).length;

const boundaries = (iam: IamState, arn: string): number =>
  holders(iam).filter(({ permissionsBoundary }) => permissionsBoundary === arn).length;

export const customerPolicy = (policy: CustomerPolicy, iam: IamState): Policy => ({
  PolicyName: policy.policyName,
  PolicyId: policy.policyId,
  Arn: policy.arn,
  Path: policy.path,
  DefaultVersionId: policy.defaultVersionId,
  AttachmentCount: attachments(iam, policy.arn),
  PermissionsBoundaryUsageCount: boundaries(iam, policy.arn),
  IsAttachable: true,
  ...(policy.description !== undefined && { Description: policy.description }),
  CreateDate: new Date(policy.createDate),
  UpdateDate: new Date(policy.updateDate),
});

export const awsPolicy = ({ name, arn, path, version, created, updated }: ManagedPolicy, iam: IamState): Policy => ({
  PolicyName: name,
  // AWS's own policies have ids too; the name is what makes ours differ from one another.
  PolicyId: `ANPA${Buffer.from(name).toString('hex').toUpperCase().slice(-17)}`,
  Arn: arn,
  Path: path,
  DefaultVersionId: version,
  AttachmentCount: attachments(iam, arn),
  PermissionsBoundaryUsageCount: boundaries(iam, arn),
  IsAttachable: !path.startsWith('/aws-service-role/'),
  CreateDate: new Date(created),
  UpdateDate: new Date(updated),
});

function createPolicy(input: CreatePolicyRequest, call: Call): CreatePolicyResponse {
  const { iam } = call.world;
  const policyName = checkName(input.PolicyName!, 'policyName', 128);
  const path = checkPath(input.Path);
  const taken = Object.values(iam.policies).some(
    (policy) => policy.policyName.toLowerCase() === policyName.toLowerCase(),
  );
  if (taken) throw alreadyExists(`A policy called ${policyName} already exists. Duplicate names are not allowed.`);
  if (Object.keys(iam.policies).length >= customerPoliciesPerAccount) {
    throw limitExceeded(`Cannot exceed quota for PoliciesPerAccount: ${customerPoliciesPerAccount}`);
  }
  checkManagedPolicy(input.PolicyDocument!);
  const policy: CustomerPolicy = {
    policyName,
    policyId: uniqueId(call, 'ANPA'),
    arn: arnOf(call, 'policy', { path, name: policyName }),
    path,
    ...(input.Description !== undefined && { description: input.Description }),
    createDate: call.now,
    updateDate: call.now,
    defaultVersionId: 'v1',
    nextVersion: 2,
    versions: [{ versionId: 'v1', document: input.PolicyDocument!, createDate: call.now }],
    tags: tagsOf(input.Tags),
  };
  iam.policies[policy.arn] = policy;
  // Only who reads a policy is told its description.
  const { Description: _, ...made } = customerPolicy(policy, iam);
  return { Policy: { ...made, ...tagsIfAny(policy.tags) } };
}

function getPolicy({ PolicyArn }: GetPolicyRequest, call: Call): GetPolicyResponse {
  const { iam } = call.world;
  const managed = managedPolicy(PolicyArn!);
  if (managed) return { Policy: awsPolicy(managed, iam) };
  const policy = iam.policies[PolicyArn!];
  if (!policy) throw noSuchEntity(`Policy ${PolicyArn} was not found.`);
  return { Policy: { ...customerPolicy(policy, iam), ...tagsIfAny(policy.tags) } };
}

function deletePolicy({ PolicyArn }: DeletePolicyRequest, call: Call): undefined {
  const { iam } = call.world;
  const policy = policyWithArn(call, PolicyArn!);
  if (attachments(iam, policy.arn) + boundaries(iam, policy.arn) > 0) {
    throw deleteConflict('Cannot delete a policy attached to entities.');
  }
  if (policy.versions.length > 1) {
    throw deleteConflict(
      "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
    );
  }
  delete iam.policies[policy.arn];
}

function listPolicies(input: ListPoliciesRequest, call: Call): ListPoliciesResponse {
  const { iam } = call.world;
  const own = input.Scope === 'AWS' ? [] : Object.values(iam.policies).map((policy) => customerPolicy(policy, iam));
  const aws = input.Scope === 'Local' ? [] : managedPolicies().map((policy) => awsPolicy(policy, iam));
  const wanted = [...own, ...aws].filter(
    ({ Path, AttachmentCount }) =>
      Path!.startsWith(input.PathPrefix ?? '/') && (!input.OnlyAttached || AttachmentCount! > 0),
  );
  const { items, ...rest } = pageOf(wanted, ({ Arn }) => Arn!, input);
  return { Policies: [...items], ...rest };
}

function listEntities(input: ListEntitiesForPolicyRequest, call: Call): ListEntitiesForPolicyResponse {
  const { iam } = call.world;
  const arn = input.PolicyArn!;
  if (!managedPolicy(arn)) policyWithArn(call, arn);
  const boundary = input.PolicyUsageFilter === 'PermissionsBoundary';
  const uses = (each: { attachedPolicies: string[]; permissionsBoundary?: string }): boolean =>
    boundary ? each.permissionsBoundary === arn : each.attachedPolicies.includes(arn);
  const wants = (kind: string): boolean => input.EntityFilter === undefined || input.EntityFilter === kind;
  const roles = wants('Role') ? Object.values(iam.roles).filter(uses) : [];
  const users = wants('User') ? Object.values(iam.users).filter(uses) : [];
  return {
    PolicyRoles: roles.map(({ roleName, roleId }) => ({ RoleName: roleName, RoleId: roleId })),
    PolicyUsers: users.map(({ userName, userId }) => ({ UserName: userName, UserId: userId })),
    PolicyGroups: [],
    IsTruncated: false,
  };
}

function tagPolicy({ PolicyArn, Tags }: TagPolicyRequest, call: Call): undefined {
  const policy = policyWithArn(call, PolicyArn!);
  policy.tags = tagsOf(Tags, policy.tags);
}

function untagPolicy({ PolicyArn, TagKeys }: UntagPolicyRequest, call: Call): undefined {
  removeTags(policyWithArn(call, PolicyArn!).tags, TagKeys);
}

export const policyHandlers: Handlers = {
  CreatePolicy: createPolicy,
  GetPolicy: getPolicy,
  DeletePolicy: deletePolicy,
  ListPolicies: listPolicies,
  ListEntitiesForPolicy: listEntities,
  TagPolicy: tagPolicy,
  UntagPolicy: untagPolicy,
  ListPolicyTags: (input: ListPolicyTagsRequest, call: Call) =>
    tagPage(policyWithArn(call, input.PolicyArn!).tags, input),
};
