import type { Socket } from 'node:net';
import type { BalancerConfig, BalancerGroup, BalancerNode, BalancerTarget } from './balancer-config.ts';
import type { TargetReport } from './balancer-messages.ts';
import { createProxy, type Door, type Onward, type ProxyOptions } from './proxy.ts';
import { createTargetChecks, type HealthChange, targetKey } from './target-checks.ts';
import type { TargetState } from './target-state.ts';

export interface LoadBalancerOptions extends Pick<ProxyOptions, 'idle' | 'accept'> {
  readonly report: (report: TargetReport) => void;
  readonly trouble?: (at: string, message: string) => void;
}

export interface LoadBalancer {
  /** Resolves when it listens where it is now meant to, or has tried. */
  configure(config: BalancerConfig): Promise<void>;
  take(client: Socket, port: number): void;
  close(): void;
}

/** A network load balancer over this process's own network: listeners, health checks and connections of its nodes. */
export function createLoadBalancer(options: LoadBalancerOptions): LoadBalancer {
  let config: BalancerConfig | undefined;
  const turns = new Map<string, number>();
  const checks = createTargetChecks((change) => {
    const group = config?.groups.find(({ arn }) => arn === change.group);
    const key = targetKey(change.group, change.target);
    if (change.after.health === 'unhealthy' && group?.endsUnhealthy) proxy.endUnless((own) => own !== key);
    options.report(reportOf(change));
  });
  const healthOf: HealthOf = (group, target) => checks.stateOf(group, target).health;
  const choose = (door: Door): Onward | undefined => config && onwardFrom(config, door, { healthOf, turns });
  const proxy = createProxy({
    choose,
    ...(options.idle && { idle: options.idle }),
    ...(options.accept && { accept: options.accept }),
    trouble: (door, error) => options.trouble?.(`${door.address}:${door.port}`, error.message),
  });
  return {
    async configure(next) {
      config = next;
      checks.configure(next);
      const known = new Set(next.groups.flatMap(({ arn, targets }) => targets.map((target) => targetKey(arn, target))));
      proxy.endUnless((key) => known.has(key));
      proxy.listenAt(next.nodes.flatMap(({ address }) => next.listeners.map(({ port }) => ({ address, port }))));
      await proxy.settled();
    },
    take: (client, port) =>
      proxy.take(client, { address: config === undefined ? '' : nodeFor(config, port, healthOf), port }),
    close() {
      checks.close();
      proxy.close();
    },
  };
}

const groupAt = ({ listeners, groups }: BalancerConfig, port: number): BalancerGroup | undefined => {
  const listener = listeners.find((own) => own.port === port);
  return groups.find(({ arn }) => arn === listener?.group);
};

type HealthOf = (group: string, target: BalancerTarget) => TargetState['health'];

interface Choice {
  readonly healthOf: HealthOf;
  /** How often each group was chosen from. */
  readonly turns: Map<string, number>;
}

/** Where a connection to a door goes on to: each target of the group in turn. */
function onwardFrom(config: BalancerConfig, door: Door, { healthOf, turns }: Choice): Onward | undefined {
  const node = config.nodes.find(({ address }) => address === door.address);
  const group = groupAt(config, door.port);
  if (node === undefined || group === undefined) return undefined;
  const targets = targetsFor(node, group, (target) => healthOf(group.arn, target));
  const turn = turns.get(group.arn) ?? 0;
  turns.set(group.arn, turn + 1);
  const target = targets[turn % targets.length];
  return (
    target && { key: targetKey(group.arn, target), address: target.address, port: target.port, from: node.address }
  );
}

/** The node that a client from outside is given to: one that has a healthy target where there is one. */
function nodeFor(config: BalancerConfig, port: number, healthOf: HealthOf): string {
  const group = groupAt(config, port);
  const isGood = (node: BalancerNode): boolean =>
    group !== undefined &&
    targetsFor(node, group, (target) => healthOf(group.arn, target)).some(
      (target) => healthOf(group.arn, target) === 'healthy',
    );
  return (config.nodes.find(isGood) ?? config.nodes[0])?.address ?? '';
}

/** Where a node sends new connections: to healthy targets; to all where none is. */
export function targetsFor(
  node: BalancerNode,
  { crossZone, targets }: BalancerGroup,
  healthOf: (target: BalancerTarget) => TargetState['health'],
): readonly BalancerTarget[] {
  const near = targets.filter(({ draining, zone }) => !draining && (crossZone || zone === node.zone));
  const healthy = near.filter((target) => healthOf(target) === 'healthy');
  return healthy.length > 0 ? healthy : near;
}

const reportOf = ({ group, target, after, why }: HealthChange): TargetReport => ({
  group,
  id: target.id,
  ...(target.instanceId !== undefined && { instanceId: target.instanceId }),
  port: target.port,
  checkPort: target.checkPort,
  zone: target.zone,
  health: after.health,
  answering: after.answering,
  ...(why !== undefined && { why }),
});
