import type {
  CreateRoleRequest,
  CreateRoleResponse,
  DeleteRoleRequest,
  GetRoleRequest,
  GetRoleResponse,
  ListRolesRequest,
  ListRolesResponse,
  Role,
  UpdateAssumeRolePolicyRequest,
  UpdateRoleDescriptionRequest,
  UpdateRoleDescriptionResponse,
  UpdateRoleRequest,
} from '@aws-sdk/client-iam';
import type { Call, Handlers } from '../../call.ts';
import { checkTrustPolicy } from './documents.ts';
import { alreadyExists, deleteConflict, limitExceeded, validationError } from './errors.ts';
import { checkBoundary, roleNamed } from './lookup.ts';
import { arnOf, checkName, checkPath, encodeDocument, uniqueId } from './names.ts';
import { pageOf } from './page.ts';
import { rolesPerAccount } from './quotas.ts';
import type { IamRole } from './state.ts';
import { tagsIfAny, tagsOf } from './tags.ts';

/** What lists say of a role; GetRole adds tags, boundary and last use. */
export const roleSummary = (role: IamRole) =>
  ({
    Path: role.path,
    RoleName: role.roleName,
    RoleId: role.roleId,
    Arn: role.arn,
    CreateDate: new Date(role.createDate),
    AssumeRolePolicyDocument: encodeDocument(role.assumeRolePolicyDocument),
    ...(role.description !== undefined && { Description: role.description }),
    MaxSessionDuration: role.maxSessionDuration,
  }) satisfies Role;

export const roleDetail = (role: IamRole): Role => ({
  ...roleSummary(role),
  ...(role.permissionsBoundary !== undefined && {
    PermissionsBoundary: {
      PermissionsBoundaryType: 'PermissionsBoundaryPolicy',
      PermissionsBoundaryArn: role.permissionsBoundary,
    },
  }),
  ...tagsIfAny(role.tags),
});

function checkSession(duration: number | undefined): number {
  if (duration === undefined) return 3600;
  if (duration >= 3600 && duration <= 43_200) return duration;
  throw validationError(
    `1 validation error detected: Value '${duration}' at 'maxSessionDuration' failed to satisfy constraint: Member must have value between 3600 and 43200`,
  );
}

function createRole(input: CreateRoleRequest, call: Call): CreateRoleResponse {
  const { roles } = call.world.iam;
  const roleName = checkName(input.RoleName!, 'roleName', 64);
  const path = checkPath(input.Path);
  const sameName = Object.keys(roles).some((name) => name.toLowerCase() === roleName.toLowerCase());
  if (sameName) throw alreadyExists(`Role with name ${roleName} already exists.`);
  if (Object.keys(roles).length >= rolesPerAccount)
    throw limitExceeded(`Cannot exceed quota for RolesPerAccount: ${rolesPerAccount}`);
  checkTrustPolicy(input.AssumeRolePolicyDocument!, call);
  const role: IamRole = {
    roleName,
    roleId: uniqueId(call, 'AROA'),
    arn: arnOf(call, 'role', { path, name: roleName }),
    path,
    createDate: call.now,
    assumeRolePolicyDocument: input.AssumeRolePolicyDocument!,
    ...(input.Description !== undefined && { description: input.Description }),
    maxSessionDuration: checkSession(input.MaxSessionDuration),
    tags: tagsOf(input.Tags),
    inlinePolicies: {},
    attachedPolicies: [],
    ...(input.PermissionsBoundary !== undefined && {
      permissionsBoundary: checkBoundary(call, input.PermissionsBoundary),
    }),
  };
  roles[roleName] = role;
  return { Role: roleDetail(role) };
}

const getRole = ({ RoleName }: GetRoleRequest, call: Call): GetRoleResponse => ({
  Role: { ...roleDetail(roleNamed(call, RoleName!)), RoleLastUsed: {} },
});

function deleteRole({ RoleName }: DeleteRoleRequest, call: Call): undefined {
  const { iam } = call.world;
  const role = roleNamed(call, RoleName!);
  if (Object.values(iam.instanceProfiles).some(({ roles }) => roles.includes(role.roleName))) {
    throw deleteConflict('Cannot delete entity, must remove roles from instance profile first.');
  }
  if (role.attachedPolicies.length > 0) throw deleteConflict('Cannot delete entity, must detach all policies first.');
  if (Object.keys(role.inlinePolicies).length > 0)
    throw deleteConflict('Cannot delete entity, must delete policies first.');
  delete iam.roles[role.roleName];
}

function listRoles(input: ListRolesRequest, call: Call): ListRolesResponse {
  const roles = Object.values(call.world.iam.roles).filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'));
  const { items, ...rest } = pageOf(roles, ({ roleName }) => roleName, input);
  return { Roles: items.map(roleSummary), ...rest };
}

function updateRole({ RoleName, Description, MaxSessionDuration }: UpdateRoleRequest, call: Call): object {
  const role = roleNamed(call, RoleName!);
  if (MaxSessionDuration !== undefined) role.maxSessionDuration = checkSession(MaxSessionDuration);
  if (Description !== undefined) role.description = Description;
  return {};
}

function updateDescription(
  { RoleName, Description }: UpdateRoleDescriptionRequest,
  call: Call,
): UpdateRoleDescriptionResponse {
  const role = roleNamed(call, RoleName!);
  role.description = Description!;
  return { Role: roleDetail(role) };
}

function updateTrust({ RoleName, PolicyDocument }: UpdateAssumeRolePolicyRequest, call: Call): undefined {
  const role = roleNamed(call, RoleName!);
  checkTrustPolicy(PolicyDocument!, call);
  role.assumeRolePolicyDocument = PolicyDocument!;
}

export const roleHandlers: Handlers = {
  CreateRole: createRole,
  GetRole: getRole,
  DeleteRole: deleteRole,
  ListRoles: listRoles,
  UpdateRole: updateRole,
  UpdateRoleDescription: updateDescription,
  UpdateAssumeRolePolicy: updateTrust,
};
