import { addressAt, cidr, sizeOf } from '../../base/cidr.ts';
import { takeAddress, takeIpv6 } from '../aws/ec2/private-addresses.ts';
import { AwsError } from '../call.ts';
import type { Node, Pod } from '../kubernetes/object.ts';
import type { Store } from '../kubernetes/store.ts';
import { instanceBehind } from './instance-behind.ts';

/**
 * The address that a pod gets from its node's network: of its Fargate node, else one that the CNI adds to the instance's interface.
 * Undefined where the subnet has none left.
 */
export function givePodAddress(store: Store, _pod: Pod, node: Node): string | undefined {
  const instance = instanceBehind(store.turn, node.spec.providerID);
  if (instance === undefined) return node.status.addresses.find(({ type }) => type === 'InternalIP')?.address;
  const overlay = overlayAddress(store, node);
  if (overlay !== undefined) return overlay === 'none-left' ? undefined : overlay;
  const { ec2 } = store.turn.state;
  const own = ec2.networkInterfaces[instance.networkInterfaceIds[0] ?? ''];
  const subnet = own === undefined ? undefined : ec2.subnets[own.subnetId];
  if (own === undefined || subnet === undefined) return undefined;
  const cluster = store.turn.state.eks.clusters[store.state.name];
  try {
    if (cluster?.network.ipFamily === 'ipv6') return takeIpv6(store.turn, subnet);
    const free = freeOnInterface(store, own.privateIps.slice(1));
    if (free !== undefined) return free;
    const address = takeAddress(store.turn, subnet);
    own.privateIps.push(address);
    return address;
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}

/** An address of the node's own range, where the pod network is not the VPC's; undefined where it is. */
function overlayAddress(store: Store, node: Node): string | 'none-left' | undefined {
  const { podCIDR } = node.spec;
  if (podCIDR === undefined) return undefined;
  const range = cidr(podCIDR);
  const used = new Set(store.list('pods').flatMap(({ status }) => status.podIP ?? []));
  // The first is the range itself, the second the node's own side, the last the broadcast address.
  for (let index = 2; index < Number(sizeOf(range)) - 1; index += 1) {
    const address = addressAt(range, index);
    if (!used.has(address)) return address;
  }
  return 'none-left';
}

/** An address that a pod gave back: the CNI keeps it on the interface for the next one. */
function freeOnInterface(store: Store, addresses: readonly string[]): string | undefined {
  const used = new Set(store.list('pods').flatMap(({ status }) => status.podIP ?? []));
  return addresses.find((address) => !used.has(address));
}
