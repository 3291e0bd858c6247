import {
  CreateTagsCommand,
  DeleteTagsCommand,
  DescribeSecurityGroupsCommand,
  type SecurityGroup,
} from '@aws-sdk/client-ec2';
import { shortHash } from '../../base/hash.ts';
import type { KindName } from '../../model/kinds/names.ts';
import { idTag, keptTagPrefix } from '../../model/tags.ts';
import { AwsFailure, type CallContext, type ReadContext } from '../../ports/aws.ts';
import type { Permission } from '../../ports/permissions.ts';
import type { Connection } from './connection.ts';
import { ec2Arn } from './ec2.ts';
import { describeTags } from './ec2-types.ts';
import { fromTagList, idOf, ourFilter } from './found.ts';
import { whenKnown } from './retry.ts';
import { ourSecurityGroups, seatsId } from './security-group.ts';

/** The group that a self-managed control plane has from first to last: what has no list by tag is known by notes on it. */
async function seatsGroups(connection: Connection, context: ReadContext): Promise<SecurityGroup[]> {
  const groups = await ourSecurityGroups(connection, context);
  return groups.filter((group) => idOf(fromTagList(group.Tags), context.scope) === seatsId);
}

/**
 * Whether the cluster has, or had until a destroy ended, a control plane of its own. No call beyond the list of security groups, which
 * every observation makes: kinds of self-managed clusters ask nothing more of AWS where there is none.
 */
export const hasSeats = async (connection: Connection, context: ReadContext): Promise<boolean> =>
  (await seatsGroups(connection, context)).length > 0;

/** VPCs of the control plane: as a rule one, two while it moves. */
export const seatsVpcs = async (connection: Connection, context: ReadContext): Promise<ReadonlySet<string>> =>
  new Set((await seatsGroups(connection, context)).map((group) => group.VpcId ?? ''));

const keyOf = (kind: KindName, value: string): string => `${keptTagPrefix}${kind}/${shortHash(value)}`;

/** What stands on the group for a kind. */
export async function notesThere(connection: Connection, context: ReadContext, kind: KindName): Promise<string[]> {
  const tags = (await seatsGroups(connection, context)).flatMap((group) => group.Tags ?? []);
  return tags.filter((tag) => tag.Key?.startsWith(`${keptTagPrefix}${kind}/`)).map((tag) => tag.Value ?? '');
}

/** What was noted for a kind: names of things that may be there or not. What was exported bears no notes: then the graph says them. */
export async function notesOf(connection: Connection, context: ReadContext, kind: KindName): Promise<string[]> {
  const values = await notesThere(connection, context, kind);
  return [...new Set([...values, ...(context.scope.exported?.notes[kind] ?? [])])].sort();
}

/** Such a text as a note. */
export const textsOf = (value: unknown): readonly string[] => (typeof value === 'string' ? [value] : []);

async function seatsGroupIds({ clients, call }: Connection, context: CallContext): Promise<string[]> {
  const Filters = [...ourFilter(context.scope), { Name: `tag:${idTag}`, Values: [seatsId] }];
  const answer = await call('ec2:DescribeSecurityGroups', () =>
    clients.ec2.send(new DescribeSecurityGroupsCommand({ Filters })),
  );
  return (answer.SecurityGroups ?? []).map((group) => group.GroupId!);
}

const notThere = (message: string): AwsFailure =>
  new AwsFailure({ reason: 'not-found', operation: 'ec2:CreateTags', code: 'InvalidGroup.NotFound', message });

/** Notes the name of something before it is made, so that no cut leaves anything that nobody finds. At most 256 characters. */
export async function note(connection: Connection, kind: KindName, value: string, context: CallContext): Promise<void> {
  const { clients, call } = connection;
  const Tags = [{ Key: keyOf(kind, value), Value: value }];
  // The group may be a moment old, and unknown to some of EC2.
  await whenKnown(seatsId, context, async () => {
    const Resources = await seatsGroupIds(connection, context);
    if (Resources.length === 0) throw notThere(`${kind} ${value} is made before ${seatsId}, on which it is noted`);
    await call('ec2:CreateTags', () => clients.ec2.send(new CreateTagsCommand({ Resources, Tags })));
  });
}

/** Takes a note back when what it names is gone. */
export async function forget(
  connection: Connection,
  kind: KindName,
  value: string,
  context: CallContext,
): Promise<void> {
  const { clients, call } = connection;
  const Resources = await seatsGroupIds(connection, context);
  if (Resources.length === 0) return;
  const Tags = [{ Key: keyOf(kind, value) }];
  await call('ec2:DeleteTags', () => clients.ec2.send(new DeleteTagsCommand({ Resources, Tags })));
}

/** What `hasSeats` and `notesOf` need. */
export const hullPermissions: readonly Permission[] = [
  describeTags,
  { action: 'ec2:DescribeSecurityGroups', resource: '*' },
];
/** What `note` and `forget` need. */
export const notePermissions: readonly Permission[] = [
  { action: 'ec2:DescribeSecurityGroups', resource: '*' },
  { action: 'ec2:CreateTags', resource: ec2Arn('security-group'), condition: 'our-tag-on-resource' },
  { action: 'ec2:DeleteTags', resource: ec2Arn('security-group'), condition: 'our-tag-on-resource' },
];
