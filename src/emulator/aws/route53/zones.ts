import type {
  AssociateVPCWithHostedZoneRequest,
  AssociateVPCWithHostedZoneResponse,
  CreateHostedZoneRequest,
  CreateHostedZoneResponse,
  DeleteHostedZoneRequest,
  DeleteHostedZoneResponse,
  DisassociateVPCFromHostedZoneRequest,
  DisassociateVPCFromHostedZoneResponse,
  UpdateHostedZoneCommentRequest,
  UpdateHostedZoneCommentResponse,
  VPC,
} from '@aws-sdk/client-route-53';
import type { Call, Handler, Handlers } from '../../call.ts';
import { AwsError } from '../../call.ts';
import type { Given } from '../required-members.ts';
import { newChange } from './changes.ts';
import { invalidInput, zoneOf } from './errors.ts';
import { checkDomain } from './names.ts';
import type { RecordSet, ZoneRecord } from './state.ts';
import { delegationView, zoneView } from './zone-view.ts';

const endings = ['com', 'net', 'org', 'co.uk'];

/** The four servers of a zone, one of each top-level domain; private zones all have the same, which nobody asks. */
function serversFor(call: Call, isPrivate: boolean): string[] {
  return endings.map((ending, index) => {
    const number = isPrivate ? 512 * index : 512 * index + (Number.parseInt(call.newToken(3), 16) % 512);
    const stripe = isPrivate ? 0 : Number.parseInt(call.newToken(2), 16) % 64;
    return `ns-${number}.awsdns-${String(stripe).padStart(2, '0')}.${ending}`;
  });
}

/** The records with which a zone begins, and without which it cannot be. */
const firstRecords = (name: string, servers: readonly string[]): RecordSet[] => [
  { name, type: 'NS', ttl: 172_800, values: servers.map((server) => `${server}.`) },
  { name, type: 'SOA', ttl: 900, values: [`${servers[0]}. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400`] },
];

/** A VPC that the caller may look at. Throws InvalidVPCId. */
function checkedVpc(call: Call, vpc: VPC): { id: string; region: string } {
  const { VPCId: id = '', VPCRegion: region = call.region } = vpc;
  call.authorize?.('ec2:DescribeVpcs', '*');
  if (call.world.regions[region]?.ec2.vpcs[id] === undefined)
    throw new AwsError('InvalidVPCId', `The VPC ID ${id} in region ${region} is not valid.`);
  return { id, region };
}

/** A VPC resolves a name by one private zone. Throws ConflictingDomainExists. */
function checkConflict(call: Call, name: string, vpc: { id: string; region: string }): void {
  const other = Object.values(call.world.route53.zones).find(
    (zone) => zone.private && zone.name === name && zone.vpcs.some((own) => own.id === vpc.id),
  );
  if (other === undefined) return;
  throw new AwsError(
    'ConflictingDomainExists',
    `The VPC ${vpc.id} in region ${vpc.region} has already been associated with the hosted zone ${other.id} with the same domain name.`,
  );
}

/** 500 zones an account: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html */
const mostZones = 500;

const createHostedZone: Handler<Given<CreateHostedZoneRequest>, CreateHostedZoneResponse> = (input, call) => {
  const { zones } = call.world.route53;
  const name = checkDomain(input.Name);
  if (Object.values(zones).some((zone) => zone.callerReference === input.CallerReference)) {
    const why = `A hosted zone has already been created with the specified caller reference: ${input.CallerReference}`;
    throw new AwsError('HostedZoneAlreadyExists', why, 409);
  }
  if (input.HostedZoneConfig?.PrivateZone === true && input.VPC === undefined)
    throw invalidInput('When you create a private hosted zone, you must specify a VPC');
  const vpc = input.VPC && checkedVpc(call, input.VPC);
  if (vpc) checkConflict(call, name, vpc);
  if (Object.keys(zones).length >= mostZones)
    throw new AwsError('TooManyHostedZones', `Limits Exceeded: MAX_HOSTED_ZONES_BY_OWNER=${mostZones}`);
  const nameServers = serversFor(call, vpc !== undefined);
  const zone: ZoneRecord = {
    id: `Z0${call.newToken(19).toUpperCase()}`,
    name,
    callerReference: input.CallerReference,
    ...(input.HostedZoneConfig?.Comment !== undefined && { comment: input.HostedZoneConfig.Comment }),
    private: vpc !== undefined,
    vpcs: vpc ? [vpc] : [],
    nameServers,
    createdAt: call.now,
    records: firstRecords(name, nameServers),
    tags: {},
  };
  zones[zone.id] = zone;
  return {
    HostedZone: zoneView(zone),
    ChangeInfo: newChange(call),
    DelegationSet: delegationView(zone).DelegationSet,
    ...(vpc && { VPC: { VPCId: vpc.id, VPCRegion: vpc.region as NonNullable<VPC['VPCRegion']> } }),
    Location: `https://route53.amazonaws.com/2013-04-01/hostedzone/${zone.id}`,
  };
};

const deleteHostedZone: Handler<Given<DeleteHostedZoneRequest>, DeleteHostedZoneResponse> = (input, call) => {
  const zone = zoneOf(call, input.Id);
  const further = zone.records.some((own) => own.name !== zone.name || !['NS', 'SOA'].includes(own.type));
  if (further) {
    throw new AwsError(
      'HostedZoneNotEmpty',
      'The specified hosted zone contains non-required resource record sets  and so cannot be deleted.',
    );
  }
  delete call.world.route53.zones[zone.id];
  return { ChangeInfo: newChange(call) };
};

const associateVpc: Handler<Given<AssociateVPCWithHostedZoneRequest>, AssociateVPCWithHostedZoneResponse> = (
  input,
  call,
) => {
  const zone = zoneOf(call, input.HostedZoneId);
  if (!zone.private)
    throw new AwsError(
      'PublicZoneVPCAssociation',
      `You're trying to associate a VPC with a public hosted zone. Amazon Route 53 doesn't support associating a VPC with a public hosted zone.`,
    );
  const vpc = checkedVpc(call, input.VPC);
  checkConflict(call, zone.name, vpc);
  zone.vpcs = [...zone.vpcs, vpc];
  return { ChangeInfo: newChange(call, input.Comment) };
};

const disassociateVpc: Handler<Given<DisassociateVPCFromHostedZoneRequest>, DisassociateVPCFromHostedZoneResponse> = (
  input,
  call,
) => {
  const zone = zoneOf(call, input.HostedZoneId);
  const left = zone.vpcs.filter((own) => own.id !== input.VPC.VPCId);
  if (left.length === zone.vpcs.length) {
    const why = `The VPC ${input.VPC.VPCId} is not associated with the hosted zone ${zone.id}.`;
    throw new AwsError('VPCAssociationNotFound', why, 404);
  }
  if (left.length === 0)
    throw new AwsError(
      'LastVPCAssociation',
      `The VPC ${input.VPC.VPCId} is the last one that is associated with the hosted zone ${zone.id}.`,
    );
  zone.vpcs = left;
  return { ChangeInfo: newChange(call, input.Comment) };
};

const updateComment: Handler<Given<UpdateHostedZoneCommentRequest>, UpdateHostedZoneCommentResponse> = (
  input,
  call,
) => {
  const zone = zoneOf(call, input.Id);
  delete zone.comment;
  if (input.Comment) zone.comment = input.Comment;
  return { HostedZone: zoneView(zone) };
};

export const zoneHandlers: Handlers = {
  AssociateVPCWithHostedZone: associateVpc,
  CreateHostedZone: createHostedZone,
  DeleteHostedZone: deleteHostedZone,
  DisassociateVPCFromHostedZone: disassociateVpc,
  UpdateHostedZoneComment: updateComment,
};
