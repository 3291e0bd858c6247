import { seconds } from '../../../base/duration.ts';
import type { Turn } from '../../call.ts';
import type { NetworkInterfaceRecord } from '../ec2/network-records.ts';
import { canReach, type Reach } from '../ec2/reachability.ts';
import { loadBalancerAttributes, targetGroupAttributes } from './attributes.ts';
import { listeningSince } from './listening.ts';
import type { Measurement } from './measured-health.ts';
import type { LoadBalancerRecord, TargetGroupRecord, TargetRecord } from './state.ts';
import { elbv2Timings } from './timings.ts';

/** What DescribeTargetHealth says of a target; reasons as AWS writes them. */
export interface TargetHealth {
  readonly id: string;
  readonly port: number;
  readonly state: 'initial' | 'healthy' | 'unhealthy' | 'unused' | 'draining';
  readonly reason?: string;
  readonly description?: string;
  /** For people: why the load balancer cannot reach it, as AWS never says. */
  readonly why?: string;
}

/** The load balancer that sends to a target group. */
export function balancerOf(turn: Turn, targetGroupArn: string): LoadBalancerRecord | undefined {
  const { listeners, loadBalancers } = turn.state.elbv2;
  const listener = Object.values(listeners).find((own) => own.targetGroupArn === targetGroupArn);
  return listener && loadBalancers[listener.loadBalancerArn];
}

/** The first interface of an instance: the one that targets by instance id are reached at. */
export const primaryInterface = (turn: Turn, instanceId: string): NetworkInterfaceRecord | undefined =>
  Object.values(turn.state.ec2.networkInterfaces).find(
    (eni) => eni.attachment?.instanceId === instanceId && eni.attachment.deviceIndex === 0,
  );

interface Place {
  readonly instanceId?: string;
  readonly eni: NetworkInterfaceRecord;
}

function placeOf(turn: Turn, group: TargetGroupRecord, target: TargetRecord): Place | undefined {
  const eni =
    group.targetType === 'instance'
      ? primaryInterface(turn, target.id)
      : Object.values(turn.state.ec2.networkInterfaces).find(
          (own) => own.vpcId === group.vpcId && own.privateIps.includes(target.id),
        );
  if (eni === undefined) return undefined;
  const instanceId = eni.attachment?.instanceId;
  return { eni, ...(instanceId !== undefined && { instanceId }) };
}

function isCrossZone(balancer: LoadBalancerRecord, group: TargetGroupRecord): boolean {
  const own = targetGroupAttributes(group)['load_balancing.cross_zone.enabled'];
  const value =
    own === 'use_load_balancer_configuration'
      ? loadBalancerAttributes(balancer)['load_balancing.cross_zone.enabled']
      : own;
  return value === 'true';
}

interface Look {
  readonly balancer: LoadBalancerRecord;
  readonly group: TargetGroupRecord;
  readonly target: TargetRecord;
  readonly place: Place;
}

const checkedPort = (group: TargetGroupRecord, target: TargetRecord): number =>
  group.healthCheck.port === 'traffic-port' ? target.port : Number(group.healthCheck.port);

/** Whether a node of the load balancer reaches a target's port: through its own groups and those of the target. */
function reach(turn: Turn, { balancer, group, place }: Look, port: number): Reach {
  const nodes = balancer.subnets.filter(({ zone }) => isCrossZone(balancer, group) || zone === place.eni.zone);
  let last: Reach = { ok: false, why: `load balancer ${balancer.name} has no node in ${place.eni.zone}` };
  for (const { networkInterfaceId } of nodes) {
    last = canReach(turn.state.ec2, networkInterfaceId, { toGroups: place.eni.groups, port, protocol: 'tcp' });
    if (last.ok) return last;
  }
  return last;
}

const initial = (reason: string, description: string) => ({ state: 'initial', reason, description }) as const;
const checking = initial('Elb.InitialHealthChecking', 'Initial health checks in progress');

const failed = (why: string | undefined) => ({
  state: 'unhealthy' as const,
  reason: 'Target.FailedHealthChecks',
  description: 'Health checks failed',
  ...(why !== undefined && { why }),
});

/** As the real load balancer of a machine driver has found it. */
function measured({ health, why }: Measurement): Omit<TargetHealth, 'id' | 'port'> {
  if (health === 'initial') return checking;
  return health === 'healthy' ? { state: 'healthy' } : failed(why);
}

function checked(turn: Turn, look: Look): Omit<TargetHealth, 'id' | 'port'> {
  const { balancer, group, target, place } = look;
  if (balancer.state === 'provisioning' || turn.now < target.registeredAt + elbv2Timings.register.ms)
    return initial('Elb.RegistrationInProgress', 'Target registration is in progress');
  if (turn.machines !== undefined && target.measured !== undefined) return measured(target.measured);
  const { intervalSeconds, healthyThreshold } = group.healthCheck;
  const until = seconds(intervalSeconds * healthyThreshold).ms;
  const port = checkedPort(group, target);
  const path = reach(turn, look, port);
  const since = path.ok && place.instanceId ? listeningSince(turn, place.instanceId, port) : undefined;
  const begun = Math.max(
    target.registeredAt + elbv2Timings.register.ms,
    balancer.createdAt + elbv2Timings.provision.ms,
  );
  // A target that answers from the start is taken at its first good check; one that came later has to pass as many as the group asks.
  if (since !== undefined && turn.now >= (since <= begun ? begun : since + until)) return { state: 'healthy' };
  if (turn.now < begun + until) return checking;
  return failed(path.ok ? (since === undefined ? `nothing answers at port ${port}` : undefined) : path.why);
}

const unused = (reason: string, description: string) => ({ state: 'unused', reason, description }) as const;

function stateOf(turn: Turn, group: TargetGroupRecord, target: TargetRecord): Omit<TargetHealth, 'id' | 'port'> {
  if (target.drainingSince !== undefined) {
    const description = 'Target deregistration is in progress';
    return { state: 'draining', reason: 'Target.DeregistrationInProgress', description };
  }
  const instanceState =
    group.targetType === 'instance' ? (turn.state.ec2.instances[target.id]?.state ?? 'terminated') : 'running';
  if (instanceState !== 'running' && instanceState !== 'pending')
    return unused('Target.InvalidState', `Target is in the ${instanceState} state`);
  const balancer = balancerOf(turn, group.arn);
  if (balancer === undefined)
    return unused('Target.NotInUse', 'Target group is not configured to receive traffic from the load balancer');
  const place = placeOf(turn, group, target);
  if (place === undefined) return failed(undefined);
  const zoneOn = isCrossZone(balancer, group) || balancer.subnets.some(({ zone }) => zone === place.eni.zone);
  if (!zoneOn && balancer.type === 'network')
    return unused('Target.NotInUse', 'Target is in an Availability Zone that is not enabled for the load balancer');
  return checked(turn, { balancer, group, target, place });
}

/** The health of each target of a group, as it follows from this moment: what answers, and what security groups let through. */
export function targetHealth(turn: Turn, targetGroupArn: string): readonly TargetHealth[] {
  const group = turn.state.elbv2.targetGroups[targetGroupArn];
  return (group?.targets ?? []).map((target) => ({
    id: target.id,
    port: target.port,
    ...stateOf(turn, group!, target),
  }));
}

/**
 * The instances to which a load balancer sends a connection to one of its ports and which answer there, healthy ones first choice. Empty
 * where it has no such listener, is not active yet, or no target answers.
 */
export function answeringInstances(turn: Turn, loadBalancerArn: string, port: number): readonly string[] {
  const { listeners, loadBalancers, targetGroups } = turn.state.elbv2;
  const listener = Object.values(listeners).find((own) => own.loadBalancerArn === loadBalancerArn && own.port === port);
  const balancer = loadBalancers[loadBalancerArn];
  const group = listener && targetGroups[listener.targetGroupArn];
  if (balancer?.state !== 'active' || group === undefined) return [];
  const healthy = targetHealth(turn, group.arn).filter((own) => own.state === 'healthy');
  return healthy.flatMap(({ id }) => (group.targetType === 'instance' ? [id] : (instanceAt(turn, group, id) ?? [])));
}

const instanceAt = (turn: Turn, group: TargetGroupRecord, address: string): string | undefined =>
  Object.values(turn.state.ec2.networkInterfaces).find(
    (own) => own.vpcId === group.vpcId && own.privateIps.includes(address),
  )?.attachment?.instanceId;

/** Whether an interface of the VPC gets through to a port of a load balancer that is inside: the groups of both sides decide. */
export function reachesLoadBalancer(turn: Turn, fromEni: string, loadBalancerArn: string, port: number): Reach {
  const balancer = turn.state.elbv2.loadBalancers[loadBalancerArn];
  if (balancer === undefined) return { ok: false, why: `there is no load balancer ${loadBalancerArn}` };
  if (balancer.securityGroups.length === 0) {
    const address = turn.state.ec2.networkInterfaces[balancer.subnets[0]?.networkInterfaceId ?? '']?.privateIps[0];
    return canReach(turn.state.ec2, fromEni, {
      port,
      protocol: 'tcp',
      ...(address !== undefined && { toAddress: address }),
    });
  }
  return canReach(turn.state.ec2, fromEni, { toGroups: balancer.securityGroups, port, protocol: 'tcp' });
}
