import type { InstanceRecord } from '../aws/ec2/compute-records.ts';
import { regionDomain } from '../aws/ec2/default-vpc.ts';
import { publicDnsOf, publicIpOf } from '../aws/ec2/interface-records.ts';
import type { NetworkInterfaceRecord } from '../aws/ec2/network-records.ts';
import { zonesOf } from '../aws/ec2/zones.ts';
import { listOf, parsePolicy } from '../aws/iam/policy-document.ts';
import { newSession } from '../aws/iam/sessions.ts';
import type { IamRole, Session } from '../aws/iam/state.ts';
import type { Turn } from '../call.ts';
import type { MetadataTree } from './metadata-tree.ts';

const stamp = (ms: number): string => new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-identity-documents.html */
const identityDocument = (turn: Turn, instance: InstanceRecord): string =>
  JSON.stringify(
    {
      accountId: turn.account,
      architecture: instance.architecture,
      availabilityZone: instance.zone,
      billingProducts: null,
      devpayProductCodes: null,
      marketplaceProductCodes: null,
      imageId: instance.imageId,
      instanceId: instance.id,
      instanceType: instance.type,
      kernelId: null,
      pendingTime: stamp(instance.launchedAt),
      privateIp: instance.privateIp,
      ramdiskId: null,
      region: turn.region,
      version: '2017-09-30',
    },
    null,
    2,
  );

/** What `/latest/dynamic` holds. The document's signatures are not there: only AWS can make them. */
export const dynamicOf = (turn: Turn, instance: InstanceRecord): MetadataTree => ({
  'instance-identity': { document: () => identityDocument(turn, instance) },
});

/** The role that the instance's profile holds, if it trusts EC2: else there are no credentials. */
function roleOf(turn: Turn, instance: InstanceRecord): IamRole | undefined {
  const { instanceProfiles, roles } = turn.world.iam;
  const profile = Object.values(instanceProfiles).find((own) => own.arn === instance.iamInstanceProfile?.arn);
  const role = roles[profile?.roles[0] ?? ''];
  const trust = role && parsePolicy(role.assumeRolePolicyDocument, 'trust');
  if (trust === undefined || typeof trust === 'string') return undefined;
  const isTrusted = listOf(trust.Statement).some(
    ({ Effect, Principal }) =>
      Effect === 'Allow' && typeof Principal === 'object' && listOf(Principal.Service).includes('ec2.amazonaws.com'),
  );
  return isTrusted ? role : undefined;
}

const sixHours = 21_600;

/** Credentials of the role's session that is named by the instance's id; the same until an hour before they end. */
function sessionOf(turn: Turn, instance: InstanceRecord, role: IamRole): Session {
  const arn = `arn:${turn.world.partition}:sts::${turn.account}:assumed-role/${role.roleName}/${instance.id}`;
  const usable = Date.now() + 3_600_000;
  const known = Object.values(turn.world.iam.sessions).find((own) => own.arn === arn && own.expiration > usable);
  return known ?? newSession(turn, sixHours, { arn, userId: `${role.roleId}:${instance.id}` });
}

function credentials(turn: Turn, instance: InstanceRecord, role: IamRole): string {
  const session = sessionOf(turn, instance, role);
  const told = {
    Code: 'Success',
    // Wall time, like the end: callers compare both with their own clock.
    LastUpdated: stamp(session.expiration - sixHours * 1000),
    Type: 'AWS-HMAC',
    AccessKeyId: session.accessKeyId,
    SecretAccessKey: session.secretAccessKey,
    Token: session.sessionToken,
    Expiration: stamp(session.expiration),
  };
  return JSON.stringify(told, null, 2);
}

function iamTree(turn: Turn, instance: InstanceRecord): MetadataTree | undefined {
  if (instance.iamInstanceProfile === undefined) return undefined;
  const { arn, id } = instance.iamInstanceProfile;
  const info = { Code: 'Success', LastUpdated: stamp(Date.now()), InstanceProfileArn: arn, InstanceProfileId: id };
  const role = roleOf(turn, instance);
  return {
    info: JSON.stringify(info, null, 2),
    ...(role && { 'security-credentials': { [role.roleName]: () => credentials(turn, instance, role) } }),
  };
}

const lines = (items: readonly string[]): string => items.join('\n');

function interfaceTree(turn: Turn, eni: NetworkInterfaceRecord): MetadataTree {
  const { ec2 } = turn.state;
  const vpc = ec2.vpcs[eni.vpcId];
  const ranges = (vpc?.cidrs ?? []).map((own) => own.cidr);
  const publicIp = publicIpOf(ec2, eni);
  return {
    'device-number': String(eni.attachment?.deviceIndex ?? 0),
    'interface-id': eni.id,
    ...(publicIp !== undefined && { 'ipv4-associations': { [publicIp]: eni.privateIps[0] } }),
    'local-hostname': `ip-${(eni.privateIps[0] ?? '').replaceAll('.', '-')}.${regionDomain(turn.region)}`,
    'local-ipv4s': lines(eni.privateIps),
    mac: eni.mac,
    'owner-id': turn.account,
    ...(publicIp !== undefined && { 'public-hostname': publicDnsOf(turn.region, publicIp) }),
    'public-ipv4s': publicIp,
    'security-group-ids': lines(eni.groups),
    'security-groups': lines(eni.groups.map((id) => ec2.securityGroups[id]?.name ?? id)),
    'subnet-id': eni.subnetId,
    'subnet-ipv4-cidr-block': ec2.subnets[eni.subnetId]?.cidr,
    'vpc-id': eni.vpcId,
    'vpc-ipv4-cidr-block': ranges[0],
    'vpc-ipv4-cidr-blocks': lines(ranges),
  };
}

/** Interfaces by their hardware addresses: those that are attached now, the later ones too. */
function networkTree(turn: Turn, instance: InstanceRecord): MetadataTree {
  const own = Object.values(turn.state.ec2.networkInterfaces).filter(
    (eni) => eni.attachment?.instanceId === instance.id,
  );
  return { interfaces: { macs: Object.fromEntries(own.map((eni) => [eni.mac, interfaceTree(turn, eni)])) } };
}

function spotTree(instance: InstanceRecord): MetadataTree | undefined {
  const { interruption } = instance;
  if (interruption === undefined) return undefined;
  const time = stamp(interruption.at);
  return { 'instance-action': JSON.stringify({ action: 'terminate', time }), 'termination-time': time };
}

const lifecycleOf = (turn: Turn, instance: InstanceRecord): string | undefined => {
  const members = Object.values(turn.state.autoscaling.groups).flatMap((group) => group.instances);
  const member = members.find((own) => own.instanceId === instance.id);
  if (member === undefined) return undefined;
  return member.lifecycleState.startsWith('Terminating') ? 'Terminated' : 'InService';
};

/** By what a device is for: those of the launch, the root's first. */
function devicesTree({ rootDeviceName, blockDevices, launchedAt }: InstanceRecord): MetadataTree {
  const others = blockDevices.filter((own) => own.deviceName !== rootDeviceName && own.attachedAt === launchedAt);
  return {
    ami: rootDeviceName,
    ...Object.fromEntries(others.map(({ deviceName }, i) => [`ebs${i + 1}`, deviceName])),
    root: rootDeviceName,
  };
}

/** The one key pair of an instance: it is listed with its name, and read by its number. */
function keysTree(turn: Turn, { keyName }: InstanceRecord): MetadataTree | undefined {
  const pair = Object.values(turn.state.ec2.keyPairs).find(({ name }) => name === keyName);
  return pair && { '': `0=${pair.name}`, '0': { 'openssh-key': pair.publicKey } };
}

/** What `/latest/meta-data` holds: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-metadata.html#instancedata-data-categories */
export function metadataOf(turn: Turn, instance: InstanceRecord): MetadataTree {
  const { ec2 } = turn.state;
  const primary = ec2.networkInterfaces[instance.networkInterfaceIds[0] ?? ''];
  const publicIp = primary && publicIpOf(ec2, primary);
  const zone = zonesOf(turn.region).find((own) => own.name === instance.zone);
  const action = lifecycleOf(turn, instance);
  return {
    'ami-id': instance.imageId,
    'ami-launch-index': String(instance.launchIndex),
    'ami-manifest-path': '(unknown)',
    ...(action !== undefined && { autoscaling: { 'target-lifecycle-state': action } }),
    'block-device-mapping': devicesTree(instance),
    events: { maintenance: { history: '[]', scheduled: '[]' } },
    hibernation: { configured: 'false' },
    hostname: instance.privateDnsName,
    iam: iamTree(turn, instance),
    'instance-action': 'none',
    'instance-id': instance.id,
    'instance-life-cycle': instance.spotRequestId === undefined ? 'on-demand' : 'spot',
    'instance-type': instance.type,
    'local-hostname': instance.privateDnsName,
    'local-ipv4': instance.privateIp,
    mac: primary?.mac,
    network: networkTree(turn, instance),
    placement: { 'availability-zone': instance.zone, 'availability-zone-id': zone?.id, region: turn.region },
    profile: 'default-hvm',
    ...(publicIp !== undefined && { 'public-hostname': publicDnsOf(turn.region, publicIp), 'public-ipv4': publicIp }),
    'public-keys': keysTree(turn, instance),
    'reservation-id': instance.reservationId,
    'security-groups': lines((primary?.groups ?? []).map((id) => ec2.securityGroups[id]?.name ?? id)),
    services: { domain: 'amazonaws.com', partition: turn.world.partition },
    spot: spotTree(instance),
    ...(instance.metadataOptions.InstanceMetadataTags === 'enabled' && {
      tags: { instance: { ...ec2.tags[instance.id] } },
    }),
  };
}
