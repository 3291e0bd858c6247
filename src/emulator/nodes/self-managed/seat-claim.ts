import type { InstanceRecord } from '../../aws/ec2/compute-records.ts';
import { launchableType } from '../../aws/ec2/instance-types.ts';
import { attach } from '../../aws/ec2/interface-records.ts';
import type { Turn } from '../../call.ts';
import { blockedToService } from '../network-path.ts';
import { type Deed, ec2Arn, missingDeed, unauthorized } from './rights.ts';
import type { Hindrance, Machine } from './step.ts';

const device = '/dev/sdf';
/** Device index of the interface that stays. */
const seatIndex = 1;

/** What the script does on the volume or interface, each judged by the tags of both resources as EC2 does. */
function deniedOn(
  { turn, instance }: Machine,
  action: string,
  resource: { type: string; id: string },
): string | undefined {
  const { tags } = turn.state.ec2;
  const look = resource.type === 'volume' ? 'ec2:DescribeVolumes' : 'ec2:DescribeNetworkInterfaces';
  const deeds: readonly Deed[] = [
    { action: look, resource: '*' },
    { action, resource: ec2Arn(turn, resource.type, resource.id), tags: tags[resource.id] },
    { action, resource: ec2Arn(turn, 'instance', instance.id), tags: tags[instance.id] },
  ];
  const missing = missingDeed(turn, instance, deeds);
  return missing && unauthorized(turn, instance, missing);
}

/** Who has what a seat wants: it waits until EC2 has ended that one. */
const held = (what: string, by: string | undefined): Hindrance => ({
  why: `${what} is held by ${by ?? 'something else'}`,
  waits: true,
});

/** Attaches the etcd volume of the seat. */
export function claimVolume(machine: Machine): Hindrance | undefined {
  const { turn, instance, config } = machine;
  const id = config.seat!.volumeId;
  const blocked = blockedToService(turn, instance, 'ec2');
  if (blocked !== undefined) return { why: `it cannot reach the API of EC2: ${blocked}` };
  const volume = turn.state.ec2.volumes[id];
  if (volume?.attachment?.instanceId === instance.id && volume.attachment.state !== 'detaching') return undefined;
  const denied = deniedOn(machine, 'ec2:AttachVolume', { type: 'volume', id });
  if (denied !== undefined) return { why: denied };
  if (volume === undefined || volume.state === 'deleting')
    return { why: `InvalidVolume.NotFound: The volume '${id}' does not exist.` };
  if (volume.attachment !== undefined) return held(`volume ${id}`, volume.attachment.instanceId);
  if (volume.state === 'creating') return { why: `volume ${id} is still being made`, waits: true };
  if (volume.zone !== instance.zone) {
    const why = `InvalidVolume.ZoneMismatch: volume ${id} is in ${volume.zone}, the instance in ${instance.zone}`;
    return { why, final: true };
  }
  attachVolume(turn, instance, id);
  return undefined;
}

function attachVolume(turn: Turn, instance: InstanceRecord, id: string): void {
  const volume = turn.state.ec2.volumes[id]!;
  const shared = { deleteOnTermination: false, attachedAt: turn.now };
  volume.state = 'in-use';
  volume.attachment = { instanceId: instance.id, device, state: 'attached', ...shared };
  instance.blockDevices.push({ deviceName: device, volumeId: id, ...shared });
}

/** Attaches the interface that keeps the seat's address. */
export function claimInterface(machine: Machine): Hindrance | undefined {
  const { turn, instance, config } = machine;
  const { interfaceId: id, members, name } = config.seat!;
  const eni = turn.state.ec2.networkInterfaces[id];
  if (eni?.attachment?.instanceId === instance.id) return undefined;
  const denied = deniedOn(machine, 'ec2:AttachNetworkInterface', { type: 'network-interface', id });
  if (denied !== undefined) return { why: denied };
  if (eni === undefined)
    return { why: `InvalidNetworkInterfaceID.NotFound: The networkInterface ID '${id}' does not exist` };
  if (eni.attachment !== undefined) return held(`network interface ${id}`, eni.attachment.instanceId);
  if (eni.zone !== instance.zone)
    return { why: `network interface ${id} is in ${eni.zone}, the instance in ${instance.zone}`, final: true };
  const own = members.find((member) => member.name === name);
  if (own === undefined || !eni.privateIps.includes(own.address))
    return { why: `network interface ${id} does not have the address ${own?.address ?? 'of its seat'}`, final: true };
  const attached = Object.values(turn.state.ec2.networkInterfaces).filter(
    ({ attachment }) => attachment?.instanceId === instance.id,
  );
  if (attached.some(({ attachment }) => attachment?.deviceIndex === seatIndex))
    return { why: `instance ${instance.id} already has an interface attached at device index ${seatIndex}` };
  if (attached.length >= (launchableType(instance.type)?.maxEnis ?? 0))
    return {
      why: `AttachmentLimitExceeded: ${instance.type} has no place for one more network interface`,
      final: true,
    };
  attach(turn, eni, { instanceId: instance.id, deviceIndex: seatIndex, deleteOnTermination: false });
  instance.networkInterfaceIds.push(id);
  return undefined;
}
