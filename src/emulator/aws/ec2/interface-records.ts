import { sha256Hex } from '../../../base/hash.ts';
import type { Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { amazonIpv4 } from './addresses-in.ts';
import { checkLimit, limitOf } from './limits.ts';
import { get } from './lookup.ts';
import type {
  AddressRecord,
  InterfaceAttachmentRecord,
  NetworkInterfaceRecord,
  SubnetRecord,
} from './network-records.ts';
import { checkAddress, takeAddress, takeIpv6 } from './private-addresses.ts';
import type { Ec2State } from './state.ts';
import { forget } from './tags.ts';

/** What a new interface shall be. */
export interface InterfaceRequest {
  readonly subnet: SubnetRecord;
  readonly description?: string | undefined;
  /** Default: the default group of the VPC. Empty for a NAT gateway's. */
  readonly groups?: readonly string[] | undefined;
  readonly interfaceType?: string;
  readonly requesterId?: string;
  readonly privateIp?: string | undefined;
  /** Further private addresses. */
  readonly moreAddresses?: number;
  readonly ipv6Count?: number;
  readonly publicIp?: boolean;
}

function macOf(turn: Turn): string {
  const digits = sha256Hex(turn.newToken(16));
  return ['02', ...[0, 2, 4, 6, 8].map((at) => digits.slice(at, at + 2))].join(':');
}

const defaultGroup = (ec2: Ec2State, vpcId: string): string[] =>
  Object.values(ec2.securityGroups)
    .filter((group) => group.vpcId === vpcId && group.name === 'default')
    .map((group) => group.id);

/** Checks groups for an interface: each exists in the VPC, not too many. */
export function checkGroups(turn: Turn, subnet: SubnetRecord, groups: readonly string[]): string[] {
  for (const id of groups) {
    if (get(turn, 'securityGroups', id).vpcId !== subnet.vpcId) {
      const why = `Security group ${id} and subnet ${subnet.id} belong to different networks.`;
      throw new AwsError('InvalidParameter', why);
    }
  }
  const unique = [...new Set(groups)];
  if (unique.length > limitOf(turn, 'groupsPerInterface')) {
    const why = 'The maximum number of security groups per interface has been reached.';
    throw new AwsError('SecurityGroupsPerInterfaceLimitExceeded', why);
  }
  return unique;
}

/** Makes an interface in a subnet. Throws where groups, address or quota do not allow it; then nothing is made. */
export function makeInterface(turn: Turn, request: InterfaceRequest): NetworkInterfaceRecord {
  const { subnet } = request;
  const { ec2 } = turn.state;
  checkLimit(turn, 'networkInterfaces', {
    have: Object.keys(ec2.networkInterfaces).length,
    code: 'NetworkInterfaceLimitExceeded',
    message: 'The maximum number of network interfaces has been reached.',
  });
  const groups =
    request.groups === undefined ? defaultGroup(ec2, subnet.vpcId) : checkGroups(turn, subnet, request.groups);
  const ips: string[] = [];
  if (!subnet.ipv6Native) {
    ips.push(
      request.privateIp === undefined ? takeAddress(turn, subnet) : checkAddress(turn, subnet, request.privateIp),
    );
    for (let n = 0; n < (request.moreAddresses ?? 0); n += 1) ips.push(takeAddress(turn, subnet, ips));
  }
  const made: NetworkInterfaceRecord = {
    id: turn.newId('eni-'),
    vpcId: subnet.vpcId,
    subnetId: subnet.id,
    zone: subnet.zone,
    description: request.description ?? '',
    interfaceType: request.interfaceType ?? 'interface',
    mac: macOf(turn),
    privateIps: ips,
    ipv6Addresses: Array.from({ length: request.ipv6Count ?? 0 }, () => takeIpv6(turn, subnet)),
    ipv4Prefixes: [],
    ipv6Prefixes: [],
    groups,
    sourceDestCheck: true,
    ...(request.requesterId !== undefined && { requesterId: request.requesterId }),
    ...(request.publicIp === true && { publicIp: amazonIpv4(turn) }),
    createdAt: turn.now,
  };
  ec2.networkInterfaces[made.id] = made;
  return made;
}

/** Marks an interface as attached. */
export function attach(
  turn: Turn,
  eni: NetworkInterfaceRecord,
  to: {
    readonly instanceId?: string;
    readonly owner?: string;
    readonly deviceIndex: number;
    readonly deleteOnTermination: boolean;
  },
): InterfaceAttachmentRecord {
  const attachment: InterfaceAttachmentRecord = {
    id: turn.newId('eni-attach-'),
    ...(to.instanceId !== undefined && { instanceId: to.instanceId }),
    instanceOwnerId: to.owner ?? turn.account,
    deviceIndex: to.deviceIndex,
    attachedAt: turn.now,
    deleteOnTermination: to.deleteOnTermination,
    status: 'attached',
  };
  eni.attachment = attachment;
  return attachment;
}

/** The elastic address that an interface has. */
export const addressOf = (ec2: Ec2State, eniId: string): AddressRecord | undefined =>
  Object.values(ec2.addresses).find((address) => address.networkInterfaceId === eniId);

/** The public IPv4 address of an interface: an elastic one, or that of its launch. */
export const publicIpOf = (ec2: Ec2State, eni: NetworkInterfaceRecord): string | undefined =>
  addressOf(ec2, eni.id)?.publicIp ?? eni.publicIp;

/** Takes an elastic address off whatever has it; it stays allocated. */
export function unlink(address: AddressRecord): void {
  delete address.associationId;
  delete address.networkInterfaceId;
  delete address.instanceId;
  delete address.privateIp;
  delete address.managed;
}

/** Removes an interface and frees its elastic address. */
export function removeInterface(ec2: Ec2State, id: string): void {
  for (const address of Object.values(ec2.addresses)) if (address.networkInterfaceId === id) unlink(address);
  forget(ec2, 'networkInterfaces', id);
}

/** The public DNS name of an address. */
export const publicDnsOf = (region: string, ip: string): string =>
  region === 'us-east-1'
    ? `ec2-${ip.replaceAll('.', '-')}.compute-1.amazonaws.com`
    : `ec2-${ip.replaceAll('.', '-')}.${region}.compute.amazonaws.com`;
