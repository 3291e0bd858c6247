import type { InstanceMetadataOptionsResponse } from '@aws-sdk/client-ec2';
import { seconds } from '../../../../base/duration.ts';
import type { Turn } from '../../../call.ts';
import { AwsError } from '../../../call.ts';
import type { InstanceRecord } from '../compute-records.ts';
import { regionDomain } from '../default-vpc.ts';
import { checkMetadataTags } from '../metadata-tags.ts';
import type { InstanceProfileFacts } from '../named-resources.ts';
import { instanceProfile } from '../named-resources.ts';
import type { NetworkInterfaceRecord } from '../network-records.ts';
import { setTags, tagsFor } from '../tags.ts';
import { checkUserData } from '../user-data.ts';
import type { PlannedDevice } from './block-devices.ts';
import { planDevices } from './block-devices.ts';
import { checkInterfaces, makeInterfaces } from './interfaces.ts';
import type { Placement } from './placement.ts';
import { checkVcpus, placementOf } from './placement.ts';
import type { InstanceRequest } from './request.ts';
import { refuseUnknown } from './request.ts';

const launchTypes = ['instance', 'volume', 'network-interface', 'spot-instances-request'] as const;

function profileOf(turn: Turn, request: InstanceRequest): InstanceProfileFacts | undefined {
  const { Name: name, Arn: arn } = request.IamInstanceProfile ?? {};
  if (name === undefined && arn === undefined) return undefined;
  const found = instanceProfile(turn, { name, arn });
  if (found !== undefined) return found;
  const [member, value, what] = name === undefined ? ['arn', arn, 'ARN'] : ['name', name, 'name'];
  const why = `Value (${value}) for parameter iamInstanceProfile.${member} is invalid. Invalid IAM Instance Profile ${what}`;
  throw new AwsError('InvalidParameterValue', why);
}

function checkKeyPair(turn: Turn, name: string | undefined): void {
  if (name === undefined || Object.values(turn.state.ec2.keyPairs).some((pair) => pair.name === name)) return;
  throw new AwsError('InvalidKeyPair.NotFound', `The key pair '${name}' does not exist`);
}

function metadataOptions(request: InstanceRequest, place: Placement): InstanceMetadataOptionsResponse {
  const asked = request.MetadataOptions ?? {};
  const { HttpPutResponseHopLimit: hops } = asked;
  if (hops !== undefined && (hops < 1 || hops > 64)) {
    throw new AwsError(
      'InvalidParameterValue',
      `Value (${hops}) for parameter HttpPutResponseHopLimit is invalid. Must be 1 to 64.`,
    );
  }
  const imdsV2 = place.image.os === 'al2023';
  return {
    State: 'applied',
    HttpEndpoint: asked.HttpEndpoint ?? 'enabled',
    HttpTokens: asked.HttpTokens ?? (imdsV2 ? 'required' : 'optional'),
    HttpPutResponseHopLimit: hops ?? (imdsV2 ? 2 : 1),
    HttpProtocolIpv6: asked.HttpProtocolIpv6 ?? 'disabled',
    InstanceMetadataTags: asked.InstanceMetadataTags ?? 'disabled',
  };
}

function checkMetadata(request: InstanceRequest, place: Placement): void {
  if (metadataOptions(request, place).InstanceMetadataTags !== 'enabled') return;
  checkMetadataTags(Object.keys(tagsFor(request.TagSpecifications, 'instance', launchTypes)));
}

/** Everything of a launch that was checked before something is made. */
interface Planned {
  readonly place: Placement;
  readonly profile: InstanceProfileFacts | undefined;
  readonly devices: readonly PlannedDevice[];
}

function plan(turn: Turn, request: InstanceRequest): Planned {
  refuseUnknown(request);
  for (const type of launchTypes) tagsFor(request.TagSpecifications, type, launchTypes);
  const place = placementOf(turn, request);
  const spot = request.InstanceMarketOptions?.MarketType === 'spot';
  checkVcpus(turn, place.type, { count: 1, spot });
  checkKeyPair(turn, request.KeyName);
  checkUserData(request.UserData);
  checkMetadata(request, place);
  checkInterfaces(turn, request, place);
  const profile = profileOf(turn, request);
  return { place, profile, devices: planDevices(turn, place, request.BlockDeviceMappings ?? []) };
}

/** Throws what a launch would be refused with, and makes nothing. */
export const checkLaunch = (turn: Turn, request: InstanceRequest): void => void plan(turn, request);

function credits(request: InstanceRequest, place: Placement): { cpuCredits?: string } {
  if (!place.type.burstable) {
    if (request.CreditSpecification?.CpuCredits === undefined) return {};
    const why = 'The T2/T3/T3a/T4g burstable instance feature is not supported for the specified instance type.';
    throw new AwsError('InvalidParameterCombination', why);
  }
  const byDefault = place.type.type.startsWith('t2.') ? 'standard' : 'unlimited';
  return { cpuCredits: request.CreditSpecification?.CpuCredits ?? byDefault };
}

function namesOf(turn: Turn, id: string, eni: NetworkInterfaceRecord, place: Placement) {
  const ip = eni.privateIps[0] ?? '';
  const byResource = place.subnet.hostnameType === 'resource-name';
  const host = byResource ? id : `ip-${ip.replaceAll('.', '-')}`;
  return { privateIp: ip, privateDnsName: `${host}.${regionDomain(turn.region)}` };
}

/** The part of the record that the request says by itself. */
function fromRequest(turn: Turn, request: InstanceRequest, planned: Planned) {
  const { place, profile } = planned;
  const spot = request.InstanceMarketOptions?.MarketType === 'spot';
  const dns = request.PrivateDnsNameOptions;
  return {
    imageId: place.image.id,
    type: place.type.type,
    architecture: place.type.architecture,
    ...(request.KeyName !== undefined && { keyName: request.KeyName }),
    ...(request.UserData !== undefined && request.UserData !== '' && { userData: request.UserData }),
    ...(profile !== undefined && { iamInstanceProfile: profile, iamAssociationId: turn.newId('iip-assoc-') }),
    metadataOptions: metadataOptions(request, place),
    monitoring: request.Monitoring?.Enabled ? ('enabled' as const) : ('disabled' as const),
    ebsOptimized: request.EbsOptimized ?? false,
    sourceDestCheck: true,
    disableApiTermination: request.DisableApiTermination ?? false,
    disableApiStop: request.DisableApiStop ?? false,
    shutdownBehavior: request.InstanceInitiatedShutdownBehavior ?? ('stop' as const),
    ...(spot && { spotRequestId: turn.newId('sir-', 8) }),
    ...credits(request, place),
    ...(request.ClientToken !== undefined && { clientToken: request.ClientToken }),
    tenancy: request.Placement?.Tenancy ?? ('default' as const),
    ...(request.Placement?.GroupName !== undefined && { placementGroup: request.Placement.GroupName }),
    ...(request.origin !== undefined && { launchTemplate: request.origin }),
    cpuOptions: {
      CoreCount:
        request.CpuOptions?.CoreCount ?? Math.max(1, place.type.vcpus / (place.type.architecture === 'arm64' ? 1 : 2)),
      ThreadsPerCore:
        request.CpuOptions?.ThreadsPerCore ?? (place.type.architecture === 'arm64' || place.type.vcpus === 1 ? 1 : 2),
    },
    enclaveOptions: { Enabled: request.EnclaveOptions?.Enabled ?? false },
    maintenanceOptions: { AutoRecovery: request.MaintenanceOptions?.AutoRecovery ?? ('default' as const) },
    privateDnsNameOptions: {
      HostnameType: dns?.HostnameType ?? place.subnet.hostnameType,
      EnableResourceNameDnsARecord: dns?.EnableResourceNameDnsARecord ?? place.subnet.dnsARecord,
      EnableResourceNameDnsAAAARecord: dns?.EnableResourceNameDnsAAAARecord ?? place.subnet.dnsAaaaRecord,
    },
  };
}

function attachDevices(
  turn: Turn,
  instanceId: string,
  devices: readonly PlannedDevice[],
): InstanceRecord['blockDevices'] {
  return devices.map(({ deviceName, deleteOnTermination, volume }) => {
    turn.state.ec2.volumes[volume.id] = {
      ...volume,
      state: 'in-use',
      attachment: { instanceId, device: deviceName, state: 'attached', attachedAt: turn.now, deleteOnTermination },
    };
    return { deviceName, volumeId: volume.id, deleteOnTermination, attachedAt: turn.now };
  });
}

function tagAll(turn: Turn, request: InstanceRequest, instance: InstanceRecord): void {
  const { ec2 } = turn.state;
  const tags = (type: (typeof launchTypes)[number]) => tagsFor(request.TagSpecifications, type, launchTypes);
  const { launchTemplate } = instance;
  // AWS marks what comes from a template so; Terraform reads it back from here.
  const origin = launchTemplate && {
    'aws:ec2launchtemplate:id': launchTemplate.id,
    'aws:ec2launchtemplate:version': launchTemplate.version,
  };
  setTags(ec2, instance.id, { ...tags('instance'), ...origin, ...request.serviceTags });
  for (const device of instance.blockDevices) setTags(ec2, device.volumeId, tags('volume'));
  for (const id of instance.networkInterfaceIds) setTags(ec2, id, tags('network-interface'));
  if (instance.spotRequestId !== undefined) setTags(ec2, instance.spotRequestId, tags('spot-instances-request'));
}

/** How long an instance takes from the call until it runs. */
export const bootDelay = seconds(20);

/**
 * Launches one instance: checks all that EC2 checks, then makes interface, volumes and instance, which is `pending` and
 * runs after {@link bootDelay}. Throws AwsError with EC2's codes; then nothing was made.
 */
export function launchInstance(turn: Turn, request: InstanceRequest): InstanceRecord {
  const planned = plan(turn, request);
  const { place } = planned;
  const known = fromRequest(turn, request, planned);
  const id = turn.newId('i-');
  const interfaces = makeInterfaces(turn, request, { place, instanceId: id });
  const [primary] = interfaces;
  if (primary === undefined) throw new Error(`the launch of ${id} has no interface`);
  const instance: InstanceRecord = {
    id,
    reservationId: request.reservationId ?? turn.newId('r-'),
    launchIndex: request.launchIndex ?? 0,
    ...known,
    state: 'pending',
    stateTransitionReason: '',
    launchedAt: turn.now,
    vpcId: place.subnet.vpcId,
    subnetId: place.subnet.id,
    zone: place.subnet.zone,
    ...namesOf(turn, id, primary, place),
    networkInterfaceIds: interfaces.map((eni) => eni.id),
    rootDeviceName: place.image.rootDeviceName,
    blockDevices: attachDevices(turn, id, planned.devices),
    console: [],
  };
  turn.state.ec2.instances[id] = instance;
  tagAll(turn, request, instance);
  turn.later(bootDelay, 'ec2.instance-running', { instanceId: id });
  return instance;
}
