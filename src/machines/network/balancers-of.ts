import type { TargetGroupRecord } from '../../emulator/aws/elbv2/state.ts';
import type { RegionState } from '../../emulator/world.ts';
import { publicAddressOfNode } from './addresses.ts';
import type { Balancer, BalancerListener } from './topology.ts';

function targetsOf({ ec2 }: RegionState, { targets, targetType }: TargetGroupRecord): BalancerListener['targets'] {
  return targets.flatMap(({ id, port, drainingSince }) => {
    const address = targetType === 'ip' ? id : ec2.instances[id]?.privateIp;
    return address === undefined ? [] : [{ id, address, port, draining: drainingSince !== undefined }];
  });
}

const listenersOf = (region: RegionState, arn: string): BalancerListener[] =>
  Object.values(region.elbv2.listeners).flatMap(({ loadBalancerArn, port, protocol, targetGroupArn }) => {
    const group = region.elbv2.targetGroups[targetGroupArn];
    if (loadBalancerArn !== arn || group === undefined) return [];
    const { healthCheck } = group;
    return [{ port, protocol, targetGroupArn, healthCheck: { ...healthCheck }, targets: targetsOf(region, group) }];
  });

/** All load balancers of a region. */
export const balancersOf = (region: RegionState): Balancer[] =>
  Object.values(region.elbv2.loadBalancers).map(({ arn, name, type, scheme, vpcId, dnsName, state, subnets }) => ({
    arn,
    name,
    type,
    scheme,
    vpcId,
    active: state === 'active',
    dnsName: dnsName.toLowerCase(),
    nodes: subnets.flatMap(({ zone, networkInterfaceId }) => {
      const address = region.ec2.networkInterfaces[networkInterfaceId]?.privateIps[0];
      if (address === undefined) return [];
      const isPublic = scheme === 'internet-facing';
      return [{ zone, address, ...(isPublic && { publicAddress: publicAddressOfNode(networkInterfaceId) }) }];
    }),
    listeners: listenersOf(region, arn),
  }));
