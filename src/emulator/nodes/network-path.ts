import type { InstanceRecord } from '../aws/ec2/compute-records.ts';
import { canReach, endpointFor, pathToInternet, reachesEndpoint } from '../aws/ec2/reachability.ts';
import type { Turn } from '../call.ts';

/** How an instance's packets leave: the address that the other side sees, or why they do not. */
export type Path = { readonly publicAddress: string } | { readonly blocked: string };

const port = { port: 443, protocol: 'tcp' } as const;
const primary = (instance: InstanceRecord): string => instance.networkInterfaceIds[0] ?? '';

/** The way of an instance to the internet on TCP 443: its security groups, its subnet's routes, a public address or a NAT gateway. */
export function wayToInternet(turn: Turn, instance: InstanceRecord): Path {
  const { ec2 } = turn.state;
  const groups = canReach(ec2, primary(instance), port);
  if (!groups.ok) return { blocked: groups.why };
  const path = pathToInternet(ec2, primary(instance));
  return path.ok ? { publicAddress: path.publicIp } : { blocked: path.why };
}

/** Why an instance cannot reach an interface of its VPC on TCP 443; undefined where it can. */
export function blockedToInterface(turn: Turn, instance: InstanceRecord, interfaceId: string): string | undefined {
  const to = turn.state.ec2.networkInterfaces[interfaceId];
  if (to === undefined) return `network interface ${interfaceId} is gone`;
  if (to.vpcId !== instance.vpcId) return `network interface ${interfaceId} is in another VPC (${to.vpcId})`;
  const reach = canReach(turn.state.ec2, primary(instance), {
    ...port,
    toGroups: to.groups,
    toAddress: to.privateIps[0]!,
  });
  return reach.ok ? undefined : reach.why;
}

/** Why an instance cannot reach an AWS service (`ecr.api`), by a VPC endpoint or by the internet; undefined where it can. */
export function blockedToService(turn: Turn, instance: InstanceRecord, service: string): string | undefined {
  const { ec2 } = turn.state;
  const endpoint = endpointFor(ec2, instance.vpcId, service);
  const byEndpoint = reachesEndpoint(ec2, primary(instance), service);
  if (byEndpoint.ok) return undefined;
  // With private DNS all of the VPC resolves the service to the endpoint, so the internet is not tried any more.
  if (endpoint?.type === 'Interface') return `VPC endpoint ${endpoint.id} takes its name, and ${byEndpoint.why}`;
  const internet = wayToInternet(turn, instance);
  return 'blocked' in internet ? `${internet.blocked}, and ${byEndpoint.why}` : undefined;
}
