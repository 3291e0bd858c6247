import {
  type ChangeAction,
  ChangeResourceRecordSetsCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import { shortHash } from '../../base/hash.ts';
import type { Found } from '../../model/snapshot.ts';
import type { Settled } from '../../model/types.ts';
import { AwsFailure, type CallContext, isAwsFailure, type ReadContext } from '../../ports/aws.ts';
import type { Permission } from '../../ports/permissions.ts';
import type { Adapter } from './adapter.ts';
import { allKnown } from './all-known.ts';
import type { Connection } from './connection.ts';
import { unlessGone } from './gone.ts';
import { forget, hullPermissions, note, notePermissions, notesOf } from './hull.ts';
import { changePermission, inSync, withDot, withoutDot, zoneArn } from './route53-changes.ts';
import { whenFree } from './when-free.ts';

type DnsRecord = Settled<'dns-record'>;
type Place = Pick<DnsRecord, 'hostedZoneId' | 'name'>;

/** Records carry no tags: ours is the one of a noted name that leads where it was noted that we pointed it. */
interface Noted extends Place {
  readonly id: string;
  /** Hash of the load balancer's name, since a note holds 256 characters. */
  readonly target: string;
}

const targetHash = (target: string): string => shortHash(target.toLowerCase());
const toNote = (id: string, { hostedZoneId, name, target }: Place & { readonly target: string }): string =>
  `${id} ${hostedZoneId}/${name} ${targetHash(target)}`;
function fromNote(text: string): Noted {
  const [id = '', place = '', target = ''] = text.split(' ');
  const slash = place.indexOf('/');
  return { id, hostedZoneId: place.slice(0, slash), name: place.slice(slash + 1), target };
}

/** Records of exactly that name which an A record of ours is or would collide with. */
async function recordsAt({ clients, call }: Connection, { hostedZoneId, name }: Place): Promise<ResourceRecordSet[]> {
  const input = { HostedZoneId: hostedZoneId, StartRecordName: withDot(name), MaxItems: 20 };
  const answer = await unlessGone(
    call('route53:ListResourceRecordSets', () => clients.route53.send(new ListResourceRecordSetsCommand(input))),
  );
  return (answer?.ResourceRecordSets ?? []).filter(
    (record) =>
      withDot(record.Name ?? '').toLowerCase() === withDot(name).toLowerCase() &&
      (record.Type === 'A' || record.Type === 'CNAME'),
  );
}

/** Where an alias leads: Route 53 puts a dot behind it, and the console `dualstack.` before it. */
const aliasOf = (record: ResourceRecordSet): string | undefined => {
  const name = record.AliasTarget?.DNSName;
  return name === undefined ? undefined : withoutDot(name.toLowerCase()).replace(/^dualstack\./, '');
};

function toFound(noted: Noted, records: readonly ResourceRecordSet[]): Found<'dns-record'>[] {
  const { id, hostedZoneId, name } = noted;
  return records.flatMap((record): Found<'dns-record'>[] => {
    const target = aliasOf(record);
    if (target === undefined || targetHash(target) !== noted.target) return [];
    const settled = { hostedZoneId, name, target, targetZoneId: record.AliasTarget!.HostedZoneId! };
    return [{ kind: 'dns-record', id, name, state: 'ready', settled, observed: { fqdn: name } }];
  });
}

async function list(connection: Connection, context: ReadContext): Promise<Found<'dns-record'>[]> {
  const noted = (await notesOf(connection, context, 'dns-record')).map(fromNote);
  const keyOf = ({ hostedZoneId, name }: Place): string => `${hostedZoneId}/${name}`;
  const places = new Map(noted.map((one) => [keyOf(one), one]));
  const records = new Map(
    await Promise.all([...places].map(async ([key, place]) => [key, await recordsAt(connection, place)] as const)),
  );
  return noted.flatMap((one) => toFound(one, records.get(keyOf(one)) ?? []));
}

async function change(
  connection: Connection,
  Action: ChangeAction,
  place: Place,
  record: ResourceRecordSet,
  context: CallContext,
): Promise<void> {
  const { clients, call } = connection;
  const input = { HostedZoneId: place.hostedZoneId, ChangeBatch: { Changes: [{ Action, ResourceRecordSet: record }] } };
  // One change of a zone at a time.
  const answer = await whenFree({ what: `zone ${place.hostedZoneId} to be free` }, context, () =>
    call('route53:ChangeResourceRecordSets', () => clients.route53.send(new ChangeResourceRecordSetsCommand(input))),
  );
  await inSync(connection, `record ${place.name}`, answer.ChangeInfo, context);
}

const toRecord = ({ name, target, targetZoneId }: DnsRecord): ResourceRecordSet => ({
  Name: withDot(name),
  Type: 'A',
  AliasTarget: { DNSName: withDot(target), HostedZoneId: targetZoneId, EvaluateTargetHealth: false },
});

const taken = ({ name, hostedZoneId }: Place, record: ResourceRecordSet | undefined): AwsFailure => {
  const leads =
    record === undefined ? 'another record' : (aliasOf(record) ?? record.ResourceRecords?.[0]?.Value ?? '?');
  return new AwsFailure({
    reason: 'exists',
    operation: 'route53:ChangeResourceRecordSets',
    code: 'RecordExists',
    message: `The zone ${hostedZoneId} has a record ${name} already (${record?.Type ?? 'A'}, to ${leads}), so it is not touched. Delete it, or choose another name (\`controlPlane.selfManaged.dns.name\`).`,
  });
};

async function create(connection: Connection, id: string, settled: DnsRecord, context: CallContext) {
  const [there] = await recordsAt(connection, settled);
  const leadsThere = there !== undefined && aliasOf(there) === settled.target.toLowerCase();
  if (there !== undefined && !leadsThere) throw taken(settled, there);
  await note(connection, 'dns-record', toNote(id, settled), context);
  if (!leadsThere) {
    try {
      // CREATE, and not UPSERT: a record that somebody makes at this moment stays as it is.
      await change(connection, 'CREATE', settled, toRecord(settled), context);
    } catch (error) {
      if (!isAwsFailure(error) || error.code !== 'InvalidChangeBatch') throw error;
      const [now] = await recordsAt(connection, settled);
      if (now === undefined) throw error;
      // A repeated call of ours whose first answer was lost.
      if (aliasOf(now) !== settled.target.toLowerCase()) throw taken(settled, now);
    }
  }
  return { fqdn: settled.name };
}

async function update(connection: Connection, found: Found<'dns-record'>, settled: DnsRecord, context: CallContext) {
  await note(connection, 'dns-record', toNote(found.id, settled), context);
  await change(connection, 'UPSERT', settled, toRecord(settled), context);
  const before = { ...settled, target: found.settled.target! };
  if (targetHash(before.target) !== targetHash(settled.target)) {
    await forget(connection, 'dns-record', toNote(found.id, before), context);
  }
  return { fqdn: settled.name };
}

/** Route 53 deletes a record only when it is told all of it: it is looked at again, and left alone if it leads elsewhere by now. */
async function remove(connection: Connection, found: Found<'dns-record'>, context: CallContext): Promise<void> {
  const place: Place = { hostedZoneId: found.settled.hostedZoneId!, name: found.name };
  const target = found.settled.target!;
  const records = await recordsAt(connection, place);
  const ours = records.find((record) => aliasOf(record) === target.toLowerCase());
  if (ours !== undefined) await change(connection, 'DELETE', place, ours, context);
  await forget(connection, 'dns-record', toNote(found.id, { ...place, target }), context);
}

const onRecords = (action: string): Permission => ({ action: `route53:${action}`, resource: zoneArn });
const changing: readonly Permission[] = [
  ...notePermissions,
  onRecords('ListResourceRecordSets'),
  {
    ...onRecords('ChangeResourceRecordSets'),
    condition: { 'ForAllValues:StringEquals': { 'route53:ChangeResourceRecordSetsRecordTypes': ['A'] } },
  },
  changePermission,
];

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html */
export const dnsRecord: Adapter<'dns-record'> = {
  permissions: {
    read: [...hullPermissions, onRecords('ListResourceRecordSets')],
    create: changing,
    update: changing,
    delete: changing,
  },
  reader: (connection) => ({
    list: (context) => list(connection, context),
    notes: ({ id, settled: { hostedZoneId, name, target } }) =>
      allKnown(hostedZoneId, name, target)
        ? [toNote(id, { hostedZoneId: hostedZoneId!, name: name!, target: target! })]
        : [],
  }),
  writer: (connection) => ({
    create: ({ id, settled }, context) => create(connection, id, settled, context),
    update: ({ found, settled }, context) => update(connection, found, settled, context),
    delete: (found, context) => remove(connection, found, context),
  }),
};
