import type {
  AddRoleToInstanceProfileRequest,
  CreateInstanceProfileRequest,
  CreateInstanceProfileResponse,
  DeleteInstanceProfileRequest,
  GetInstanceProfileRequest,
  GetInstanceProfileResponse,
  InstanceProfile as InstanceProfileAnswer,
  ListInstanceProfilesForRoleRequest,
  ListInstanceProfilesForRoleResponse,
  ListInstanceProfilesRequest,
  ListInstanceProfilesResponse,
  ListInstanceProfileTagsRequest,
  RemoveRoleFromInstanceProfileRequest,
  TagInstanceProfileRequest,
  UntagInstanceProfileRequest,
} from '@aws-sdk/client-iam';
import type { Call, Handlers } from '../../call.ts';
import { alreadyExists, deleteConflict, limitExceeded, noSuchEntity } from './errors.ts';
import { profileNamed, roleNamed } from './lookup.ts';
import { arnOf, checkName, checkPath, uniqueId } from './names.ts';
import { pageOf } from './page.ts';
import { instanceProfilesPerAccount } from './quotas.ts';
import { roleSummary } from './roles.ts';
import type { InstanceProfile } from './state.ts';
import { removeTags, tagPage, tagsIfAny, tagsOf } from './tags.ts';

const answerOf = (profile: InstanceProfile, call: Call): InstanceProfileAnswer => ({
  Path: profile.path,
  InstanceProfileName: profile.instanceProfileName,
  InstanceProfileId: profile.instanceProfileId,
  Arn: profile.arn,
  CreateDate: new Date(profile.createDate),
  Roles: profile.roles.map((name) => roleSummary(roleNamed(call, name))),
});

const detailOf = (profile: InstanceProfile, call: Call): InstanceProfileAnswer => ({
  ...answerOf(profile, call),
  ...tagsIfAny(profile.tags),
});

function createProfile(input: CreateInstanceProfileRequest, call: Call): CreateInstanceProfileResponse {
  const profiles = call.world.iam.instanceProfiles;
  const name = checkName(input.InstanceProfileName!, 'instanceProfileName', 128);
  const path = checkPath(input.Path);
  if (Object.keys(profiles).some((known) => known.toLowerCase() === name.toLowerCase())) {
    throw alreadyExists(`Instance Profile ${name} already exists.`);
  }
  if (Object.keys(profiles).length >= instanceProfilesPerAccount) {
    throw limitExceeded(`Cannot exceed quota for InstanceProfilesPerAccount: ${instanceProfilesPerAccount}`);
  }
  const profile: InstanceProfile = {
    instanceProfileName: name,
    instanceProfileId: uniqueId(call, 'AIPA'),
    arn: arnOf(call, 'instance-profile', { path, name }),
    path,
    createDate: call.now,
    roles: [],
    tags: tagsOf(input.Tags),
  };
  profiles[name] = profile;
  return { InstanceProfile: detailOf(profile, call) };
}

const getProfile = ({ InstanceProfileName }: GetInstanceProfileRequest, call: Call): GetInstanceProfileResponse => ({
  InstanceProfile: detailOf(profileNamed(call, InstanceProfileName!), call),
});

function deleteProfile({ InstanceProfileName }: DeleteInstanceProfileRequest, call: Call): undefined {
  const profile = profileNamed(call, InstanceProfileName!);
  if (profile.roles.length > 0)
    throw deleteConflict('Cannot delete entity, must remove roles from instance profile first.');
  delete call.world.iam.instanceProfiles[profile.instanceProfileName];
}

function listProfiles(input: ListInstanceProfilesRequest, call: Call): ListInstanceProfilesResponse {
  const profiles = Object.values(call.world.iam.instanceProfiles).filter(({ path }) =>
    path.startsWith(input.PathPrefix ?? '/'),
  );
  const { items, ...rest } = pageOf(profiles, ({ instanceProfileName }) => instanceProfileName, input);
  return { InstanceProfiles: items.map((profile) => answerOf(profile, call)), ...rest };
}

const withRole = (name: string, call: Call): InstanceProfile[] =>
  Object.values(call.world.iam.instanceProfiles).filter(({ roles }) => roles.includes(name));

/** The profiles that hold a role, as its details show them. */
export const profilesOfRole = (name: string, call: Call): InstanceProfileAnswer[] =>
  withRole(name, call).map((profile) => answerOf(profile, call));

function listForRole(input: ListInstanceProfilesForRoleRequest, call: Call): ListInstanceProfilesForRoleResponse {
  const role = roleNamed(call, input.RoleName!);
  const profiles = withRole(role.roleName, call);
  const { items, ...rest } = pageOf(profiles, ({ instanceProfileName }) => instanceProfileName, input);
  return { InstanceProfiles: items.map((profile) => answerOf(profile, call)), ...rest };
}

function addRole({ InstanceProfileName, RoleName }: AddRoleToInstanceProfileRequest, call: Call): undefined {
  const profile = profileNamed(call, InstanceProfileName!);
  const role = roleNamed(call, RoleName!);
  call.authorize?.('iam:PassRole', role.arn, { 'iam:PassedToService': 'ec2.amazonaws.com' });
  if (profile.roles.length > 0) throw limitExceeded('Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1');
  profile.roles.push(role.roleName);
}

function removeRole({ InstanceProfileName, RoleName }: RemoveRoleFromInstanceProfileRequest, call: Call): undefined {
  const profile = profileNamed(call, InstanceProfileName!);
  if (!profile.roles.includes(RoleName!))
    throw noSuchEntity(`Role ${RoleName} in Instance Profile ${InstanceProfileName} cannot be found.`);
  profile.roles = [];
}

function tagProfile({ InstanceProfileName, Tags }: TagInstanceProfileRequest, call: Call): undefined {
  const profile = profileNamed(call, InstanceProfileName!);
  profile.tags = tagsOf(Tags, profile.tags);
}

function untagProfile({ InstanceProfileName, TagKeys }: UntagInstanceProfileRequest, call: Call): undefined {
  removeTags(profileNamed(call, InstanceProfileName!).tags, TagKeys);
}

export const instanceProfileHandlers: Handlers = {
  CreateInstanceProfile: createProfile,
  GetInstanceProfile: getProfile,
  DeleteInstanceProfile: deleteProfile,
  ListInstanceProfiles: listProfiles,
  ListInstanceProfilesForRole: listForRole,
  AddRoleToInstanceProfile: addRole,
  RemoveRoleFromInstanceProfile: removeRole,
  TagInstanceProfile: tagProfile,
  UntagInstanceProfile: untagProfile,
  ListInstanceProfileTags: (input: ListInstanceProfileTagsRequest, call: Call) =>
    tagPage(profileNamed(call, input.InstanceProfileName!).tags, input),
};
