import type {
  Instance,
  InstanceBlockDeviceMapping,
  InstanceNetworkInterface,
  InstanceState,
  _InstanceType as InstanceTypeName,
} from '@aws-sdk/client-ec2';
import type { Turn } from '../../../call.ts';
import type { InstanceRecord, InstanceStateName } from '../compute-records.ts';
import { launchableType } from '../instance-types.ts';
import { addressOf, publicDnsOf, publicIpOf } from '../interface-records.ts';
import type { NetworkInterfaceRecord } from '../network-records.ts';
import { tagList } from '../tags.ts';

const codes: Readonly<Record<InstanceStateName, number>> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

/** A state with its number, as the API gives both. */
export const stateOutput = (Name: InstanceStateName): InstanceState => ({ Code: codes[Name], Name });

const groupList = (turn: Turn, ids: readonly string[]) =>
  ids.map((GroupId) => ({ GroupId, GroupName: turn.state.ec2.securityGroups[GroupId]?.name ?? '' }));

/** A public address as interfaces and instances show it. */
export function associationOutput(turn: Turn, eni: NetworkInterfaceRecord) {
  const ip = publicIpOf(turn.state.ec2, eni);
  if (ip === undefined) return undefined;
  const elastic = addressOf(turn.state.ec2, eni.id);
  return {
    PublicIp: ip,
    PublicDnsName: publicDnsOf(turn.region, ip),
    IpOwnerId: elastic === undefined ? 'amazon' : turn.account,
  };
}

function interfaceOutput(turn: Turn, eni: NetworkInterfaceRecord): InstanceNetworkInterface {
  const association = associationOutput(turn, eni);
  const { attachment } = eni;
  return {
    NetworkInterfaceId: eni.id,
    OwnerId: turn.account,
    VpcId: eni.vpcId,
    SubnetId: eni.subnetId,
    Description: eni.description,
    InterfaceType: eni.interfaceType,
    MacAddress: eni.mac,
    Status: 'in-use',
    SourceDestCheck: eni.sourceDestCheck,
    ...(eni.privateIps[0] !== undefined && { PrivateIpAddress: eni.privateIps[0] }),
    PrivateIpAddresses: eni.privateIps.map((PrivateIpAddress, i) => ({
      PrivateIpAddress,
      Primary: i === 0,
      ...(i === 0 && association !== undefined && { Association: association }),
    })),
    Ipv6Addresses: eni.ipv6Addresses.map((Ipv6Address) => ({ Ipv6Address })),
    ...(eni.ipv4Prefixes.length > 0 && { Ipv4Prefixes: eni.ipv4Prefixes.map((Ipv4Prefix) => ({ Ipv4Prefix })) }),
    Groups: groupList(turn, eni.groups),
    ...(association !== undefined && { Association: association }),
    ...(attachment !== undefined && {
      Attachment: {
        AttachmentId: attachment.id,
        AttachTime: new Date(attachment.attachedAt),
        DeleteOnTermination: attachment.deleteOnTermination,
        DeviceIndex: attachment.deviceIndex,
        NetworkCardIndex: 0,
        Status: attachment.status,
      },
    }),
  };
}

const deviceOutput = (device: InstanceRecord['blockDevices'][number]): InstanceBlockDeviceMapping => ({
  DeviceName: device.deviceName,
  Ebs: {
    VolumeId: device.volumeId,
    Status: 'attached',
    AttachTime: new Date(device.attachedAt),
    DeleteOnTermination: device.deleteOnTermination,
  },
});

function networkOutput(turn: Turn, instance: InstanceRecord): Partial<Instance> {
  const enis = Object.values(turn.state.ec2.networkInterfaces)
    .filter((eni) => eni.attachment?.instanceId === instance.id)
    .sort((a, b) => (a.attachment?.deviceIndex ?? 0) - (b.attachment?.deviceIndex ?? 0));
  const [primary] = enis;
  const ip = primary === undefined ? undefined : publicIpOf(turn.state.ec2, primary);
  const ended = instance.state === 'terminated';
  const ipv6 = primary?.ipv6Addresses[0];
  const hostnames = turn.state.ec2.vpcs[instance.vpcId]?.dnsHostnames === true;
  return {
    NetworkInterfaces: ended ? [] : enis.map((eni) => interfaceOutput(turn, eni)),
    SecurityGroups: groupList(turn, primary?.groups ?? []),
    PrivateDnsName: ended ? '' : instance.privateDnsName,
    PublicDnsName: ip === undefined || !hostnames ? '' : publicDnsOf(turn.region, ip),
    ...(!ended && {
      VpcId: instance.vpcId,
      SubnetId: instance.subnetId,
      ...(instance.privateIp !== '' && { PrivateIpAddress: instance.privateIp }),
      ...(ip !== undefined && { PublicIpAddress: ip }),
      ...(ipv6 !== undefined && { Ipv6Address: ipv6 }),
      SourceDestCheck: instance.sourceDestCheck,
    }),
  };
}

/** What every instance here has: Linux on EBS without capacity reservation or hibernation. */
const sameForAll = {
  EnaSupport: true,
  Hypervisor: 'xen',
  VirtualizationType: 'hvm',
  PlatformDetails: 'Linux/UNIX',
  UsageOperation: 'RunInstances',
  RootDeviceType: 'ebs',
  CapacityReservationSpecification: { CapacityReservationPreference: 'open' },
  HibernationOptions: { Configured: false },
  ProductCodes: [],
} satisfies Partial<Instance>;

/** An instance as DescribeInstances shows it. */
export function instanceOutput(turn: Turn, instance: InstanceRecord): Instance {
  const type = launchableType(instance.type);
  return {
    InstanceId: instance.id,
    ImageId: instance.imageId,
    InstanceType: instance.type as InstanceTypeName,
    Architecture: instance.architecture,
    State: stateOutput(instance.state),
    StateTransitionReason: instance.stateTransitionReason,
    ...(instance.stateReason !== undefined && {
      StateReason: { Code: instance.stateReason.code, Message: instance.stateReason.message },
    }),
    AmiLaunchIndex: instance.launchIndex,
    LaunchTime: new Date(instance.launchedAt),
    ...(instance.keyName !== undefined && { KeyName: instance.keyName }),
    ...(instance.iamInstanceProfile !== undefined && {
      IamInstanceProfile: { Arn: instance.iamInstanceProfile.arn, Id: instance.iamInstanceProfile.id },
    }),
    Placement: { AvailabilityZone: instance.zone, GroupName: instance.placementGroup ?? '', Tenancy: instance.tenancy },
    Monitoring: { State: instance.monitoring },
    MetadataOptions: instance.metadataOptions,
    CpuOptions: instance.cpuOptions,
    EbsOptimized: instance.ebsOptimized,
    ...sameForAll,
    UsageOperationUpdateTime: new Date(instance.launchedAt),
    BootMode: type?.architecture === 'arm64' ? 'uefi' : 'uefi-preferred',
    CurrentInstanceBootMode: type?.architecture === 'arm64' || type?.hypervisor === 'nitro' ? 'uefi' : 'legacy-bios',
    RootDeviceName: instance.rootDeviceName,
    BlockDeviceMappings: instance.blockDevices.map(deviceOutput),
    ...(instance.clientToken !== undefined && { ClientToken: instance.clientToken }),
    ...(instance.spotRequestId !== undefined && {
      InstanceLifecycle: 'spot',
      SpotInstanceRequestId: instance.spotRequestId,
    }),
    ...(instance.enclaveOptions !== undefined && { EnclaveOptions: instance.enclaveOptions }),
    ...(instance.maintenanceOptions !== undefined && { MaintenanceOptions: instance.maintenanceOptions }),
    PrivateDnsNameOptions: instance.privateDnsNameOptions,
    ...networkOutput(turn, instance),
    Tags: tagList(turn.state.ec2, instance.id),
  };
}
