import type { SubnetMapping } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Call, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import type { SubnetRecord } from '../ec2/network-records.ts';
import { createRequesterInterface } from '../requester-interface.ts';
import { invalidRequest, validationError } from './errors.ts';
import { addressesOf, giveAddress, type NodeAddresses } from './node-addresses.ts';
import type { LoadBalancerRecord, NodeRecord } from './state.ts';

interface Wanted {
  readonly Subnets?: string[] | undefined;
  readonly SubnetMappings?: SubnetMapping[] | undefined;
}

type Kind = Pick<LoadBalancerRecord, 'type' | 'scheme' | 'ipAddressType'>;

/** A subnet for a node, and the addresses that the request chose for it. */
export interface NodePlace extends NodeAddresses {
  readonly id: string;
  readonly zone: string;
}

export interface Place {
  readonly vpcId: string;
  readonly subnets: readonly NodePlace[];
}

function subnetsOf(call: Call, { Subnets, SubnetMappings }: Wanted): SubnetRecord[] {
  if (Subnets !== undefined && Subnets.length > 0 && SubnetMappings !== undefined && SubnetMappings.length > 0)
    throw validationError('You can specify either Subnets or SubnetMappings, not both');
  const ids = Subnets?.length ? Subnets : (SubnetMappings ?? []).flatMap((mapping) => mapping.SubnetId ?? []);
  return ids.map((id) => {
    const subnet = call.state.ec2.subnets[id];
    if (subnet === undefined) throw new AwsError('SubnetNotFound', `The subnet ID '${id}' does not exist`);
    return subnet;
  });
}

function checkInternet(turn: Turn, vpcId: string): void {
  const { internetGateways } = turn.state.ec2;
  if (!Object.values(internetGateways).some((own) => own.vpcId === vpcId))
    throw new AwsError('InvalidSubnet', `VPC ${vpcId} has no internet gateway`);
}

/** The subnets of a request: of one VPC, one per zone, and in a VPC with an internet gateway where the load balancer faces it. */
export function placeOf(call: Call, wanted: Wanted, kind: Kind): Place {
  const { type, scheme, ipAddressType } = kind;
  const records = subnetsOf(call, wanted);
  const [first] = records;
  if (first === undefined) throw validationError('At least one subnet must be specified');
  if (records.some((subnet) => subnet.vpcId !== first.vpcId))
    throw invalidRequest('The subnets are in more than one VPC.');
  if (new Set(records.map((subnet) => subnet.zone)).size < records.length) {
    throw invalidRequest('A load balancer cannot be attached to multiple subnets in the same Availability Zone');
  }
  if (type === 'application' && records.length < 2) {
    throw invalidRequest('At least two subnets in two different Availability Zones must be specified');
  }
  if (scheme === 'internet-facing') checkInternet(call, first.vpcId);
  if (ipAddressType === 'dualstack') checkDualStack(records);
  return { vpcId: first.vpcId, subnets: records.map((subnet) => nodePlace(call, subnet, { wanted, kind })) };
}

/** Who speaks IPv6 does so in every subnet. */
export function checkDualStack(subnets: readonly SubnetRecord[]): void {
  if (subnets.some((subnet) => subnet.ipv6Cidrs.length === 0))
    throw validationError('You must specify subnets with an associated IPv6 CIDR block.');
}

function nodePlace(call: Call, subnet: SubnetRecord, { wanted, kind }: { wanted: Wanted; kind: Kind }): NodePlace {
  const mapping = (wanted.SubnetMappings ?? []).find((own) => own.SubnetId === subnet.id);
  const { id, zone } = subnet;
  return { id, zone, ...(mapping === undefined ? {} : addressesOf(call, subnet, { mapping, kind })) };
}

/** Groups of a request: each exists in the VPC. Throws InvalidSecurityGroup. */
export function checkedGroups(call: Call, groups: readonly string[], vpcId: string): string[] {
  const gone = groups.find((id) => call.state.ec2.securityGroups[id]?.vpcId !== vpcId);
  if (gone !== undefined)
    throw new AwsError('InvalidSecurityGroup', `One or more security groups are invalid: ${gone}`);
  return [...new Set(groups)];
}

type Named = Pick<LoadBalancerRecord, 'arn' | 'type' | 'securityGroups'>;

/** A node of the load balancer in a subnet: its interface, with the load balancer's groups and the addresses chosen for it. */
export function nodeIn(turn: Turn, balancer: Named, place: NodePlace): NodeRecord {
  const description = `ELB ${balancer.arn.slice(balancer.arn.indexOf('loadbalancer/') + 'loadbalancer/'.length)}`;
  const { id: subnetId, zone, ...addresses } = place;
  const networkInterfaceId = createRequesterInterface(turn, {
    subnetId,
    groups: balancer.securityGroups,
    description,
    requesterId: 'amazon-elb',
    interfaceType: balancer.type === 'network' ? 'network_load_balancer' : 'interface',
    privateIp: addresses.privateIp,
    ipv6: addresses.ipv6,
  });
  giveAddress(turn, addresses.allocationId, networkInterfaceId);
  return { subnetId, zone, networkInterfaceId, ...addresses };
}
