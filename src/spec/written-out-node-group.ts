import { defined } from '../base/defined.ts';
import type { Capacity, HostSettings, NodeGroup, RootVolume } from './cluster.ts';
import type { HostInput, NodeGroupInput } from './input.ts';

function capacity(of: Capacity): NonNullable<NodeGroupInput['capacity']> {
  switch (of.type) {
    case 'on-demand':
    case 'spot':
      return of.type;
    case 'mixed': {
      const { onDemandBase, onDemandPercentage, strategy } = of;
      return { mixed: { onDemandBase, onDemandPercentage, strategy } };
    }
    default:
      return of satisfies never;
  }
}

/** A volume with all that can be said of it. */
export function volume({ sizeGiB, type, iops, throughput, encrypted, kmsKey }: RootVolume) {
  return { size: sizeGiB, type, ...defined({ iops, throughput }), encrypted, ...defined({ kmsKey }) };
}

/** What a machine gets beside Kubernetes. */
export const host = ({ files, packages, commands, sysctls }: HostSettings): HostInput => ({
  files: files.map(({ path, content, mode }) => ({ path, content, mode })),
  packages: [...packages],
  commands: [...commands],
  sysctls: { ...sysctls },
});

const isEmpty = ({ files, packages, commands, sysctls }: HostSettings): boolean =>
  files.length + packages.length + commands.length + Object.keys(sysctls).length === 0;

function userData({ before, after }: NodeGroup['userData']): Pick<NodeGroupInput, 'userData'> {
  return before === undefined && after === undefined ? {} : { userData: defined({ before, after }) };
}

/** A node group as somebody who leaves nothing to a default would have written it; its architecture follows from its types. */
export function nodeGroup(group: NodeGroup): NodeGroupInput {
  const { name, manager, image, zones, subnets, maxPods, monitoring, nodeConfig, role, instanceProfile, keyName } =
    group;
  return {
    name,
    manager,
    instanceTypes: [...group.instanceTypes],
    size: { min: group.size.min, desired: group.size.desired, max: group.size.max },
    rootVolume: volume(group.rootVolume),
    image: { family: image.family, ...defined({ ami: image.amiId, release: image.release }) },
    labels: { ...group.labels },
    taints: group.taints.map(({ key, value, effect }) => ({ key, value, effect })),
    capacity: capacity(group.capacity),
    ...(zones.length === 0 ? {} : { zones: [...zones] }),
    ...(subnets.length === 0 ? {} : { subnets: [...subnets] }),
    ...defined({ maxPods }),
    monitoring,
    securityGroups: [...group.securityGroups],
    policies: [...group.policies],
    ...userData(group.userData),
    ...defined({ nodeConfig }),
    // A group of EKS takes none.
    ...(isEmpty(group.host) ? {} : { host: host(group.host) }),
    ...defined({ role, instanceProfile, keyName }),
    tags: { ...group.tags },
    update: { ...group.update },
  };
}
