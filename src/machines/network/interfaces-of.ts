import { cidr } from '../../base/cidr.ts';
import type { NetworkInterfaceRecord } from '../../emulator/aws/ec2/network-records.ts';
import type { Ec2State } from '../../emulator/aws/ec2/state.ts';
import type { RegionState } from '../../emulator/world.ts';
import { publicAddressOfNode } from './addresses.ts';
import { hasInternet } from './routes-of.ts';
import type { Interface, Owner } from './topology.ts';

/** The link of an interface in its VPC's router; the kernel takes 15 characters. */
export const linkOf = (interfaceId: string): string => `e${interfaceId.slice(-10)}`;

function instanceOwner(ec2: Ec2State, { attachment }: NetworkInterfaceRecord): Owner | undefined {
  const instance = ec2.instances[attachment?.instanceId ?? ''];
  const isThere = attachment?.status === 'attached' || attachment?.status === 'attaching';
  if (instance === undefined || attachment === undefined || !isThere) return undefined;
  if (instance.state !== 'pending' && instance.state !== 'running') return undefined;
  return { kind: 'instance', id: instance.id, index: attachment.deviceIndex };
}

function ownerOf({ ec2, elbv2 }: RegionState, eni: NetworkInterfaceRecord): Owner | undefined {
  for (const { arn, subnets } of Object.values(elbv2.loadBalancers)) {
    const index = subnets.findIndex(({ networkInterfaceId }) => networkInterfaceId === eni.id);
    if (index >= 0) return { kind: 'balancer', arn, index };
  }
  for (const { id, state, networkInterfaceIds } of Object.values(ec2.vpcEndpoints)) {
    const index = networkInterfaceIds.indexOf(eni.id);
    if (index >= 0) return state === 'available' ? { kind: 'endpoint', id, index } : undefined;
  }
  return instanceOwner(ec2, eni);
}

/** Public addresses that packets reach: an internet gateway passes nothing to a subnet that has no route back. */
function publicAddressesOf({ ec2, elbv2 }: RegionState, eni: NetworkInterfaceRecord): Record<string, string> {
  const primary = eni.privateIps[0] ?? '';
  const faces = Object.values(elbv2.loadBalancers).some(
    ({ scheme, subnets }) =>
      scheme === 'internet-facing' && subnets.some(({ networkInterfaceId }) => networkInterfaceId === eni.id),
  );
  const found: Record<string, string> = {};
  if (eni.publicIp !== undefined) found[primary] = eni.publicIp;
  for (const { networkInterfaceId, privateIp, publicIp } of Object.values(ec2.addresses))
    if (networkInterfaceId === eni.id) found[privateIp ?? primary] = publicIp;
  if (faces) found[primary] ??= publicAddressOfNode(eni.id);
  return hasInternet(ec2, eni.subnetId) ? found : {};
}

function metadataOf(ec2: Ec2State, owner: Owner | undefined): Pick<Interface, 'metadata'> {
  const options = owner?.kind === 'instance' ? ec2.instances[owner.id]?.metadataOptions : undefined;
  if (options === undefined) return {};
  return { metadata: { hopLimit: options.HttpPutResponseHopLimit ?? 1, enabled: options.HttpEndpoint !== 'disabled' } };
}

/** All interfaces of a VPC but those of NAT gateways, which are no machines here. */
export function interfacesOf(region: RegionState, vpcId: string): Interface[] {
  const { ec2 } = region;
  const own = Object.values(ec2.networkInterfaces).filter((eni) => eni.vpcId === vpcId);
  return own
    .filter(({ interfaceType, privateIps }) => interfaceType !== 'nat_gateway' && privateIps.length > 0)
    .map((eni) => {
      const owner = ownerOf(region, eni);
      return {
        id: eni.id,
        link: linkOf(eni.id),
        mac: eni.mac,
        addresses: [...eni.privateIps],
        prefixes: [...eni.ipv4Prefixes],
        prefixLength: cidr(ec2.subnets[eni.subnetId]!.cidr).prefix,
        subnetId: eni.subnetId,
        ...(owner !== undefined && { owner }),
        publicAddresses: publicAddressesOf(region, eni),
        groups: [...eni.groups],
        sourceDestinationCheck: eni.sourceDestCheck,
        ...metadataOf(ec2, owner),
      };
    });
}
