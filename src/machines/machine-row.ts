import type { World } from '../emulator/world.ts';
import type { MachineStatus } from './driver.ts';

/** A machine as people know it. */
export interface MachineRow extends MachineStatus {
  /** `seat a`, `worker of GROUP`; empty for what is neither. */
  readonly role: string;
  /** Of a seat: `a`. */
  readonly seat?: string;
  /** Tag `quilla.dev/boot`: what its boot script said at its end; empty before. */
  readonly boot: string;
  readonly zone: string;
}

/** Beside what the driver knows of machines, what the world does: their tags. */
export function machineRows(world: World, machines: readonly MachineStatus[]): readonly MachineRow[] {
  const regions = Object.values(world.regions);
  return machines
    .map((machine): MachineRow => {
      const ec2 = regions.find((region) => region.ec2.instances[machine.instanceId] !== undefined)?.ec2;
      const tags = ec2?.tags[machine.instanceId] ?? {};
      const group = tags['quilla.dev/id'] ?? tags['aws:autoscaling:groupName'] ?? '';
      return {
        ...machine,
        ...roleOf(group.replace(/^.*\//, '')),
        boot: tags['quilla.dev/boot'] ?? '',
        zone: ec2?.instances[machine.instanceId]?.zone ?? '',
      };
    })
    .sort((a, b) => (a.role < b.role ? -1 : a.role > b.role ? 1 : a.instanceId < b.instanceId ? -1 : 1));
}

/** From the last part of the id of what holds the instance: `seat-a`, `workers`. */
export function roleOf(group: string): Pick<MachineRow, 'role' | 'seat'> {
  const seat = /^seat-(.+)$/.exec(group)?.[1];
  if (seat !== undefined) return { role: `seat ${seat}`, seat };
  if (group === '') return { role: '' };
  return { role: group === 'bastion' ? 'bastion' : `worker of ${group}` };
}

/** A node of Kubernetes, as `kubectl get nodes` has it. */
export interface NodeSeen {
  readonly name: string;
  readonly ready: boolean;
  /** `aws:///us-east-1a/i-0123`, where a cloud controller has been. */
  readonly providerId: string;
  readonly addresses: readonly string[];
}

/** The node that runs on a machine; undefined where it has not joined. */
export const nodeOf = (machine: MachineRow, nodes: readonly NodeSeen[]): NodeSeen | undefined =>
  nodes.find(({ providerId, name }) => providerId.endsWith(`/${machine.instanceId}`) || name === machine.instanceId) ??
  nodes.find(({ addresses }) => addresses.includes(machine.address));

export interface Named {
  readonly machine: MachineRow;
  readonly node: NodeSeen | undefined;
}

/** The machine that a person means: by instance id, node name, host name, address or name of a seat. Else what there is, in words. */
export function findMachine(
  asked: string,
  machines: readonly Named[],
): { readonly found: Named } | { readonly known: string } {
  const meant = (match: (named: Named) => boolean): Named | undefined => {
    const matches = machines.filter(match);
    // The place of one that is being replaced: the one that runs is meant.
    return matches.find(({ machine }) => machine.pid !== undefined) ?? matches[0];
  };
  const found =
    meant(({ machine }) => machine.instanceId === asked) ??
    meant(({ node }) => node?.name === asked) ??
    meant(({ machine }) => machine.seat !== undefined && [machine.seat, `seat-${machine.seat}`].includes(asked)) ??
    meant(({ machine }) => [machine.hostName, machine.hostName.split('.')[0], machine.address].includes(asked));
  if (found !== undefined) return { found };
  const known = machines.map(({ machine }) => machine.seat ?? machine.instanceId);
  return { known: known.length === 0 ? 'There is none.' : `There are ${known.join(', ')}.` };
}
