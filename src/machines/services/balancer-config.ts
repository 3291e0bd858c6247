import type { NetworkInterfaceRecord } from '../../emulator/aws/ec2/network-records.ts';
import { loadBalancerAttributes, targetGroupAttributes } from '../../emulator/aws/elbv2/attributes.ts';
import type {
  HealthCheck,
  LoadBalancerRecord,
  TargetGroupRecord,
  TargetRecord,
} from '../../emulator/aws/elbv2/state.ts';
import type { RegionState, World } from '../../emulator/world.ts';

/** A node of a load balancer: where it listens, and from where it opens connections to targets. */
export interface BalancerNode {
  readonly address: string;
  readonly zone: string;
}

export interface BalancerTarget {
  /** Instance id or address, as it was registered. */
  readonly id: string;
  readonly instanceId?: string;
  readonly address: string;
  readonly port: number;
  /** Port that is checked. */
  readonly checkPort: number;
  readonly zone: string;
  /** Takes no new connections; those that it has go on. */
  readonly draining: boolean;
}

export interface BalancerGroup {
  readonly arn: string;
  /** Whether nodes send to targets of other zones. */
  readonly crossZone: boolean;
  /** Whether connections end when their target becomes unhealthy. */
  readonly endsUnhealthy: boolean;
  readonly check: HealthCheck;
  readonly targets: readonly BalancerTarget[];
}

/** All that the process of a load balancer has to know; plain JSON. */
export interface BalancerConfig {
  readonly arn: string;
  readonly region: string;
  readonly nodes: readonly BalancerNode[];
  readonly listeners: readonly { readonly port: number; readonly group: string }[];
  readonly groups: readonly BalancerGroup[];
}

/** Every network load balancer that is up: AWS's are not reached while they are provisioned. */
export function balancerConfigs(world: World): readonly BalancerConfig[] {
  return Object.entries(world.regions).flatMap(([name, region]) =>
    Object.values(region.elbv2.loadBalancers)
      .filter(({ type, state }) => type === 'network' && state === 'active')
      .map((balancer) => configOf(balancer, region, name)),
  );
}

function configOf(balancer: LoadBalancerRecord, region: RegionState, name: string): BalancerConfig {
  const listeners = Object.values(region.elbv2.listeners)
    .filter(({ loadBalancerArn }) => loadBalancerArn === balancer.arn)
    .map(({ port, targetGroupArn }) => ({ port, group: targetGroupArn }));
  const nodes = balancer.subnets.flatMap(({ zone, networkInterfaceId }) => {
    const address = region.ec2.networkInterfaces[networkInterfaceId]?.privateIps[0];
    return address === undefined ? [] : [{ address, zone }];
  });
  const groups = [...new Set(listeners.map(({ group }) => group))].flatMap((arn) => {
    const group = region.elbv2.targetGroups[arn];
    return group === undefined ? [] : [groupOf(balancer, group, region)];
  });
  return { arn: balancer.arn, region: name, nodes, listeners, groups };
}

function groupOf(balancer: LoadBalancerRecord, group: TargetGroupRecord, region: RegionState): BalancerGroup {
  const attributes = targetGroupAttributes(group);
  const own = attributes['load_balancing.cross_zone.enabled'];
  const crossZone =
    own === 'use_load_balancer_configuration'
      ? loadBalancerAttributes(balancer)['load_balancing.cross_zone.enabled']
      : own;
  return {
    arn: group.arn,
    crossZone: crossZone === 'true',
    endsUnhealthy: attributes['target_health_state.unhealthy.connection_termination.enabled'] !== 'false',
    check: group.healthCheck,
    targets: group.targets.flatMap((target) => targetOf(target, group, region) ?? []),
  };
}

/** Nothing for a target that cannot be sent to: its instance is not up, or nothing has its address. */
function targetOf(target: TargetRecord, group: TargetGroupRecord, { ec2 }: RegionState): BalancerTarget | undefined {
  const interfaces = Object.values(ec2.networkInterfaces);
  const isTargets = (eni: NetworkInterfaceRecord): boolean =>
    group.targetType === 'instance'
      ? eni.attachment?.instanceId === target.id && eni.attachment.deviceIndex === 0
      : eni.vpcId === group.vpcId && eni.privateIps.includes(target.id);
  const eni = interfaces.find(isTargets);
  const address = group.targetType === 'instance' ? eni?.privateIps[0] : target.id;
  const instanceId = eni?.attachment?.instanceId;
  const state = instanceId === undefined ? 'running' : ec2.instances[instanceId]?.state;
  if (eni === undefined || address === undefined || (state !== 'running' && state !== 'pending')) return undefined;
  return {
    id: target.id,
    ...(instanceId !== undefined && { instanceId }),
    address,
    port: target.port,
    checkPort: group.healthCheck.port === 'traffic-port' ? target.port : Number(group.healthCheck.port),
    zone: eni.zone,
    draining: target.drainingSince !== undefined,
  };
}
