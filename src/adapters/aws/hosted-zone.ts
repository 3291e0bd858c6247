import {
  ChangeTagsForResourceCommand,
  CreateHostedZoneCommand,
  DeleteHostedZoneCommand,
  GetHostedZoneCommand,
  type HostedZoneSummary,
  ListHostedZonesByVPCCommand,
  ListTagsForResourceCommand,
  type VPCRegion,
} from '@aws-sdk/client-route-53';
import { minutes } from '../../base/duration.ts';
import { shortHash } from '../../base/hash.ts';
import type { Tags } from '../../model/field.ts';
import type { Found } from '../../model/snapshot.ts';
import type { Settled } from '../../model/types.ts';
import { type CallContext, isAwsFailure, type ReadContext } from '../../ports/aws.ts';
import type { Permission } from '../../ports/permissions.ts';
import type { Adapter } from './adapter.ts';
import { allItems } from './all-items.ts';
import { allKnown } from './all-known.ts';
import type { Connection } from './connection.ts';
import { fromTagList, idOf, tagChanges, toTagList } from './found.ts';
import { unlessGone } from './gone.ts';
import { forget, hullPermissions, note, notePermissions, notesOf } from './hull.ts';
import { notOurs } from './not-ours.ts';
import { deleteWhenFree, whenKnown } from './retry.ts';
import { bareId, changePermission, inSync, withDot, withoutDot, zoneArn } from './route53-changes.ts';

type Zone = Settled<'hosted-zone'>;
type Place = Pick<Zone, 'name' | 'vpcId'>;

const toNote = ({ name, vpcId }: Place): string => `${vpcId} ${name}`;
const fromNote = (text: string): Place => ({
  vpcId: text.slice(0, text.indexOf(' ')),
  name: text.slice(text.indexOf(' ') + 1),
});

/** Private zones of that name that a VPC resolves: those that this account owns come first. */
async function zonesAt({ clients, call, region }: Connection, { name, vpcId }: Place): Promise<HostedZoneSummary[]> {
  const input = { VPCId: vpcId, VPCRegion: region as VPCRegion };
  const zones = await unlessGone(
    allItems(
      (NextToken) =>
        call('route53:ListHostedZonesByVPC', () =>
          clients.route53.send(new ListHostedZonesByVPCCommand({ ...input, NextToken })),
        ),
      (page) => page.HostedZoneSummaries,
    ),
  );
  return (zones ?? []).filter((zone) => zone.Name === withDot(name));
}

async function tagsOf({ clients, call }: Connection, ResourceId: string): Promise<Tags> {
  const input = { ResourceType: 'hostedzone' as const, ResourceId };
  const answer = await unlessGone(
    call('route53:ListTagsForResource', () => clients.route53.send(new ListTagsForResourceCommand(input))),
  );
  return fromTagList(answer?.ResourceTagSet?.Tags);
}

async function commentOf({ clients, call }: Connection, Id: string): Promise<string | undefined> {
  const answer = await unlessGone(
    call('route53:GetHostedZone', () => clients.route53.send(new GetHostedZoneCommand({ Id }))),
  );
  return answer === undefined ? undefined : (answer.HostedZone?.Config?.Comment ?? '');
}

async function toFound(connection: Connection, place: Place, context: ReadContext): Promise<Found<'hosted-zone'>[]> {
  const zones = (await zonesAt(connection, place)).filter(
    (zone) => zone.Owner?.OwningAccount === context.scope.account,
  );
  const found = await Promise.all(
    zones.map(async (zone): Promise<Found<'hosted-zone'>[]> => {
      const hostedZoneId = bareId(zone.HostedZoneId!);
      const [tags, comment] = await Promise.all([
        tagsOf(connection, hostedZoneId),
        commentOf(connection, hostedZoneId),
      ]);
      const id = idOf(tags, context.scope);
      if (id === undefined || comment === undefined) return [];
      const settled = { name: withoutDot(zone.Name!), vpcId: place.vpcId, comment, tags };
      return [{ kind: 'hosted-zone', id, name: settled.name, state: 'ready', settled, observed: { hostedZoneId } }];
    }),
  );
  return found.flat();
}

async function retag({ clients, call }: Connection, ResourceId: string, before: Tags, after: Tags): Promise<void> {
  const { set, remove } = tagChanges(before, after);
  if (Object.keys(set).length + remove.length === 0) return;
  const input = {
    ResourceType: 'hostedzone' as const,
    ResourceId,
    ...(Object.keys(set).length > 0 ? { AddTags: toTagList(set) } : {}),
    ...(remove.length > 0 ? { RemoveTagKeys: remove } : {}),
  };
  await call('route53:ChangeTagsForResource', () => clients.route53.send(new ChangeTagsForResourceCommand(input)));
}

/** One that a run before made: its tags or, where it was cut before them, its comment says so. Anybody else's stands in the way. */
async function madeBefore(connection: Connection, settled: Zone, context: CallContext): Promise<string | undefined> {
  for (const zone of await zonesAt(connection, settled)) {
    const id = bareId(zone.HostedZoneId!);
    const tags = await tagsOf(connection, id);
    const untagged = Object.keys(tags).length === 0;
    const isOurs = untagged
      ? (await commentOf(connection, id)) === settled.comment
      : idOf(tags, context.scope) !== undefined;
    if (!isOurs) {
      const what = `The private zone ${settled.name} of ${settled.vpcId} (${id})`;
      throw notOurs('route53:CreateHostedZone', what, 'Name it as the zone in the spec, or choose another name.');
    }
    await retag(connection, id, tags, settled.tags);
    return id;
  }
  return undefined;
}

async function make(connection: Connection, settled: Zone, context: CallContext): Promise<string> {
  const { clients, call, region } = connection;
  const { cluster, account } = context.scope;
  const input = {
    Name: withDot(settled.name),
    VPC: { VPCId: settled.vpcId, VPCRegion: region as VPCRegion },
    HostedZoneConfig: { Comment: settled.comment, PrivateZone: true },
  };
  const reference = shortHash({ account, region, cluster, input }, 32);
  const send = (CallerReference: string) =>
    call('route53:CreateHostedZone', () =>
      clients.route53.send(new CreateHostedZoneCommand({ ...input, CallerReference })),
    );
  // Route 53 remembers a reference longer than the zone that was made with it.
  const answer = await send(reference).catch(async (error: unknown) => {
    if (!isAwsFailure(error) || error.code !== 'HostedZoneAlreadyExists') throw error;
    const there = await madeBefore(connection, settled, context);
    return there ?? send(`${reference}-${context.clock.now()}`);
  });
  if (typeof answer === 'string') return answer;
  const id = bareId(answer.HostedZone!.Id!);
  await whenKnown(`hosted zone ${id}`, context, () => retag(connection, id, {}, settled.tags));
  await inSync(connection, `hosted zone ${settled.name}`, answer.ChangeInfo, context);
  return id;
}

async function remove(connection: Connection, found: Found<'hosted-zone'>, context: CallContext): Promise<void> {
  const { clients, call } = connection;
  const Id = found.observed.hostedZoneId;
  // Records of others in it do not go by waiting; those that were just deleted do.
  await deleteWhenFree(
    `hosted zone ${found.name}`,
    context,
    () => call('route53:DeleteHostedZone', () => clients.route53.send(new DeleteHostedZoneCommand({ Id }))),
    { deadline: minutes(5) },
  );
  await forget(connection, 'hosted-zone', toNote(found.settled as Place), context);
}

const onZones = (...actions: readonly string[]): Permission[] =>
  actions.map((action) => ({ action: `route53:${action}`, resource: zoneArn }));
const anywhere = (...actions: readonly string[]): Permission[] => actions.map((action) => ({ action, resource: '*' }));
/** A zone is made for a VPC by whoever may describe it. */
const finding = [
  ...anywhere('route53:ListHostedZonesByVPC', 'ec2:DescribeVpcs'),
  ...onZones('ListTagsForResource', 'GetHostedZone'),
];

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHostedZone.html */
export const hostedZone: Adapter<'hosted-zone'> = {
  permissions: {
    read: [...hullPermissions, ...finding],
    create: [
      ...notePermissions,
      ...finding,
      ...anywhere('route53:CreateHostedZone'),
      ...onZones('ChangeTagsForResource', 'AssociateVPCWithHostedZone'),
      changePermission,
    ],
    update: onZones('ChangeTagsForResource'),
    delete: [...notePermissions, ...onZones('DeleteHostedZone')],
  },

  reader: (connection) => ({
    async list(context) {
      const places = (await notesOf(connection, context, 'hosted-zone')).map(fromNote);
      return (await Promise.all(places.map((place) => toFound(connection, place, context)))).flat();
    },
    notes: ({ settled: { name, vpcId } }) => (allKnown(name, vpcId) ? [toNote({ name: name!, vpcId: vpcId! })] : []),
  }),

  writer: (connection) => ({
    async create({ settled }, context) {
      await note(connection, 'hosted-zone', toNote(settled), context);
      const before = await madeBefore(connection, settled, context);
      return { hostedZoneId: before ?? (await make(connection, settled, context)) };
    },

    async update({ found, settled, changed }) {
      if (changed.includes('tags'))
        await retag(connection, found.observed.hostedZoneId, found.settled.tags ?? {}, settled.tags);
      return found.observed;
    },

    delete: (found, context) => remove(connection, found, context),
  }),
};
