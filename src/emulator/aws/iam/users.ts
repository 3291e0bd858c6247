import type {
  CreateUserRequest,
  CreateUserResponse,
  DeleteUserRequest,
  GetUserRequest,
  GetUserResponse,
  ListGroupsForUserRequest,
  ListGroupsForUserResponse,
  ListUsersRequest,
  ListUsersResponse,
  User,
} from '@aws-sdk/client-iam';
import type { Call, Handlers } from '../../call.ts';
import { alreadyExists, deleteConflict, limitExceeded } from './errors.ts';
import { holderOf } from './identity-policies.ts';
import { checkBoundary, userNamed } from './lookup.ts';
import { arnOf, checkName, checkPath, uniqueId } from './names.ts';
import { pageOf } from './page.ts';
import { usersPerAccount } from './quotas.ts';
import type { IamUser } from './state.ts';
import { tagsIfAny, tagsOf } from './tags.ts';

const userSummary = (user: IamUser) =>
  ({
    Path: user.path,
    UserName: user.userName,
    UserId: user.userId,
    Arn: user.arn,
    CreateDate: new Date(user.createDate),
  }) satisfies User;

const userDetail = (user: IamUser): User => ({
  ...userSummary(user),
  ...(user.permissionsBoundary !== undefined && {
    PermissionsBoundary: {
      PermissionsBoundaryType: 'PermissionsBoundaryPolicy',
      PermissionsBoundaryArn: user.permissionsBoundary,
    },
  }),
  ...tagsIfAny(user.tags),
});

function createUser(input: CreateUserRequest, call: Call): CreateUserResponse {
  const { users } = call.world.iam;
  const userName = checkName(input.UserName!, 'userName', 64);
  const path = checkPath(input.Path);
  const sameName = Object.keys(users).some((name) => name.toLowerCase() === userName.toLowerCase());
  if (sameName) throw alreadyExists(`User with name ${userName} already exists.`);
  if (Object.keys(users).length >= usersPerAccount)
    throw limitExceeded(`Cannot exceed quota for UsersPerAccount: ${usersPerAccount}`);
  const user: IamUser = {
    userName,
    userId: uniqueId(call, 'AIDA'),
    arn: arnOf(call, 'user', { path, name: userName }),
    path,
    createDate: call.now,
    tags: tagsOf(input.Tags),
    inlinePolicies: {},
    attachedPolicies: [],
    ...(input.PermissionsBoundary !== undefined && {
      permissionsBoundary: checkBoundary(call, input.PermissionsBoundary),
    }),
  };
  users[userName] = user;
  return { User: userDetail(user) };
}

/** Without a name: the user who asks. */
function getUser({ UserName }: GetUserRequest, call: Call): GetUserResponse {
  if (UserName !== undefined) return { User: userDetail(userNamed(call, UserName)) };
  const self = holderOf(call.world.iam, call.principal.arn);
  return { User: userDetail(userNamed(call, self && 'userName' in self ? self.userName : '')) };
}

function deleteUser({ UserName }: DeleteUserRequest, call: Call): undefined {
  const { iam } = call.world;
  const user = userNamed(call, UserName!);
  if (Object.values(iam.accessKeys).some(({ userName }) => userName === user.userName)) {
    throw deleteConflict('Cannot delete entity, must delete access keys first.');
  }
  if (user.attachedPolicies.length > 0) throw deleteConflict('Cannot delete entity, must detach all policies first.');
  if (Object.keys(user.inlinePolicies).length > 0)
    throw deleteConflict('Cannot delete entity, must delete policies first.');
  delete iam.users[user.userName];
}

function listUsers(input: ListUsersRequest, call: Call): ListUsersResponse {
  const users = Object.values(call.world.iam.users).filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'));
  const { items, ...rest } = pageOf(users, ({ userName }) => userName, input);
  return { Users: items.map(userSummary), ...rest };
}

/** This AWS has no groups; a user is in none. */
function listGroupsForUser({ UserName }: ListGroupsForUserRequest, call: Call): ListGroupsForUserResponse {
  userNamed(call, UserName!);
  return { Groups: [], IsTruncated: false };
}

export const userHandlers: Handlers = {
  CreateUser: createUser,
  GetUser: getUser,
  DeleteUser: deleteUser,
  ListUsers: listUsers,
  ListGroupsForUser: listGroupsForUser,
};
