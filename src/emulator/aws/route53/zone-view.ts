import type {
  GetHostedZoneRequest,
  GetHostedZoneResponse,
  HostedZone,
  ListHostedZonesByNameRequest,
  ListHostedZonesByNameResponse,
  ListHostedZonesByVPCRequest,
  ListHostedZonesByVPCResponse,
  ListHostedZonesRequest,
  ListHostedZonesResponse,
  VPC,
} from '@aws-sdk/client-route-53';
import type { Handler, Handlers, Turn } from '../../call.ts';
import { pageOf } from '../page.ts';
import type { Given } from '../required-members.ts';
import { bareId, invalidInput, zoneOf } from './errors.ts';
import { compareNames, storedName } from './names.ts';
import type { ZoneRecord } from './state.ts';

export const zoneView = (zone: ZoneRecord): HostedZone => ({
  Id: `/hostedzone/${zone.id}`,
  Name: zone.name,
  CallerReference: zone.callerReference,
  Config: { PrivateZone: zone.private, ...(zone.comment !== undefined && { Comment: zone.comment }) },
  ResourceRecordSetCount: zone.records.length,
});

/** Whom a registrar has to name; private zones have no servers to name. */
export const delegationView = (zone: ZoneRecord): Pick<GetHostedZoneResponse, 'DelegationSet'> =>
  zone.private ? {} : { DelegationSet: { NameServers: [...zone.nameServers] } };

const vpcView = ({ id, region }: ZoneRecord['vpcs'][number]): VPC => ({
  VPCId: id,
  VPCRegion: region as NonNullable<VPC['VPCRegion']>,
});

const getHostedZone: Handler<Given<GetHostedZoneRequest>, GetHostedZoneResponse> = (input, call) => {
  const zone = zoneOf(call, input.Id);
  return {
    HostedZone: zoneView(zone),
    ...delegationView(zone),
    ...(zone.private && { VPCs: zone.vpcs.map(vpcView) }),
  };
};

function sizeOf(maxItems: number | string | undefined): number {
  const size = maxItems === undefined ? 100 : Number(maxItems);
  if (!Number.isInteger(size) || size < 1) throw invalidInput('MaxItems must be a positive integer');
  return Math.min(size, 100);
}

const all = (turn: Turn): ZoneRecord[] => Object.values(turn.world.route53.zones);

const listHostedZones: Handler<ListHostedZonesRequest, ListHostedZonesResponse> = (input, call) => {
  const size = sizeOf(input.MaxItems);
  const rows = all(call).filter((zone) => input.HostedZoneType !== 'PrivateHostedZone' || zone.private);
  const page = pageOf(rows, {
    token: input.Marker,
    size,
    usual: 100,
    invalidToken: () => invalidInput('The marker is not valid.'),
  });
  return {
    HostedZones: page.items.map(zoneView),
    Marker: input.Marker,
    IsTruncated: page.next !== undefined,
    ...(page.next !== undefined && { NextMarker: page.next }),
    MaxItems: size,
  };
};

/** In the order of names and then of ids, from a name on: what comes first need not have that name. */
const listByName: Handler<ListHostedZonesByNameRequest, ListHostedZonesByNameResponse> = (input, call) => {
  const size = sizeOf(input.MaxItems);
  const { DNSName, HostedZoneId } = input;
  if (HostedZoneId !== undefined && DNSName === undefined)
    throw invalidInput('If you specify a value for hostedzoneid, you must also specify a value for dnsname');
  const start = DNSName === undefined ? undefined : storedName(DNSName);
  const order = (a: ZoneRecord, b: ZoneRecord): number => compareNames(a.name, b.name) || (a.id < b.id ? -1 : 1);
  const rows = all(call)
    .sort(order)
    .filter((zone) => {
      const place = start === undefined ? 1 : compareNames(zone.name, start);
      return place > 0 || (place === 0 && (HostedZoneId === undefined || zone.id >= bareId(HostedZoneId)));
    });
  const next = rows[size];
  return {
    HostedZones: rows.slice(0, size).map(zoneView),
    ...(DNSName !== undefined && { DNSName }),
    ...(HostedZoneId !== undefined && { HostedZoneId }),
    IsTruncated: next !== undefined,
    ...(next !== undefined && { NextDNSName: next.name, NextHostedZoneId: next.id }),
    MaxItems: size,
  };
};

const listByVpc: Handler<Given<ListHostedZonesByVPCRequest>, ListHostedZonesByVPCResponse> = (input, call) => {
  const size = sizeOf(input.MaxItems);
  const rows = all(call).filter((zone) =>
    zone.vpcs.some((own) => own.id === input.VPCId && own.region === input.VPCRegion),
  );
  const page = pageOf(rows, {
    token: input.NextToken,
    size,
    usual: 100,
    invalidToken: () => invalidInput('The token is not valid.'),
  });
  return {
    HostedZoneSummaries: page.items.map((zone) => ({
      HostedZoneId: zone.id,
      Name: zone.name,
      Owner: { OwningAccount: call.account },
    })),
    MaxItems: size,
    ...(page.next !== undefined && { NextToken: page.next }),
  };
};

export const zoneReadHandlers: Handlers = {
  GetHostedZone: getHostedZone,
  ListHostedZones: listHostedZones,
  ListHostedZonesByName: listByName,
  ListHostedZonesByVPC: listByVpc,
};
