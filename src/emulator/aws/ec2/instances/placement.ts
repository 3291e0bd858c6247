import type { Turn } from '../../../call.ts';
import { AwsError } from '../../../call.ts';
import { quotaValue } from '../../service-quotas/value.ts';
import type { PublicImage } from '../images.ts';
import { imageById } from '../images.ts';
import type { LaunchableType } from '../instance-types.ts';
import { isOffered, launchableType } from '../instance-types.ts';
import { get, required } from '../lookup.ts';
import type { SubnetRecord } from '../network-records.ts';
import { zonesOf } from '../zones.ts';
import type { InstanceRequest } from './request.ts';

/** What a launch needs to know of image, type and place. */
export interface Placement {
  readonly image: PublicImage;
  readonly type: LaunchableType;
  readonly subnet: SubnetRecord;
}

function readType(name: string): LaunchableType {
  const type = launchableType(name);
  if (type === undefined) throw new AwsError('InvalidParameterValue', `Invalid value '${name}' for InstanceType.`);
  return type;
}

function checkArchitecture(image: PublicImage, type: LaunchableType): void {
  if (image.architecture === type.architecture) return;
  const why = `The architecture '${type.architecture}' of the specified instance type does not match the architecture '${image.architecture}' of the specified AMI. Specify an instance type and an AMI that have matching architectures, and try again. You can use 'describe-instance-types' or 'describe-images' to discover the architecture of the instance type or AMI.`;
  throw new AwsError('InvalidParameterValue', why);
}

/** The subnet of the request: named, that of its first interface, or the default VPC's in its zone. */
function findSubnet(turn: Turn, request: InstanceRequest): SubnetRecord {
  const primary = request.NetworkInterfaces?.find((eni) => (eni.DeviceIndex ?? 0) === 0);
  const given = primary?.NetworkInterfaceId;
  if (given !== undefined) return get(turn, 'subnets', get(turn, 'networkInterfaces', given).subnetId);
  if (request.SubnetId !== undefined && primary?.SubnetId !== undefined) {
    const why = 'Network interfaces and an instance-level subnet ID may not be specified on the same request';
    throw new AwsError('InvalidParameterCombination', why);
  }
  const id = primary?.SubnetId ?? request.SubnetId;
  if (id !== undefined) return get(turn, 'subnets', id);
  const zone = request.Placement?.AvailabilityZone;
  const found = Object.values(turn.state.ec2.subnets).find(
    (subnet) => subnet.defaultForAz && (zone === undefined || subnet.zone === zone),
  );
  if (found === undefined) {
    throw new AwsError('MissingInput', 'No subnets found for the default VPC. Please specify a subnet.');
  }
  return found;
}

function checkZone(turn: Turn, request: InstanceRequest, { type, subnet }: Omit<Placement, 'image'>): void {
  const wanted = request.Placement?.AvailabilityZone;
  if (wanted !== undefined && wanted !== '' && wanted !== subnet.zone) {
    const why = `The availability zone '${wanted}' does not match the availability zone '${subnet.zone}' of the subnet '${subnet.id}'.`;
    throw new AwsError('InvalidParameterValue', why);
  }
  const zones = zonesOf(turn.region);
  const others = zones.filter((zone) => isOffered(type, zone)).map((zone) => zone.name);
  if (others.includes(subnet.zone)) return;
  const why = `Your requested instance type (${type.type}) is not supported in your requested Availability Zone (${subnet.zone}). Please retry your request by not specifying an Availability Zone or choosing ${others.join(', ')}.`;
  throw new AwsError('Unsupported', why);
}

function checkCapacity(turn: Turn, { type, subnet }: Omit<Placement, 'image'>): void {
  if (turn.noCapacity?.(subnet.zone, type.type) !== true) return;
  const others = zonesOf(turn.region).filter((zone) => zone.name !== subnet.zone && isOffered(type, zone));
  const open = others.filter((zone) => turn.noCapacity?.(zone.name, type.type) !== true).map((zone) => zone.name);
  const advice =
    open.length === 0
      ? 'Our system will be working on provisioning additional capacity.'
      : `Our system will be working on provisioning additional capacity. You can currently get ${type.type} capacity by not specifying an Availability Zone in your request or choosing ${open.join(', ')}.`;
  const why = `We currently do not have sufficient ${type.type} capacity in the Availability Zone you requested (${subnet.zone}). ${advice}`;
  throw new AwsError('InsufficientInstanceCapacity', why, 500);
}

/** The types that share the Standard quota: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-on-demand-instances.html */
const standardFamilies = ['a', 'c', 'd', 'h', 'i', 'im', 'is', 'm', 'r', 't', 'z'];
const isStandard = (type: string): boolean => standardFamilies.includes(/^[a-z]+(?=\d)/.exec(type)?.[0] ?? '');

/** vCPUs of the Standard families that run or start now. */
function standardVcpus(turn: Turn, spot: boolean): number {
  return Object.values(turn.state.ec2.instances)
    .filter((instance) => instance.state === 'pending' || instance.state === 'running')
    .filter((instance) => (instance.spotRequestId !== undefined) === spot && isStandard(instance.type))
    .reduce((sum, instance) => sum + (launchableType(instance.type)?.vcpus ?? 0), 0);
}

/** Checks the vCPU quota for so many more of a type. Families outside Standard have no quota here, since the catalog has none. */
export function checkVcpus(turn: Turn, type: LaunchableType, { count, spot }: { count: number; spot: boolean }): void {
  if (!isStandard(type.type)) return;
  const limit = quotaValue(turn, 'ec2', spot ? 'L-34B43A08' : 'L-1216C47A');
  if (standardVcpus(turn, spot) + count * type.vcpus <= limit) return;
  if (spot) throw new AwsError('MaxSpotInstanceCountExceeded', 'Max spot instance count exceeded');
  const why = `You have requested more vCPU capacity than your current vCPU limit of ${limit} allows for the instance bucket that the specified instance type belongs to. Please visit http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.`;
  throw new AwsError('VcpuLimitExceeded', why);
}

/** Where a launch goes, checked: image, type, subnet, zone and capacity fit together. */
export function placementOf(turn: Turn, request: InstanceRequest): Placement {
  const image = imageById(turn.region, required(request.ImageId, 'ImageId'));
  const type = readType(required(request.InstanceType, 'InstanceType'));
  checkArchitecture(image, type);
  const subnet = findSubnet(turn, request);
  checkZone(turn, request, { type, subnet });
  checkCapacity(turn, { type, subnet });
  return { image, type, subnet };
}
