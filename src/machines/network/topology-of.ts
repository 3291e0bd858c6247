import { addressAt, cidr } from '../../base/cidr.ts';
import type { VpcRecord } from '../../emulator/aws/ec2/network-records.ts';
import type { Ec2State } from '../../emulator/aws/ec2/state.ts';
import type { RegionState, World } from '../../emulator/world.ts';
import { linkAddresses, servicePlaces } from './addresses.ts';
import { balancersOf } from './balancers-of.ts';
import { dnsNamesOf } from './dns-names-of.ts';
import { groupsOf } from './groups-of.ts';
import { interfacesOf } from './interfaces-of.ts';
import { natGatewaysOf, routeTablesOf, tableOf } from './routes-of.ts';
import type { Instance, InterfaceEndpoint, Subnet, Topology, Vpc } from './topology.ts';

interface Place {
  readonly name: string;
  readonly region: RegionState;
  readonly links: ReadonlyMap<string, string>;
}

/** Instances that have a namespace. One that EC2 stops or ends has lost its power, and starts anew with an empty one. */
const instancesOf = (ec2: Ec2State): Instance[] =>
  Object.values(ec2.instances)
    .filter(({ state }) => state === 'pending' || state === 'running')
    .map(({ id, vpcId, privateDnsName, privateIp }) => ({ id, vpcId, hostName: privateDnsName, address: privateIp }));

function subnetsOf(ec2: Ec2State, vpcId: string): Subnet[] {
  const own = Object.values(ec2.subnets).filter((subnet) => subnet.vpcId === vpcId && !subnet.ipv6Native);
  return own.map(({ id, cidr: range, zone }) => ({
    id,
    range,
    zone,
    gateway: addressAt(cidr(range), 1),
    routeTableId: tableOf(ec2, id),
  }));
}

const endpointsOf = ({ region, links }: Place, vpcId: string): InterfaceEndpoint[] =>
  Object.values(region.ec2.vpcEndpoints)
    .filter((endpoint) => endpoint.vpcId === vpcId && endpoint.type === 'Interface' && endpoint.state === 'available')
    .map(({ id, serviceName }) => ({
      id,
      service: serviceName,
      target: serviceName.endsWith('.s3') ? servicePlaces.s3 : servicePlaces.aws,
      linkAddress: links.get(id)!,
    }));

function vpcOf(place: Place, record: VpcRecord): Vpc {
  const { ec2 } = place.region;
  const ranges = record.cidrs.filter(({ state }) => state === 'associated').map((row) => row.cidr);
  const interfaces = interfacesOf(place.region, record.id);
  return {
    id: record.id,
    region: place.name,
    ranges,
    dnsSupport: record.dnsSupport,
    dnsHostnames: record.dnsHostnames,
    resolver: addressAt(cidr(record.cidr), 2),
    linkAddress: place.links.get(record.id)!,
    subnets: subnetsOf(ec2, record.id),
    routeTables: routeTablesOf(ec2, record.id),
    interfaces,
    groups: groupsOf(ec2, { vpcId: record.id, region: place.name }),
    natGateways: natGatewaysOf(ec2, record.id),
    endpoints: endpointsOf(place, record.id),
    names: dnsNamesOf(place.region, { vpc: record, region: place.name, interfaces }),
  };
}

/** What networks a world wants, of all its regions. IPv6, network ACLs and peering are no part of it. */
export function topologyOf(world: World): Topology {
  const regions = Object.entries(world.regions);
  const ids = regions.flatMap(([, { ec2 }]) => [...Object.keys(ec2.vpcs), ...Object.keys(ec2.vpcEndpoints)]);
  const links = linkAddresses(ids);
  return {
    vpcs: regions.flatMap(([name, region]) =>
      Object.values(region.ec2.vpcs)
        .map((record) => vpcOf({ name, region, links }, record))
        .filter(({ interfaces }) => interfaces.some(({ owner }) => owner !== undefined)),
    ),
    instances: regions.flatMap(([, { ec2 }]) => instancesOf(ec2)),
    balancers: regions.flatMap(([, region]) => balancersOf(region)),
  };
}
