import { cidr, overlaps, parseCidr } from '../../../base/cidr.ts';
import type { Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import type { SubnetRecord } from '../ec2/network-records.ts';
import { zonesOf } from '../ec2/zones.ts';
import { invalidParameter } from './errors.ts';

/** Zones by id in which EKS has no control plane: https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html */
export const unsupportedZoneIds: readonly string[] = ['use1-az3', 'usw1-az2', 'cac1-az3'];

function subnetRecords(turn: Turn, ids: readonly string[]): SubnetRecord[] {
  return ids.map((id) => {
    const subnet = turn.state.ec2.subnets[id];
    if (subnet !== undefined) return subnet;
    throw invalidParameter(
      `The subnet ID '${id}' does not exist (Service: Ec2, Status Code: 400, Error Code: InvalidSubnetID.NotFound)`,
    );
  });
}

function refuseUnsupportedZones(turn: Turn, subnets: readonly SubnetRecord[]): void {
  const bad = subnets.find((subnet) => unsupportedZoneIds.includes(subnet.zoneId));
  if (bad === undefined) return;
  const validZones = zonesOf(turn.region)
    .filter((zone) => !unsupportedZoneIds.includes(zone.id))
    .map((zone) => zone.name);
  throw new AwsError(
    'UnsupportedAvailabilityZoneException',
    `Cannot create cluster because ${bad.zone}, the targeted availability zone, does not currently have sufficient capacity to support the cluster. Retry and choose from these availability zones: ${validZones.join(', ')}`,
    400,
    { validZones },
  );
}

/** The subnets of a control plane: of one VPC, in at least two zones that EKS supports. */
export function checkedClusterSubnets(turn: Turn, ids: readonly string[]): readonly SubnetRecord[] {
  if (new Set(ids).size !== ids.length) throw invalidParameter('Duplicate subnet IDs are not allowed');
  const subnets = subnetRecords(turn, ids);
  if (new Set(subnets.map((subnet) => subnet.vpcId)).size > 1) {
    throw invalidParameter('Subnets specified must belong to the same VPC');
  }
  refuseUnsupportedZones(turn, subnets);
  if (new Set(subnets.map((subnet) => subnet.zone)).size < 2) {
    throw invalidParameter('Subnets specified must be in at least two different AZs');
  }
  return subnets;
}

export function checkSecurityGroups(turn: Turn, ids: readonly string[], vpcId: string): void {
  if (ids.length > 5) throw invalidParameter('A maximum of 5 security groups can be specified');
  for (const id of ids) {
    const group = turn.state.ec2.securityGroups[id];
    if (group === undefined || group.vpcId !== vpcId) {
      throw invalidParameter(`The security group '${id}' does not exist in VPC ${vpcId}`);
    }
  }
}

const privateRanges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'].map(cidr);
const overlapsVpc = (turn: Turn, vpcId: string, range: string): boolean =>
  (turn.state.ec2.vpcs[vpcId]?.cidrs ?? []).some((own) => overlaps(cidr(own.cidr), cidr(range)));

/** `10.100.0.0/16`, or `172.20.0.0/16` where the VPC has that already. */
const usualServiceRange = (turn: Turn, vpcId: string): string =>
  (turn.state.ec2.vpcs[vpcId]?.cidrs ?? []).some((own) => overlaps(cidr(own.cidr), privateRanges[0]!))
    ? '172.20.0.0/16'
    : '10.100.0.0/16';

/** The range of Kubernetes services: private, /24 to /12, outside the VPC. */
export function checkedServiceRange(turn: Turn, vpcId: string, asked: string | undefined): string {
  if (asked === undefined) return usualServiceRange(turn, vpcId);
  const parsed = parseCidr(asked);
  if (!parsed.ok || parsed.cidr.version !== 4) {
    throw invalidParameter(`The specified serviceIpv4Cidr ${asked} is not a valid CIDR block.`);
  }
  const { prefix } = parsed.cidr;
  if (
    prefix < 12 ||
    prefix > 24 ||
    !privateRanges.some((range) => range.first <= parsed.cidr.first && parsed.cidr.last <= range.last)
  ) {
    throw invalidParameter(
      `The specified serviceIpv4Cidr ${asked} must be within 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16 and between /24 and /12.`,
    );
  }
  if (overlapsVpc(turn, vpcId, asked)) {
    throw invalidParameter(`The specified serviceIpv4Cidr ${asked} overlaps with the CIDR blocks of the VPC ${vpcId}.`);
  }
  return asked;
}
