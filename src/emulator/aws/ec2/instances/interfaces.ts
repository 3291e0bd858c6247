import type { RequestLaunchTemplateData } from '@aws-sdk/client-ec2';
import type { Turn } from '../../../call.ts';
import { AwsError } from '../../../call.ts';
import { attach, checkGroups, makeInterface, removeInterface } from '../interface-records.ts';
import { get } from '../lookup.ts';
import type { NetworkInterfaceRecord } from '../network-records.ts';
import type { Placement } from './placement.ts';
import type { InstanceRequest } from './request.ts';

type Spec = NonNullable<RequestLaunchTemplateData['NetworkInterfaces']>[number];

function groupsByName(turn: Turn, vpcId: string, names: readonly string[]): string[] {
  return names.map((name) => {
    const found = Object.values(turn.state.ec2.securityGroups).find((g) => g.vpcId === vpcId && g.name === name);
    if (found === undefined)
      throw new AwsError('InvalidGroup.NotFound', `The security group '${name}' does not exist in VPC '${vpcId}'`);
    return found.id;
  });
}

/** The interfaces that a launch asks for: its own list, or a primary one with the instance's subnet and groups. */
function specsOf(turn: Turn, request: InstanceRequest, place: Placement): readonly Spec[] {
  const groups = [
    ...(request.SecurityGroupIds ?? []),
    ...groupsByName(turn, place.subnet.vpcId, request.SecurityGroups ?? []),
  ];
  const specs = request.NetworkInterfaces ?? [];
  if (specs.length > 0 && groups.length > 0) {
    const why = 'Network interfaces and an instance-level security groups may not be specified on the same request';
    throw new AwsError('InvalidParameterCombination', why);
  }
  if (specs.length > 0) return specs;
  const spec: Spec = { DeviceIndex: 0 };
  if (groups.length > 0) spec.Groups = groups;
  if (request.PrivateIpAddress !== undefined) spec.PrivateIpAddress = request.PrivateIpAddress;
  if (request.Ipv6AddressCount !== undefined) spec.Ipv6AddressCount = request.Ipv6AddressCount;
  return [spec];
}

/** Checks what can be checked of a launch's interfaces before anything is made. */
export function checkInterfaces(turn: Turn, request: InstanceRequest, place: Placement): void {
  const specs = specsOf(turn, request, place);
  if (specs.length > place.type.maxEnis) {
    const why = `Interface count ${specs.length} exceeds the limit for ${place.type.type}`;
    throw new AwsError('AttachmentLimitExceeded', why);
  }
  const indexes = specs.map((spec) => spec.DeviceIndex ?? 0);
  if (!indexes.includes(0)) {
    throw new AwsError('InvalidParameterCombination', 'The primary network interface must have device index 0');
  }
  if (new Set(indexes).size < indexes.length) {
    throw new AwsError('InvalidParameterCombination', 'Network interfaces may not have the same device index');
  }
  for (const spec of specs) checkSpec(turn, spec, place);
}

function checkSpec(turn: Turn, spec: Spec, place: Placement): void {
  if (spec.NetworkInterfaceId !== undefined) {
    const eni = get(turn, 'networkInterfaces', spec.NetworkInterfaceId);
    if (eni.attachment !== undefined) {
      throw new AwsError('InvalidNetworkInterface.InUse', `Interface: [${eni.id}] in use.`);
    }
    return;
  }
  const subnet = spec.SubnetId === undefined ? place.subnet : get(turn, 'subnets', spec.SubnetId);
  if (subnet.zone !== place.subnet.zone) {
    throw new AwsError(
      'InvalidParameterCombination',
      'All network interfaces of an instance must be in one Availability Zone',
    );
  }
  if (spec.Groups !== undefined) checkGroups(turn, subnet, spec.Groups);
}

function primaryFirst(specs: readonly Spec[]): Spec[] {
  return [...specs].sort((a, b) => (a.DeviceIndex ?? 0) - (b.DeviceIndex ?? 0));
}

/** A public address is given to the primary interface where the request or, if it is silent, the subnet says so. */
function wantsPublicIp(spec: Spec, place: Placement): boolean {
  if ((spec.DeviceIndex ?? 0) !== 0) return false;
  return spec.AssociatePublicIpAddress ?? place.subnet.mapPublicIpOnLaunch;
}

/** Undoes what {@link makeInterfaces} did before one of the interfaces could not be made. */
function undo(turn: Turn, specs: readonly Spec[], instanceId: string): void {
  const { ec2 } = turn.state;
  for (const eni of Object.values(ec2.networkInterfaces)) {
    if (eni.attachment?.instanceId !== instanceId) continue;
    if (specs.some((spec) => spec.NetworkInterfaceId === eni.id)) delete eni.attachment;
    else removeInterface(ec2, eni.id);
  }
}

/** Makes (or takes) the interfaces of a launch and attaches them; the primary is first. All or none. */
export function makeInterfaces(
  turn: Turn,
  request: InstanceRequest,
  to: { place: Placement; instanceId: string },
): NetworkInterfaceRecord[] {
  try {
    return makeAll(turn, request, to);
  } catch (error) {
    undo(turn, request.NetworkInterfaces ?? [], to.instanceId);
    throw error;
  }
}

function makeAll(
  turn: Turn,
  request: InstanceRequest,
  to: { place: Placement; instanceId: string },
): NetworkInterfaceRecord[] {
  const { place, instanceId } = to;
  return primaryFirst(specsOf(turn, request, place)).map((spec) => {
    const deviceIndex = spec.DeviceIndex ?? 0;
    const subnet = spec.SubnetId === undefined ? place.subnet : get(turn, 'subnets', spec.SubnetId);
    const given = spec.NetworkInterfaceId;
    const eni =
      given === undefined
        ? makeInterface(turn, {
            subnet,
            description: spec.Description,
            groups: spec.Groups === undefined || spec.Groups.length === 0 ? undefined : spec.Groups,
            privateIp: spec.PrivateIpAddress ?? spec.PrivateIpAddresses?.find((one) => one.Primary)?.PrivateIpAddress,
            moreAddresses: spec.SecondaryPrivateIpAddressCount ?? 0,
            ipv6Count: spec.Ipv6AddressCount ?? (subnet.assignIpv6OnCreation ? 1 : 0),
            publicIp: wantsPublicIp(spec, place),
          })
        : get(turn, 'networkInterfaces', given);
    attach(turn, eni, {
      instanceId,
      deviceIndex,
      deleteOnTermination: spec.DeleteOnTermination ?? given === undefined,
    });
    return eni;
  });
}
