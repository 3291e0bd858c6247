import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  PutRolePermissionsBoundaryCommand,
  type Role,
  type RoleDetail,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleDescriptionCommand,
} from '@aws-sdk/client-iam';
import type { Tags } from '../../model/field.ts';
import type { Found } from '../../model/snapshot.ts';
import type { Observed, Settled } from '../../model/types.ts';
import { type CallContext, isAwsFailure, type Scope } from '../../ports/aws.ts';
import type { Condition, Permission } from '../../ports/permissions.ts';
import type { Adapter } from './adapter.ts';
import { allPages } from './all-pages.ts';
import type { Connection } from './connection.ts';
import { fromTagList, idOf, tagChanges, toTagList } from './found.ts';
import { unlessGone } from './gone.ts';
import { decodeDocument, pathPrefix, underOurPath } from './iam.ts';
import { iamDetails, iamDetailsPermission } from './iam-account.ts';
import { notOurs } from './not-ours.ts';
import { oncePropagated, whenFree } from './when-free.ts';

async function rolesUnder({ clients, call }: Connection, PathPrefix: string): Promise<Role[]> {
  const pages = await allPages(
    (Marker) => call('iam:ListRoles', () => clients.iam.send(new ListRolesCommand({ PathPrefix, Marker }))),
    (page) => (page.IsTruncated ? page.Marker : undefined),
  );
  return pages.flatMap((page) => page.Roles ?? []);
}

async function attachedTo({ clients, call }: Connection, RoleName: string): Promise<string[]> {
  const pages = await allPages(
    (Marker) =>
      call('iam:ListAttachedRolePolicies', () =>
        clients.iam.send(new ListAttachedRolePoliciesCommand({ RoleName, Marker })),
      ),
    (page) => (page.IsTruncated ? page.Marker : undefined),
  );
  return pages.flatMap((page) => page.AttachedPolicies ?? []).map((policy) => policy.PolicyArn!);
}

const attachedIn = (role: RoleDetail): string[] =>
  (role.AttachedManagedPolicies ?? []).map((policy) => policy.PolicyArn!);

async function getRole({ clients, call }: Connection, RoleName: string): Promise<Role | undefined> {
  const answer = await unlessGone(call('iam:GetRole', () => clients.iam.send(new GetRoleCommand({ RoleName }))));
  return answer?.Role;
}

const observedOf = (role: Role | RoleDetail): Observed<'role'> => ({ arn: role.Arn!, roleName: role.RoleName! });

/** Details tell no description: it stays uncompared then. */
function toFound(role: Role | RoleDetail, attached: readonly string[], scope: Scope): Found<'role'>[] {
  const tags = fromTagList(role.Tags);
  const id = idOf(tags, scope);
  if (id === undefined) return [];
  const name = role.RoleName!;
  return [
    {
      kind: 'role',
      id,
      name,
      state: 'ready',
      settled: {
        name,
        path: role.Path!,
        ...('RolePolicyList' in role ? {} : { description: (role as Role).Description ?? '' }),
        trustPolicy: decodeDocument(role.AssumeRolePolicyDocument),
        policyArns: attached,
        permissionsBoundary: role.PermissionsBoundary?.PermissionsBoundaryArn ?? null,
        tags,
      },
      observed: observedOf(role),
    },
  ];
}

interface ArnChange {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** A role by its name, in two calls. */
async function findRole(connection: Connection, name: string, { scope }: CallContext): Promise<Found<'role'>[]> {
  const [role, attached] = await Promise.all([getRole(connection, name), unlessGone(attachedTo(connection, name))]);
  return role === undefined || attached === undefined ? [] : toFound(role, attached, scope);
}

async function setPolicies({ clients, call }: Connection, RoleName: string, { before, after }: ArnChange) {
  for (const PolicyArn of after.filter((arn) => !before.includes(arn))) {
    await call('iam:AttachRolePolicy', () => clients.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn })));
  }
  for (const PolicyArn of before.filter((arn) => !after.includes(arn))) {
    await unlessGone(
      call('iam:DetachRolePolicy', () => clients.iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }))),
    );
  }
}

async function setBoundary({ clients, call }: Connection, RoleName: string, PermissionsBoundary: string | null) {
  if (PermissionsBoundary === null) {
    await unlessGone(
      call('iam:DeleteRolePermissionsBoundary', () =>
        clients.iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName })),
      ),
    );
    return;
  }
  const input = { RoleName, PermissionsBoundary };
  await call('iam:PutRolePermissionsBoundary', () => clients.iam.send(new PutRolePermissionsBoundaryCommand(input)));
}

async function retag({ clients, call }: Connection, RoleName: string, before: Tags, after: Tags): Promise<void> {
  const { set, remove } = tagChanges(before, after);
  if (Object.keys(set).length > 0) {
    await call('iam:TagRole', () => clients.iam.send(new TagRoleCommand({ RoleName, Tags: toTagList(set) })));
  }
  if (remove.length > 0) {
    await call('iam:UntagRole', () => clients.iam.send(new UntagRoleCommand({ RoleName, TagKeys: remove })));
  }
}

type RoleField = keyof Settled<'role'> & string;

async function change(
  connection: Connection,
  { found, settled, changed }: { found: Found<'role'>; settled: Settled<'role'>; changed: readonly RoleField[] },
  context: CallContext,
): Promise<void> {
  const { clients, call } = connection;
  const RoleName = found.name;
  if (changed.includes('description')) {
    const input = { RoleName, Description: settled.description };
    await call('iam:UpdateRoleDescription', () => clients.iam.send(new UpdateRoleDescriptionCommand(input)));
  }
  if (changed.includes('trustPolicy')) {
    const input = { RoleName, PolicyDocument: settled.trustPolicy };
    await oncePropagated(`principals of role ${RoleName}`, context, () =>
      call('iam:UpdateAssumeRolePolicy', () => clients.iam.send(new UpdateAssumeRolePolicyCommand(input))),
    );
  }
  if (changed.includes('permissionsBoundary')) await setBoundary(connection, RoleName, settled.permissionsBoundary);
  if (changed.includes('policyArns')) {
    await setPolicies(connection, RoleName, { before: found.settled.policyArns ?? [], after: settled.policyArns });
  }
  if (changed.includes('tags')) await retag(connection, RoleName, found.settled.tags ?? {}, settled.tags);
}

/** The name is taken: by a call of ours whose answer was lost, then all is made as asked; else it is left alone. */
async function adopt(connection: Connection, settled: Settled<'role'>, context: CallContext) {
  const [found] = await findRole(connection, settled.name, context);
  if (found === undefined || found.settled.path !== settled.path) {
    throw notOurs('iam:CreateRole', `An IAM role ${settled.name}`, 'Delete or rename it, then apply again.');
  }
  const changed = ['description', 'trustPolicy', 'permissionsBoundary', 'policyArns', 'tags'] as const;
  await change(connection, { found, settled, changed }, context);
  return found.observed;
}

/** Whatever keeps a role from being deleted: attached policies and inline ones that others wrote into it. */
async function empty(connection: Connection, RoleName: string): Promise<void> {
  const { clients, call } = connection;
  const attached = await unlessGone(attachedTo(connection, RoleName));
  await setPolicies(connection, RoleName, { before: attached ?? [], after: [] });
  const inline = await unlessGone(
    call('iam:ListRolePolicies', () => clients.iam.send(new ListRolePoliciesCommand({ RoleName }))),
  );
  for (const PolicyName of inline?.PolicyNames ?? []) {
    await unlessGone(
      call('iam:DeleteRolePolicy', () => clients.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }))),
    );
  }
}

const bounded = { ArnEquals: { 'iam:PermissionsBoundary': '${boundary}' } };
const onRole = (action: string, condition: Condition): Permission[] =>
  underOurPath('role', action).map((permission) => ({ ...permission, condition }));
/** Where the spec bounds its roles, whoever applies it makes none without the boundary, and takes none away. */
const creatingRole = onRole('CreateRole', bounded);
/**
 * Only what the spec attaches is attached. Detaching is not narrowed: it gives no role more, and what an earlier spec attached must go.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
 */
const givingPowers: readonly Permission[] = [
  ...onRole('AttachRolePolicy', { ArnEquals: { 'iam:PolicyARN': '${attachedPolicies}' } }),
  ...onRole('PutRolePermissionsBoundary', bounded),
  ...underOurPath('role', 'DeleteRolePermissionsBoundary').map(
    (permission): Permission => ({ ...permission, onlyWithout: 'boundary' }),
  ),
];

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
export const role: Adapter<'role'> = {
  permissions: {
    read: [
      iamDetailsPermission,
      { action: 'iam:ListRoles', resource: '*' },
      ...underOurPath('role', 'GetRole', 'ListAttachedRolePolicies'),
    ],
    create: [
      ...creatingRole,
      ...underOurPath(
        'role',
        'TagRole',
        'UntagRole',
        'GetRole',
        'ListAttachedRolePolicies',
        'DetachRolePolicy',
        'UpdateAssumeRolePolicy',
        'UpdateRoleDescription',
      ),
      ...givingPowers,
    ],
    update: [
      ...underOurPath(
        'role',
        'TagRole',
        'UntagRole',
        'DetachRolePolicy',
        'UpdateAssumeRolePolicy',
        'UpdateRoleDescription',
      ),
      ...givingPowers,
    ],
    delete: underOurPath(
      'role',
      'ListAttachedRolePolicies',
      'DetachRolePolicy',
      'ListRolePolicies',
      'DeleteRolePolicy',
      'DeleteRole',
    ),
  },

  reader: (connection) => ({
    async list(context) {
      const details = await iamDetails(connection, context);
      if (details !== undefined) {
        return details.roles.flatMap((role) => toFound(role, attachedIn(role), context.scope));
      }
      const roles = await rolesUnder(connection, pathPrefix(context.scope));
      return (await Promise.all(roles.map((role) => findRole(connection, role.RoleName!, context)))).flat();
    },
  }),

  writer: (connection) => ({
    async create({ settled }, context) {
      const { clients, call } = connection;
      const input = {
        RoleName: settled.name,
        Path: settled.path,
        Description: settled.description,
        AssumeRolePolicyDocument: settled.trustPolicy,
        ...(settled.permissionsBoundary === null ? {} : { PermissionsBoundary: settled.permissionsBoundary }),
        Tags: toTagList(settled.tags),
      };
      try {
        const answer = await oncePropagated(`principals of role ${settled.name}`, context, () =>
          call('iam:CreateRole', () => clients.iam.send(new CreateRoleCommand(input))),
        );
        await setPolicies(connection, settled.name, { before: [], after: settled.policyArns });
        return observedOf(answer.Role!);
      } catch (error) {
        if (!isAwsFailure(error, 'exists')) throw error;
        return adopt(connection, settled, context);
      }
    },

    async update(input, context) {
      await change(connection, input, context);
      return input.found.observed;
    },

    async delete(found, context) {
      const { clients, call } = connection;
      const RoleName = found.name;
      await empty(connection, RoleName);
      await whenFree({ what: `role ${RoleName} to be free for deletion` }, context, () =>
        unlessGone(call('iam:DeleteRole', () => clients.iam.send(new DeleteRoleCommand({ RoleName })))),
      );
    },
  }),
};
