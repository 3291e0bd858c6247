import type {
  AttachedPolicy,
  EntityType,
  GetAccountAuthorizationDetailsRequest,
  GetAccountAuthorizationDetailsResponse,
  ManagedPolicyDetail,
  PolicyDetail,
  RoleDetail,
  UserDetail,
} from '@aws-sdk/client-iam';
import type { Call, Handlers } from '../../call.ts';
import { profilesOfRole } from './instance-profiles.ts';
import { managedPolicies } from './managed-policies.ts';
import { encodeDocument } from './names.ts';
import { pageOf } from './page.ts';
import { awsPolicy, customerPolicy } from './policies.ts';
import { roleDetail } from './roles.ts';
import type { IamRole, IamState, IamUser } from './state.ts';
import { tagsIfAny } from './tags.ts';

const attachedTo = ({ attachedPolicies }: IamRole | IamUser): AttachedPolicy[] =>
  attachedPolicies.map((arn) => ({ PolicyName: arn.slice(arn.lastIndexOf('/') + 1), PolicyArn: arn }));

const inlineOf = ({ inlinePolicies }: IamRole | IamUser): PolicyDetail[] =>
  Object.entries(inlinePolicies).map(([PolicyName, document]) => ({
    PolicyName,
    PolicyDocument: encodeDocument(document),
  }));

/** Unlike GetRole, without description and longest session. */
function roleOf(role: IamRole, call: Call): RoleDetail {
  const { Description: _, MaxSessionDuration: __, Tags = [], ...detail } = roleDetail(role);
  return {
    ...detail,
    Tags,
    InstanceProfileList: profilesOfRole(role.roleName, call),
    RolePolicyList: inlineOf(role),
    AttachedManagedPolicies: attachedTo(role),
    RoleLastUsed: {},
  };
}

const userOf = (user: IamUser): UserDetail => ({
  Path: user.path,
  UserName: user.userName,
  UserId: user.userId,
  Arn: user.arn,
  CreateDate: new Date(user.createDate),
  UserPolicyList: inlineOf(user),
  GroupList: [],
  AttachedManagedPolicies: attachedTo(user),
  ...(user.permissionsBoundary !== undefined && {
    PermissionsBoundary: {
      PermissionsBoundaryType: 'PermissionsBoundaryPolicy',
      PermissionsBoundaryArn: user.permissionsBoundary,
    },
  }),
  ...tagsIfAny(user.tags),
});

const ownPolicies = (iam: IamState): ManagedPolicyDetail[] =>
  Object.values(iam.policies).map((policy) => ({
    ...customerPolicy(policy, iam),
    PolicyVersionList: policy.versions.map(({ versionId, document, createDate }) => ({
      VersionId: versionId,
      IsDefaultVersion: versionId === policy.defaultVersionId,
      CreateDate: new Date(createDate),
      Document: encodeDocument(document),
    })),
  }));

/** AWS's own policies show only where something carries them. */
function awsPolicies(iam: IamState): ManagedPolicyDetail[] {
  const attached = new Set(
    [...Object.values(iam.users), ...Object.values(iam.roles)].flatMap((each) => each.attachedPolicies),
  );
  return managedPolicies()
    .filter(({ arn }) => attached.has(arn))
    .map((policy) => ({
      ...awsPolicy(policy, iam),
      PolicyVersionList: [
        {
          VersionId: policy.version,
          IsDefaultVersion: true,
          CreateDate: new Date(policy.updated),
          Document: encodeDocument(JSON.stringify(policy.document)),
        },
      ],
    }));
}

type Detail =
  | { readonly arn: string; readonly role: RoleDetail }
  | { readonly arn: string; readonly user: UserDetail }
  | { readonly arn: string; readonly policy: ManagedPolicyDetail };

/** Groups are not part of this account. https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html */
function accountDetails(
  input: GetAccountAuthorizationDetailsRequest,
  call: Call,
): GetAccountAuthorizationDetailsResponse {
  const { iam } = call.world;
  const wants = (type: EntityType): boolean => (input.Filter ?? []).length === 0 || input.Filter!.includes(type);
  const policies = [
    ...(wants('LocalManagedPolicy') ? ownPolicies(iam) : []),
    ...(wants('AWSManagedPolicy') ? awsPolicies(iam) : []),
  ];
  const all: Detail[] = [
    ...(wants('Role') ? Object.values(iam.roles).map((role) => ({ arn: role.arn, role: roleOf(role, call) })) : []),
    ...(wants('User') ? Object.values(iam.users).map((user) => ({ arn: user.arn, user: userOf(user) })) : []),
    ...policies.map((policy) => ({ arn: policy.Arn!, policy })),
  ];
  const { items, ...rest } = pageOf(all, ({ arn }) => arn, input);
  return {
    RoleDetailList: items.flatMap((item) => ('role' in item ? [item.role] : [])),
    UserDetailList: items.flatMap((item) => ('user' in item ? [item.user] : [])),
    GroupDetailList: [],
    Policies: items.flatMap((item) => ('policy' in item ? [item.policy] : [])),
    ...rest,
  };
}

export const accountDetailHandlers: Handlers = { GetAccountAuthorizationDetails: accountDetails };
