import { cidr, containsAddress } from '../../../base/cidr.ts';
import type { InstanceRecord } from '../../aws/ec2/compute-records.ts';
import { rulesOf } from '../../aws/ec2/security-groups.ts';
import type { LoadBalancerRecord } from '../../aws/elbv2/state.ts';
import { answeringInstances, reachesLoadBalancer } from '../../aws/elbv2/target-health.ts';
import type { ZoneRecord } from '../../aws/route53/state.ts';
import type { Turn } from '../../call.ts';
import { wayToInternet } from '../network-path.ts';
import { servingSeats } from './quorum.ts';
import { machinesOf } from './state.ts';

/** The self-managed cluster behind a name, or why nothing answers there. */
export type Door = { readonly cluster: string; readonly balancer: LoadBalancerRecord } | { readonly why: string };

const absolute = (name: string): string => `${name.toLowerCase().replace(/\.$/, '')}.`;

/** The zones that answer for a name, the most specific first: public ones, and private ones for those in their VPC. */
function zonesFor(turn: Turn, name: string, vpcId: string | undefined): ZoneRecord[] {
  return Object.values(turn.world.route53.zones)
    .filter((zone) => name === zone.name || name.endsWith(`.${zone.name}`))
    .filter((zone) => !zone.private || vpcId === undefined || zone.vpcs.some(({ id }) => id === vpcId))
    .sort((a, b) => b.name.length - a.name.length || Number(b.private) - Number(a.private));
}

/** The load balancer that a name leads to: its own name, or that of an alias record. Without a VPC, all zones are asked. */
export function balancerNamed(turn: Turn, host: string, vpcId?: string): LoadBalancerRecord | undefined {
  const name = absolute(host);
  const direct = Object.values(turn.state.elbv2.loadBalancers).find(({ dnsName }) => absolute(dnsName) === name);
  if (direct !== undefined) return direct;
  for (const zone of zonesFor(turn, name, vpcId)) {
    const record = zone.records.find((own) => own.name === name && own.type === 'A' && own.alias !== undefined);
    const alias = record?.alias?.dnsName.replace(/^dualstack\./i, '');
    if (alias !== undefined && absolute(alias) !== name) return balancerNamed(turn, alias, vpcId);
  }
  return undefined;
}

/** Where connections to a port of a load balancer end: the cluster of a healthy target whose API server answers. */
export function doorAt(turn: Turn, host: string, port: number, vpcId?: string): Door {
  const balancer = balancerNamed(turn, host, vpcId);
  if (balancer === undefined) return { why: `no such host: no load balancer and no alias record has the name ${host}` };
  const { machines } = machinesOf(turn.state);
  for (const id of answeringInstances(turn, balancer.arn, port)) {
    const cluster = machines[id]?.cluster;
    if (cluster !== undefined && servingSeats(turn, cluster).some(({ instance }) => instance.id === id))
      return { cluster, balancer };
  }
  return { why: `load balancer ${balancer.name} has no healthy target for port ${port}` };
}

/** Why an instance gets no connection to a load balancer; undefined where it does. */
export function blockedToBalancer(
  turn: Turn,
  instance: InstanceRecord,
  balancer: LoadBalancerRecord,
  port: number,
): string | undefined {
  if (balancer.scheme === 'internal') {
    if (balancer.vpcId !== instance.vpcId)
      return `load balancer ${balancer.name} is in another VPC (${balancer.vpcId})`;
    const reach = reachesLoadBalancer(turn, instance.networkInterfaceIds[0] ?? '', balancer.arn, port);
    return reach.ok ? undefined : reach.why;
  }
  // The name of a public load balancer has public addresses, inside its own VPC too.
  const path = wayToInternet(turn, instance);
  if ('blocked' in path) return path.blocked;
  const rules = balancer.securityGroups.flatMap((id) => rulesOf(turn.state.ec2, id, false));
  const open = rules.some(
    ({ protocol, fromPort, toPort, cidrIpv4 }) =>
      (protocol === '-1' || (protocol === 'tcp' && fromPort <= port && port <= toPort)) &&
      cidrIpv4 !== undefined &&
      containsAddress(cidr(cidrIpv4), path.publicAddress),
  );
  return open || balancer.securityGroups.length === 0
    ? undefined
    : `no ingress rule of ${balancer.securityGroups.join(', ')} lets tcp/${port} in from ${path.publicAddress}`;
}
