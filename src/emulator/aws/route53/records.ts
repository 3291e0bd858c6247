import type {
  Change,
  ChangeResourceRecordSetsRequest,
  ChangeResourceRecordSetsResponse,
  ListResourceRecordSetsRequest,
  ListResourceRecordSetsResponse,
  ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import type { Handler, Handlers, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import type { Given } from '../required-members.ts';
import { newChange } from './changes.ts';
import { bareId, invalidInput, zoneOf } from './errors.ts';
import { compareNames, isWithin, storedName } from './names.ts';
import { recordFault } from './record-checks.ts';
import type { RecordSet, ZoneRecord } from './state.ts';

const key = (set: RecordSet): string => `${set.name} ${set.type}`;

const textOf = (set: RecordSet): string => `[name='${set.name}', type='${set.type}']`;

function readSet(given: ResourceRecordSet): RecordSet {
  const { Name, Type, TTL, ResourceRecords, AliasTarget: alias } = given;
  const routed =
    given.SetIdentifier ??
    given.Weight ??
    given.Region ??
    given.Failover ??
    given.GeoLocation ??
    given.MultiValueAnswer;
  if (routed !== undefined)
    throw new AwsError('NotImplemented', 'Records of the embedded AWS are routed simply: no set identifiers.', 501);
  return {
    name: storedName(Name!),
    type: Type!,
    ...(TTL !== undefined && { ttl: TTL }),
    ...(ResourceRecords !== undefined && { values: ResourceRecords.map(({ Value }) => Value!) }),
    ...(alias !== undefined && {
      alias: {
        zoneId: bareId(alias.HostedZoneId!),
        dnsName: storedName(alias.DNSName!),
        evaluateTargetHealth: alias.EvaluateTargetHealth ?? false,
      },
    }),
  };
}

const sameValues = (a: RecordSet, b: RecordSet): boolean =>
  a.ttl === b.ttl &&
  JSON.stringify(a.alias ?? null) === JSON.stringify(b.alias ?? null) &&
  JSON.stringify([...(a.values ?? [])].sort()) === JSON.stringify([...(b.values ?? [])].sort());

interface Batch {
  readonly turn: Turn;
  readonly zone: ZoneRecord;
  readonly records: Map<string, RecordSet>;
  readonly faults: string[];
}

function applyOne({ turn, zone, records, faults }: Batch, { Action, ResourceRecordSet: given }: Change): void {
  const set = readSet(given!);
  const before = records.get(key(set));
  if (!isWithin(set.name, zone.name)) {
    faults.push(`RRSet with DNS name ${set.name} is not permitted in zone ${zone.name}`);
    return;
  }
  if (Action === 'DELETE') {
    const tried = `Tried to delete resource record set ${textOf(set)}`;
    if (before === undefined) faults.push(`${tried} but it was not found`);
    else if (!sameValues(before, set)) faults.push(`${tried} but the values provided do not match the current values`);
    else records.delete(key(set));
    return;
  }
  const fault = recordFault(turn, zone, set);
  if (fault !== undefined) faults.push(fault);
  else if (Action === 'CREATE' && before !== undefined)
    faults.push(`Tried to create resource record set ${textOf(set)} but it already exists`);
  else records.set(key(set), set);
}

/** What no zone may be like after a batch: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html */
function zoneFaults(zone: ZoneRecord, records: readonly RecordSet[]): string[] {
  const at = (name: string) => records.filter((own) => own.name === name);
  const conflicts = records
    .filter((own) => own.type === 'CNAME' && at(own.name).length > 1)
    .map(
      ({ name }) =>
        `RRSet of type CNAME with DNS name ${name} is not permitted as it conflicts with other records with the same DNS name in zone ${zone.name}`,
    );
  const apex = at(zone.name).map((own) => own.type);
  return [
    ...conflicts,
    ...(apex.includes('CNAME')
      ? [`RRSet of type CNAME with DNS name ${zone.name} is not permitted at apex in zone ${zone.name}`]
      : []),
    ...(apex.includes('SOA') ? [] : ['A HostedZone must contain exactly one SOA record.']),
    ...(apex.includes('NS') ? [] : ['A HostedZone must contain at least one NS record for the zone itself.']),
  ];
}

/** All changes or none. */
const changeRecords: Handler<Given<ChangeResourceRecordSetsRequest>, ChangeResourceRecordSetsResponse> = (
  input,
  call,
) => {
  const zone = zoneOf(call, input.HostedZoneId);
  const records = new Map(zone.records.map((own) => [key(own), own]));
  const batch: Batch = { turn: call, zone, records, faults: [] };
  for (const change of input.ChangeBatch.Changes!) applyOne(batch, change);
  const after = [...records.values()];
  const faults = batch.faults.length > 0 ? batch.faults : zoneFaults(zone, after);
  if (faults.length > 0) throw new AwsError('InvalidChangeBatch', `[${faults.join(', ')}]`);
  zone.records = after;
  return { ChangeInfo: newChange(call, input.ChangeBatch.Comment) };
};

const setView = (set: RecordSet): ResourceRecordSet => ({
  Name: set.name,
  Type: set.type as NonNullable<ResourceRecordSet['Type']>,
  ...(set.ttl !== undefined && { TTL: set.ttl }),
  ...(set.values !== undefined && { ResourceRecords: set.values.map((Value) => ({ Value })) }),
  ...(set.alias !== undefined && {
    AliasTarget: {
      HostedZoneId: set.alias.zoneId,
      DNSName: set.alias.dnsName,
      EvaluateTargetHealth: set.alias.evaluateTargetHealth,
    },
  }),
});

const order = (a: Pick<RecordSet, 'name' | 'type'>, b: Pick<RecordSet, 'name' | 'type'>): number =>
  compareNames(a.name, b.name) || (a.type < b.type ? -1 : a.type > b.type ? 1 : 0);

const listRecords: Handler<Given<ListResourceRecordSetsRequest>, ListResourceRecordSetsResponse> = (input, call) => {
  const zone = zoneOf(call, input.HostedZoneId);
  const { StartRecordName, StartRecordType = '' } = input;
  if (StartRecordType !== '' && StartRecordName === undefined)
    throw invalidInput('The input is not valid: a type without a name');
  const size = Math.min(input.MaxItems === undefined ? 300 : Number(input.MaxItems), 300);
  const start =
    StartRecordName === undefined ? undefined : { name: storedName(StartRecordName), type: StartRecordType };
  const rows = [...zone.records].sort(order).filter((own) => start === undefined || order(own, start) >= 0);
  const next = rows[size];
  return {
    ResourceRecordSets: rows.slice(0, size).map(setView),
    IsTruncated: next !== undefined,
    ...(next !== undefined && {
      NextRecordName: next.name,
      NextRecordType: next.type as NonNullable<ListResourceRecordSetsResponse['NextRecordType']>,
    }),
    MaxItems: size,
  };
};

export const recordHandlers: Handlers = {
  ChangeResourceRecordSets: changeRecords,
  ListResourceRecordSets: listRecords,
};
