import type { Diagnostic } from '../../../base/diagnostic.ts';
import { shortHash } from '../../../base/hash.ts';
import { report } from '../../codes.ts';
import { type Resource, refTo } from '../../graph.ts';
import { named, resource, tagsOf } from '../context.ts';
import type { NetworkHandles, SubnetHandle } from '../network/network-handles.ts';
import type { DoorHandle, SeatHandle, SecurityGroups } from './handles.ts';
import type { SelfManagedContext } from './self-managed-context.ts';

export interface Doors {
  readonly resources: readonly Resource[];
  readonly diagnostics: readonly Diagnostic[];
  readonly internal: DoorHandle;
  readonly public: DoorHandle | undefined;
}

interface DoorInit {
  readonly what: 'internal' | 'public';
  readonly group: Resource<'security-group'>;
  readonly subnets: readonly SubnetHandle[];
  readonly vpcId: NetworkHandles['vpcId'];
  readonly from: string;
  /** Security group by which plans know what kind of cluster this is. */
  readonly mark: string;
}

/** Load balancers take letters, digits and hyphens, 32 of them, and no name that begins with `internal-`. */
const balancerName = (cluster: string, what: string, fixed: object): string => {
  const start = cluster.replaceAll(/[^A-Za-z0-9]/g, '-');
  return named(`${start === 'internal' ? 'k8s' : start}-${what}`, shortHash({ ...fixed, cluster }, 6), 32);
};

function targetGroupOf(context: SelfManagedContext, { what, vpcId, from, mark }: DoorInit): Resource<'target-group'> {
  const id = `target-group/${what}`;
  const fixed = { vpcId, protocol: 'TCP' as const, port: 6443 };
  return resource('target-group', {
    id,
    from,
    needs: [mark],
    desired: {
      ...fixed,
      name: balancerName(context.name, what, fixed),
      healthPath: '/readyz',
      // Else a seat cannot reach itself through the load balancer.
      preserveClientIp: false,
      deregistrationSeconds: 30,
      tags: tagsOf(context, id),
    },
  });
}

function doorOf(context: SelfManagedContext, init: DoorInit): DoorHandle {
  const { what, group, subnets, vpcId, from, mark } = init;
  const id = `load-balancer/${what}`;
  const scheme = what === 'internal' ? ('internal' as const) : ('internet-facing' as const);
  const targetGroup = targetGroupOf(context, init);
  const loadBalancer = resource('load-balancer', {
    id,
    from,
    needs: [...new Set([mark, ...subnets.flatMap(({ ready }) => (what === 'public' ? ready : []))])],
    desired: {
      name: balancerName(context.name, what, { scheme, vpcId }),
      scheme,
      subnetIds: subnets.map(({ subnetId }) => subnetId),
      securityGroupIds: [refTo(group, 'groupId')],
      crossZone: true,
      deletionProtection: context.spec.controlPlane.deletionProtection,
      tags: tagsOf(context, id),
    },
  });
  const listenerId = `listener/${what}`;
  const listener = resource('listener', {
    id: listenerId,
    from,
    desired: {
      loadBalancerArn: refTo(loadBalancer, 'arn'),
      port: 443,
      targetGroupArn: refTo(targetGroup, 'arn'),
      tags: tagsOf(context, listenerId),
    },
  });
  return { loadBalancer, targetGroup, listener };
}

const onePerZone = (subnets: readonly SubnetHandle[]): readonly SubnetHandle[] =>
  subnets.filter(({ zone }, i) => subnets.findIndex((other) => other.zone === zone) === i);

/** A load balancer sends nothing to targets of a zone that it does not stand in. */
const without = (zones: readonly string[]): readonly Diagnostic[] =>
  zones.map((zone) =>
    report('graph.no-public-subnet', {
      detail: `the public load balancer of the API needs a public subnet in ${zone}, where a seat is, and there is none`,
      fix: 'Give a public subnet in that zone, or leave out access.api.public.',
      at: { path: 'spec.access.api.public' },
    }),
  );

/** The load balancers of the API: an internal one always, by which nodes find it, and a public one if asked for. */
export function doors(
  context: SelfManagedContext,
  { network, groups, seats }: { network: NetworkHandles; groups: SecurityGroups; seats: readonly SeatHandle[] },
): Doors {
  const { vpcId, publicSubnets } = network;
  const homes = onePerZone(seats.map(({ subnet }) => subnet));
  const shared = { vpcId, mark: groups.seats.id };
  const internal = doorOf(context, {
    ...shared,
    what: 'internal',
    group: groups.api,
    subnets: homes,
    from: 'spec.controlPlane',
  });
  const outside = onePerZone(publicSubnets).filter(({ zone }) => homes.some((home) => home.zone === zone));
  const open =
    groups.apiPublic === undefined
      ? undefined
      : doorOf(context, {
          ...shared,
          what: 'public',
          group: groups.apiPublic,
          subnets: outside,
          from: 'spec.access.api.public',
        });
  const all = open === undefined ? [internal] : [internal, open];
  const bare = homes.map(({ zone }) => zone).filter((zone) => outside.every((subnet) => subnet.zone !== zone));
  return {
    resources: all.flatMap((door) => [door.loadBalancer, door.targetGroup, door.listener]),
    diagnostics: open === undefined ? [] : without(bare),
    internal,
    public: open,
  };
}
