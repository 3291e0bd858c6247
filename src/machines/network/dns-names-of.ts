import { endpointServicesOf } from '../../emulator/aws/ec2/endpoint-services.ts';
import { publicDnsOf } from '../../emulator/aws/ec2/interface-records.ts';
import type { VpcRecord } from '../../emulator/aws/ec2/network-records.ts';
import type { RegionState } from '../../emulator/world.ts';
import type { DnsName, Interface } from './topology.ts';

interface Where {
  readonly vpc: VpcRecord;
  readonly region: string;
  readonly interfaces: readonly Interface[];
}

/** Names of instances: inside of the VPC the public one gives the private address too. */
function instanceNames({ ec2 }: RegionState, { vpc, region, interfaces }: Where): DnsName[] {
  return Object.values(ec2.instances)
    .filter(({ vpcId, state }) => vpcId === vpc.id && state !== 'terminated')
    .flatMap(({ id, privateDnsName, privateIp }) => {
      const primary = interfaces.find(
        ({ owner }) => owner?.kind === 'instance' && owner.id === id && owner.index === 0,
      );
      const publicIp = primary?.publicAddresses[privateIp];
      const addresses = [privateIp];
      const own = { name: privateDnsName, addresses };
      return publicIp === undefined || !vpc.dnsHostnames
        ? [own]
        : [own, { name: publicDnsOf(region, publicIp), addresses }];
    });
}

function endpointNames({ ec2 }: RegionState, { vpc, region }: Where): DnsName[] {
  const services = endpointServicesOf(region);
  return Object.values(ec2.vpcEndpoints)
    .filter(({ vpcId, type, state }) => vpcId === vpc.id && type === 'Interface' && state === 'available')
    .flatMap(({ id, serviceName, privateDns, networkInterfaceIds }) => {
      const addresses = networkInterfaceIds.flatMap((eni) => ec2.networkInterfaces[eni]?.privateIps[0] ?? []);
      const short = serviceName.split('.').slice(3).join('.');
      const own = `${id}-${id.slice(-8)}.${short}.${region}.vpce.amazonaws.com`;
      const service = services.find(({ name }) => name === serviceName);
      return [own, ...(privateDns ? (service?.privateDnsNames ?? []) : [])].map((name) => ({ name, addresses }));
    });
}

/** What the resolver of a VPC knows of its own: instances and interface endpoints. Load balancers are known everywhere: see `balancers`. */
export const dnsNamesOf = (region: RegionState, where: Where): DnsName[] =>
  [...instanceNames(region, where), ...endpointNames(region, where)].map(({ name, addresses }) => ({
    name: name.toLowerCase(),
    addresses,
  }));
