import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  DeleteInstanceProfileCommand,
  GetInstanceProfileCommand,
  type InstanceProfile,
  ListInstanceProfilesCommand,
  RemoveRoleFromInstanceProfileCommand,
  TagInstanceProfileCommand,
  UntagInstanceProfileCommand,
} from '@aws-sdk/client-iam';
import type { Found } from '../../model/snapshot.ts';
import { clusterTag, exportedTag, idTag } from '../../model/tags.ts';
import { type CallContext, isAwsFailure } from '../../ports/aws.ts';
import type { Adapter } from './adapter.ts';
import { allKnown } from './all-known.ts';
import { allPages } from './all-pages.ts';
import { bareId } from './bare.ts';
import type { Connection } from './connection.ts';
import { passRole } from './eks.ts';
import { fromTagList, isOf, toTagList } from './found.ts';
import { unlessGone } from './gone.ts';
import { idFromPath, pathPrefix, underOurPath } from './iam.ts';
import { notOurs } from './not-ours.ts';
import { taggedResourcesPermission, tagsOr } from './tagged-resources.ts';
import { oncePropagated, whenFree } from './when-free.ts';

async function profilesUnder({ clients, call }: Connection, PathPrefix: string): Promise<InstanceProfile[]> {
  const pages = await allPages(
    (Marker) =>
      call('iam:ListInstanceProfiles', () => clients.iam.send(new ListInstanceProfilesCommand({ PathPrefix, Marker }))),
    (page) => (page.IsTruncated ? page.Marker : undefined),
  );
  return pages.flatMap((page) => page.InstanceProfiles ?? []);
}

async function getProfile({ clients, call }: Connection, name: string): Promise<InstanceProfile | undefined> {
  const answer = await unlessGone(
    call('iam:GetInstanceProfile', () =>
      clients.iam.send(new GetInstanceProfileCommand({ InstanceProfileName: name })),
    ),
  );
  return answer?.InstanceProfile;
}

/** IAM has one profile of a name, wherever it stands. */
const signOf = (path: string, name: string): string => `${path}${name}`;

const isOurs = ({ Tags }: InstanceProfile, { scope }: CallContext): boolean => isOf(fromTagList(Tags), scope);

/** A profile that a killed run left without its role shows an empty name, which differs from every role's. */
function toFound(profile: InstanceProfile, context: CallContext): Found<'instance-profile'>[] {
  const id = idFromPath('instance-profile', profile.Path, context.scope);
  if (id === undefined) return [];
  const name = profile.InstanceProfileName!;
  const roleName = profile.Roles?.[0]?.RoleName ?? '';
  const observed = { arn: profile.Arn! };
  return [
    { kind: 'instance-profile', id, name, state: 'ready', settled: { name, path: profile.Path!, roleName }, observed },
  ];
}

async function removeRoles({ clients, call }: Connection, profile: InstanceProfile): Promise<void> {
  const InstanceProfileName = profile.InstanceProfileName!;
  for (const { RoleName } of profile.Roles ?? []) {
    await unlessGone(
      call('iam:RemoveRoleFromInstanceProfile', () =>
        clients.iam.send(new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName })),
      ),
    );
  }
}

/** A profile holds one role: another is taken out first. */
async function setRole(connection: Connection, name: string, RoleName: string, context: CallContext): Promise<void> {
  const { clients, call } = connection;
  const profile = await getProfile(connection, name);
  if (profile?.Roles?.[0]?.RoleName === RoleName) return;
  if (profile !== undefined) await removeRoles(connection, profile);
  const input = { InstanceProfileName: name, RoleName };
  try {
    await oncePropagated(`role ${RoleName}`, context, () =>
      call('iam:AddRoleToInstanceProfile', () => clients.iam.send(new AddRoleToInstanceProfileCommand(input))),
    );
  } catch (error) {
    // A repeated call whose first answer was lost meets the limit of one role.
    const there = isAwsFailure(error, 'quota') ? await getProfile(connection, name) : undefined;
    if (there?.Roles?.[0]?.RoleName !== RoleName) throw error;
  }
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateInstanceProfile.html */
export const instanceProfile: Adapter<'instance-profile'> = {
  permissions: {
    read: [
      taggedResourcesPermission,
      { action: 'iam:ListInstanceProfiles', resource: '*' },
      ...underOurPath('instance-profile', 'GetInstanceProfile'),
    ],
    create: [
      ...underOurPath(
        'instance-profile',
        'CreateInstanceProfile',
        'TagInstanceProfile',
        'GetInstanceProfile',
        'AddRoleToInstanceProfile',
        'RemoveRoleFromInstanceProfile',
      ),
      passRole('ec2.amazonaws.com'),
    ],
    update: [
      ...underOurPath(
        'instance-profile',
        'GetInstanceProfile',
        'AddRoleToInstanceProfile',
        'RemoveRoleFromInstanceProfile',
      ),
      passRole('ec2.amazonaws.com'),
    ],
    own: underOurPath('instance-profile', 'TagInstanceProfile', 'UntagInstanceProfile'),
    delete: underOurPath(
      'instance-profile',
      'GetInstanceProfile',
      'RemoveRoleFromInstanceProfile',
      'DeleteInstanceProfile',
    ),
  },

  reader: (connection) => ({
    async list(context) {
      const listed = await profilesUnder(connection, pathPrefix(context.scope));
      const found = listed.map(async (profile) => {
        // Lists tell no tags, and a path is no proof: anybody may put a profile there.
        const ask = async () => fromTagList((await getProfile(connection, profile.InstanceProfileName!))?.Tags);
        const tags = await tagsOr(connection, context, { arn: profile.Arn!, ask });
        const { scope } = context;
        const isKnown =
          isOf(tags, scope) ||
          bareId('instance-profile', signOf(profile.Path!, profile.InstanceProfileName!), { tags, scope }) !==
            undefined;
        return isKnown ? toFound(profile, context) : [];
      });
      return (await Promise.all(found)).flat();
    },
    sign: ({ settled: { path, name } }) => (allKnown(path, name) ? signOf(path!, name!) : undefined),
  }),

  owner: ({ clients, call }) => ({
    async own({ found, tags }) {
      const input = { InstanceProfileName: found.name, Tags: toTagList(tags) };
      await call('iam:TagInstanceProfile', () => clients.iam.send(new TagInstanceProfileCommand(input)));
    },

    async disown(found) {
      const input = { InstanceProfileName: found.name, TagKeys: [clusterTag, idTag, exportedTag] };
      await call('iam:UntagInstanceProfile', () => clients.iam.send(new UntagInstanceProfileCommand(input)));
    },
  }),

  writer: (connection) => ({
    async create({ id, settled }, context) {
      const { clients, call } = connection;
      const { name, path } = settled;
      const tags = { [clusterTag]: context.scope.cluster, [idTag]: id };
      const input = { InstanceProfileName: name, Path: path, Tags: toTagList(tags) };
      const made = await call('iam:CreateInstanceProfile', () =>
        clients.iam.send(new CreateInstanceProfileCommand(input)),
      ).then(
        (answer) => answer.InstanceProfile!,
        async (error) => {
          if (!isAwsFailure(error, 'exists')) throw error;
          const there = await getProfile(connection, name);
          if (there?.Path === path && isOurs(there, context)) return there;
          throw notOurs('iam:CreateInstanceProfile', `An instance profile ${name}`, 'Delete it, then apply again.');
        },
      );
      await setRole(connection, name, settled.roleName, context);
      return { arn: made.Arn! };
    },

    async update({ found, settled, changed }, context) {
      if (changed.includes('roleName')) await setRole(connection, found.name, settled.roleName, context);
      return found.observed;
    },

    async delete(found, context) {
      const { clients, call } = connection;
      const profile = await getProfile(connection, found.name);
      if (profile === undefined) return;
      await removeRoles(connection, profile);
      const input = { InstanceProfileName: found.name };
      await whenFree({ what: `instance profile ${found.name} to be free for deletion` }, context, () =>
        unlessGone(call('iam:DeleteInstanceProfile', () => clients.iam.send(new DeleteInstanceProfileCommand(input)))),
      );
    },
  }),
};
