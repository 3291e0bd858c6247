import { addressAt, cidr, sizeOf } from '../../base/cidr.ts';
import type { Turn } from '../call.ts';
import { AwsError } from '../call.ts';
import { removeInterface } from './ec2/interface-records.ts';
import type { SubnetRecord } from './ec2/network-records.ts';

export interface RequesterInterface {
  readonly subnetId: string;
  readonly groups: readonly string[];
  readonly description: string;
  /** Who made it: `amazon-elb`, or the account of EKS. Callers of EC2 can neither change nor delete it. */
  readonly requesterId: string;
  readonly interfaceType: string;
  /** The address that the requester asks for; else the first free one. Whoever asks has checked it. */
  readonly privateIp?: string | undefined;
  readonly ipv6?: string | undefined;
}

/** The first address of the subnet that nothing has; the first four and the last are AWS's own. */
function freeAddress(turn: Turn, subnet: SubnetRecord): string {
  const range = cidr(subnet.cidr);
  const taken = new Set(
    Object.values(turn.state.ec2.networkInterfaces)
      .filter((eni) => eni.subnetId === subnet.id)
      .flatMap((eni) => eni.privateIps),
  );
  const end = Number(sizeOf(range)) - 1;
  for (let index = 4; index < end; index += 1) {
    const address = addressAt(range, index);
    if (!taken.has(address)) return address;
  }
  throw new AwsError(
    'InsufficientFreeAddressesInSubnet',
    `The specified subnet does not have enough free addresses to satisfy the request: ${subnet.id}.`,
  );
}

const macOf = (turn: Turn): string => `0e:${turn.newToken(10).match(/../g)!.join(':')}`;

/** Makes and attaches a requester-managed network interface; returns its id. Throws EC2's errors where the subnet is gone or full. */
export function createRequesterInterface(turn: Turn, wanted: RequesterInterface): string {
  const subnet = turn.state.ec2.subnets[wanted.subnetId];
  if (subnet === undefined) {
    throw new AwsError('InvalidSubnetID.NotFound', `The subnet ID '${wanted.subnetId}' does not exist`);
  }
  const id = turn.newId('eni-');
  turn.state.ec2.networkInterfaces[id] = {
    id,
    vpcId: subnet.vpcId,
    subnetId: subnet.id,
    zone: subnet.zone,
    description: wanted.description,
    interfaceType: wanted.interfaceType,
    mac: macOf(turn),
    privateIps: [wanted.privateIp ?? freeAddress(turn, subnet)],
    ipv6Addresses: wanted.ipv6 === undefined ? [] : [wanted.ipv6],
    ipv4Prefixes: [],
    ipv6Prefixes: [],
    groups: [...wanted.groups],
    sourceDestCheck: true,
    requesterId: wanted.requesterId,
    attachment: {
      id: turn.newId(wanted.requesterId === 'amazon-elb' ? 'ela-attach-' : 'eni-attach-'),
      instanceOwnerId: wanted.requesterId,
      deviceIndex: 1,
      attachedAt: turn.now,
      deleteOnTermination: false,
      status: 'attached',
    },
    createdAt: turn.now,
  };
  return id;
}

/** Removes a requester-managed interface; an elastic address that it has stays with the account. */
export const deleteRequesterInterface = (turn: Turn, id: string): void => removeInterface(turn.state.ec2, id);
