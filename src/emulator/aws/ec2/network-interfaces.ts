import type {
  AttachNetworkInterfaceRequest,
  AttachNetworkInterfaceResult,
  CreateNetworkInterfaceRequest,
  CreateNetworkInterfaceResult,
  DeleteNetworkInterfaceRequest,
  DescribeNetworkInterfacesRequest,
  DescribeNetworkInterfacesResult,
  DetachNetworkInterfaceRequest,
  ModifyNetworkInterfaceAttributeRequest,
  NetworkInterface,
  NetworkInterfaceType,
} from '@aws-sdk/client-ec2';
import type { Call, Handlers, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { regionDomain } from './default-vpc.ts';
import type { Fields } from './filter.ts';
import { once } from './idempotency.ts';
import { launchableType } from './instance-types.ts';
import { associationOutput } from './instances/output.ts';
import { addressOf, attach, checkGroups, makeInterface, publicIpOf, removeInterface } from './interface-records.ts';
import { listing, nextToken } from './listing.ts';
import { get, required } from './lookup.ts';
import type { InterfaceAttachmentRecord, NetworkInterfaceRecord } from './network-records.ts';
import { setTags, tagList, tagsFor } from './tags.ts';

const attachmentOutput = (attachment: InterfaceAttachmentRecord) => ({
  AttachmentId: attachment.id,
  AttachTime: new Date(attachment.attachedAt),
  DeleteOnTermination: attachment.deleteOnTermination,
  DeviceIndex: attachment.deviceIndex,
  NetworkCardIndex: 0,
  ...(attachment.instanceId !== undefined && { InstanceId: attachment.instanceId }),
  InstanceOwnerId: attachment.instanceOwnerId,
  Status: attachment.status,
});

const statusOf = (eni: NetworkInterfaceRecord) => (eni.attachment === undefined ? 'available' : 'in-use');

/** The name that the VPC's DNS has for an address, where it names hosts. */
const dnsNameOf = (call: Turn, { vpcId }: NetworkInterfaceRecord, ip: string | undefined) =>
  ip !== undefined && call.state.ec2.vpcs[vpcId]?.dnsHostnames === true
    ? { PrivateDnsName: `ip-${ip.replaceAll('.', '-')}.${regionDomain(call.region)}` }
    : {};

function output(call: Turn, eni: NetworkInterfaceRecord): NetworkInterface {
  const { ec2 } = call.state;
  const elastic = addressOf(ec2, eni.id);
  const association = associationOutput(call, eni);
  const full = association && {
    ...association,
    ...(elastic !== undefined && { AllocationId: elastic.allocationId }),
    ...(elastic?.associationId !== undefined && { AssociationId: elastic.associationId }),
  };
  return {
    NetworkInterfaceId: eni.id,
    OwnerId: call.account,
    VpcId: eni.vpcId,
    SubnetId: eni.subnetId,
    AvailabilityZone: eni.zone,
    Description: eni.description,
    InterfaceType: eni.interfaceType as NetworkInterfaceType,
    MacAddress: eni.mac,
    Status: statusOf(eni),
    SourceDestCheck: eni.sourceDestCheck,
    RequesterManaged: eni.requesterId !== undefined,
    ...(eni.requesterId !== undefined && { RequesterId: eni.requesterId }),
    ...(eni.privateIps[0] !== undefined && { PrivateIpAddress: eni.privateIps[0] }),
    ...dnsNameOf(call, eni, eni.privateIps[0]),
    PrivateIpAddresses: eni.privateIps.map((PrivateIpAddress, i) => ({
      PrivateIpAddress,
      ...dnsNameOf(call, eni, PrivateIpAddress),
      Primary: i === 0,
      ...(i === 0 && full !== undefined && { Association: full }),
    })),
    Ipv6Addresses: eni.ipv6Addresses.map((Ipv6Address) => ({ Ipv6Address })),
    ...(eni.ipv4Prefixes.length > 0 && { Ipv4Prefixes: eni.ipv4Prefixes.map((Ipv4Prefix) => ({ Ipv4Prefix })) }),
    Groups: eni.groups.map((GroupId) => ({ GroupId, GroupName: ec2.securityGroups[GroupId]?.name ?? '' })),
    ...(full !== undefined && { Association: full }),
    ...(eni.attachment !== undefined && { Attachment: attachmentOutput(eni.attachment) }),
    TagSet: tagList(ec2, eni.id),
  };
}

function createNetworkInterface(input: CreateNetworkInterfaceRequest, call: Call): CreateNetworkInterfaceResult {
  const subnet = get(call, 'subnets', input.SubnetId);
  const tags = tagsFor(input.TagSpecifications, 'network-interface');
  const kind = input.InterfaceType ?? 'interface';
  if (!['interface', 'branch', 'trunk', 'efa'].includes(kind)) {
    throw new AwsError('InvalidParameterValue', `Value (${kind}) for parameter interfaceType is invalid.`);
  }
  const primary = input.PrivateIpAddresses?.find((one) => one.Primary)?.PrivateIpAddress;
  const [id] = once(call, input, () => {
    const made = makeInterface(call, {
      subnet,
      description: input.Description,
      groups: input.Groups === undefined || input.Groups.length === 0 ? undefined : input.Groups,
      interfaceType: kind,
      privateIp: input.PrivateIpAddress ?? primary,
      moreAddresses: input.SecondaryPrivateIpAddressCount ?? 0,
      ipv6Count: input.Ipv6AddressCount ?? (subnet.assignIpv6OnCreation ? 1 : 0),
    });
    setTags(call.state.ec2, made.id, tags);
    return [made.id];
  });
  const eni = output(call, get(call, 'networkInterfaces', id));
  // A value of the wire that the SDK's model leaves out.
  return {
    NetworkInterface: { ...eni, Status: 'pending' as 'available' },
    ...(input.ClientToken !== undefined && { ClientToken: input.ClientToken }),
  };
}

/** Interfaces that a service made may only be changed by that service. */
function checkOwn(eni: NetworkInterfaceRecord): void {
  if (eni.requesterId === undefined) return;
  throw new AwsError('OperationNotPermitted', `You are not allowed to manage '${eni.interfaceType}' attachments.`);
}

function deleteNetworkInterface(input: DeleteNetworkInterfaceRequest, call: Call): Record<string, never> {
  const eni = get(call, 'networkInterfaces', input.NetworkInterfaceId);
  if (eni.attachment !== undefined) {
    throw new AwsError('InvalidParameterValue', `Network interface '${eni.id}' is currently in use.`);
  }
  checkOwn(eni);
  removeInterface(call.state.ec2, eni.id);
  return {};
}

function attachNetworkInterface(input: AttachNetworkInterfaceRequest, call: Call): AttachNetworkInterfaceResult {
  const eni = get(call, 'networkInterfaces', input.NetworkInterfaceId);
  const instance = get(call, 'instances', input.InstanceId);
  const deviceIndex = required(input.DeviceIndex, 'deviceIndex');
  if (eni.attachment !== undefined) {
    throw new AwsError('InvalidNetworkInterface.InUse', `Interface: [${eni.id}] in use.`);
  }
  if (instance.state !== 'running' && instance.state !== 'stopped') {
    throw new AwsError('IncorrectState', `Instance: ${instance.id} is not in 'running' or 'stopped' state`);
  }
  if (eni.zone !== instance.zone) {
    const why = `Interface ${eni.id} and instance ${instance.id} are in different Availability Zones.`;
    throw new AwsError('InvalidParameterCombination', why);
  }
  const enis = Object.values(call.state.ec2.networkInterfaces).filter(
    (one) => one.attachment?.instanceId === instance.id,
  );
  if (enis.some((one) => one.attachment?.deviceIndex === deviceIndex)) {
    throw new AwsError(
      'InvalidParameterValue',
      `Instance '${instance.id}' already has an interface attached at device index '${deviceIndex}'.`,
    );
  }
  if (enis.length >= (launchableType(instance.type)?.maxEnis ?? 0)) {
    throw new AwsError(
      'AttachmentLimitExceeded',
      `Interface count ${enis.length + 1} exceeds the limit for ${instance.type}`,
    );
  }
  const attachment = attach(call, eni, { instanceId: instance.id, deviceIndex, deleteOnTermination: false });
  instance.networkInterfaceIds.push(eni.id);
  return { AttachmentId: attachment.id, NetworkCardIndex: 0 };
}

function detachNetworkInterface(input: DetachNetworkInterfaceRequest, call: Call): Record<string, never> {
  const { ec2 } = call.state;
  const id = required(input.AttachmentId, 'attachmentId');
  const eni = Object.values(ec2.networkInterfaces).find((one) => one.attachment?.id === id);
  if (eni === undefined) throw new AwsError('InvalidAttachmentID.NotFound', `The attachment '${id}' does not exist.`);
  checkOwn(eni);
  if (eni.attachment?.deviceIndex === 0) {
    throw new AwsError('OperationNotPermitted', 'The network interface at device index 0 cannot be detached.');
  }
  const instance = ec2.instances[eni.attachment?.instanceId ?? ''];
  if (instance !== undefined)
    instance.networkInterfaceIds = instance.networkInterfaceIds.filter((one) => one !== eni.id);
  delete eni.attachment;
  delete addressOf(ec2, eni.id)?.instanceId;
  return {};
}

function modifyNetworkInterface(input: ModifyNetworkInterfaceAttributeRequest, call: Call): Record<string, never> {
  const eni = get(call, 'networkInterfaces', input.NetworkInterfaceId);
  const groups =
    input.Groups === undefined ? undefined : checkGroups(call, get(call, 'subnets', eni.subnetId), input.Groups);
  const change = input.Attachment;
  if (change !== undefined && eni.attachment?.id !== change.AttachmentId) {
    throw new AwsError('InvalidAttachmentID.NotFound', `The attachment '${change.AttachmentId ?? ''}' does not exist.`);
  }
  if (groups !== undefined) eni.groups = groups;
  if (input.Description?.Value !== undefined) eni.description = input.Description.Value;
  if (input.SourceDestCheck?.Value !== undefined) eni.sourceDestCheck = input.SourceDestCheck.Value;
  if (change?.DeleteOnTermination !== undefined && eni.attachment !== undefined) {
    eni.attachment.deleteOnTermination = change.DeleteOnTermination;
  }
  return {};
}

const fields = (call: Turn): Fields<NetworkInterfaceRecord> => ({
  'network-interface-id': (eni) => [eni.id],
  'addresses.private-ip-address': (eni) => eni.privateIps,
  'addresses.primary': (eni) => (eni.privateIps.length > 1 ? [true, false] : [true]),
  'addresses.association.public-ip': (eni) => [publicIpOf(call.state.ec2, eni)],
  'association.allocation-id': (eni) => [addressOf(call.state.ec2, eni.id)?.allocationId],
  'association.association-id': (eni) => [addressOf(call.state.ec2, eni.id)?.associationId],
  'association.public-ip': (eni) => [publicIpOf(call.state.ec2, eni)],
  'attachment.attachment-id': (eni) => [eni.attachment?.id],
  'attachment.device-index': (eni) => [eni.attachment?.deviceIndex],
  'attachment.instance-id': (eni) => [eni.attachment?.instanceId],
  'attachment.instance-owner-id': (eni) => [eni.attachment?.instanceOwnerId],
  'attachment.status': (eni) => [eni.attachment?.status],
  'availability-zone': (eni) => [eni.zone],
  description: (eni) => [eni.description],
  'group-id': (eni) => eni.groups,
  'group-name': (eni) => eni.groups.map((id) => call.state.ec2.securityGroups[id]?.name),
  'interface-type': (eni) => [eni.interfaceType],
  'mac-address': (eni) => [eni.mac],
  'owner-id': () => [call.account],
  'private-ip-address': (eni) => eni.privateIps,
  'requester-id': (eni) => [eni.requesterId],
  'requester-managed': (eni) => [eni.requesterId !== undefined],
  'source-dest-check': (eni) => [eni.sourceDestCheck],
  status: (eni) => [statusOf(eni)],
  'subnet-id': (eni) => [eni.subnetId],
  'vpc-id': (eni) => [eni.vpcId],
});

function describeNetworkInterfaces(
  input: DescribeNetworkInterfacesRequest,
  call: Call,
): DescribeNetworkInterfacesResult {
  const found = listing(call, 'networkInterfaces', {
    question: { ...input, ids: input.NetworkInterfaceIds },
    fields: fields(call),
  });
  return { NetworkInterfaces: found.items.map((eni) => output(call, eni)), ...nextToken(found) };
}

export const networkInterfaceHandlers: Handlers = {
  CreateNetworkInterface: createNetworkInterface,
  DeleteNetworkInterface: deleteNetworkInterface,
  AttachNetworkInterface: attachNetworkInterface,
  DetachNetworkInterface: detachNetworkInterface,
  ModifyNetworkInterfaceAttribute: modifyNetworkInterface,
  DescribeNetworkInterfaces: describeNetworkInterfaces,
};
