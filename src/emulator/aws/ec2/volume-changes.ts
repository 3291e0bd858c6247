import type {
  DescribeVolumesModificationsRequest,
  DescribeVolumesModificationsResult,
  ModifyVolumeRequest,
  ModifyVolumeResult,
  VolumeModification,
  VolumeType,
} from '@aws-sdk/client-ec2';
import type { Json } from '../../../base/canonical-json.ts';
import { minutes, seconds } from '../../../base/duration.ts';
import type { Call, EventHandlers, Handlers, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import type { VolumeRecord } from './compute-records.ts';
import { listing, nextToken } from './listing.ts';
import { get } from './lookup.ts';
import { checkPerformance } from './volume-records.ts';

function output(volume: VolumeRecord): VolumeModification | undefined {
  const { modification } = volume;
  if (modification === undefined) return undefined;
  const { original } = modification;
  return {
    VolumeId: volume.id,
    ModificationState: modification.state,
    StartTime: new Date(modification.startedAt),
    Progress: modification.state === 'completed' ? 100 : 0,
    OriginalSize: original.size,
    OriginalVolumeType: original.type as VolumeType,
    ...(original.iops !== undefined && { OriginalIops: original.iops }),
    ...(original.throughput !== undefined && { OriginalThroughput: original.throughput }),
    TargetSize: volume.size,
    TargetVolumeType: volume.type as VolumeType,
    ...(volume.iops !== undefined && { TargetIops: volume.iops }),
    ...(volume.throughput !== undefined && { TargetThroughput: volume.throughput }),
  };
}

function checkModifiable(volume: VolumeRecord): void {
  if (volume.state !== 'available' && volume.state !== 'in-use') {
    throw new AwsError('IncorrectState', `Volume ${volume.id} is in state ${volume.state}.`);
  }
  if (volume.modification !== undefined && volume.modification.state !== 'completed') {
    const why = `Volume ${volume.id} cannot be modified in modification state ${volume.modification.state.toUpperCase()}`;
    throw new AwsError('IncorrectModificationState', why);
  }
}

function modifyVolume(input: ModifyVolumeRequest, call: Call): ModifyVolumeResult {
  const volume = get(call, 'volumes', input.VolumeId);
  checkModifiable(volume);
  const type = input.VolumeType ?? volume.type;
  const size = input.Size ?? volume.size;
  if (size < volume.size) {
    throw new AwsError('InvalidParameterValue', 'New size cannot be smaller than existing size');
  }
  const same = type === volume.type;
  const iops = input.Iops ?? (same && type !== 'gp2' ? volume.iops : undefined);
  const throughput = input.Throughput ?? (same ? volume.throughput : undefined);
  checkPerformance(type, size, { iops, throughput });
  const original = {
    size: volume.size,
    type: volume.type,
    ...(volume.iops !== undefined && { iops: volume.iops }),
    ...(volume.throughput !== undefined && { throughput: volume.throughput }),
  };
  volume.modification = { startedAt: call.now, state: 'modifying', original };
  Object.assign(volume, { type, size });
  const newIops =
    iops ?? (type === 'gp3' ? 3000 : type === 'gp2' ? Math.min(16000, Math.max(100, size * 3)) : undefined);
  const newThroughput = throughput ?? (type === 'gp3' ? 125 : undefined);
  if (newIops === undefined) delete volume.iops;
  else volume.iops = newIops;
  if (newThroughput === undefined) delete volume.throughput;
  else volume.throughput = newThroughput;
  call.later(seconds(5), 'ec2.volume-modified', { volumeId: volume.id });
  const made = output(volume);
  return made === undefined ? {} : { VolumeModification: made };
}

/** modifying → optimizing (usable) → completed. */
function onModified(data: Json, turn: Turn): void {
  const id = (data as { readonly volumeId?: unknown }).volumeId;
  const modification = typeof id === 'string' ? turn.state.ec2.volumes[id]?.modification : undefined;
  if (modification === undefined) return;
  if (modification.state === 'modifying') {
    modification.state = 'optimizing';
    turn.later(minutes(2), 'ec2.volume-modified', data);
  } else modification.state = 'completed';
}

function describeModifications(
  input: DescribeVolumesModificationsRequest,
  call: Call,
): DescribeVolumesModificationsResult {
  const found = listing(call, 'volumes', {
    question: { ...input, ids: input.VolumeIds },
    fields: {
      'volume-id': (volume) => [volume.id],
      'modification-state': (volume) => [volume.modification?.state],
      'original-size': (volume) => [volume.modification?.original.size],
      'target-size': (volume) => [volume.modification && volume.size],
    },
  });
  return { VolumesModifications: found.items.flatMap((volume) => output(volume) ?? []), ...nextToken(found) };
}

export const volumeChangeHandlers: Handlers = {
  ModifyVolume: modifyVolume,
  DescribeVolumesModifications: describeModifications,
};

export const volumeChangeEvents: EventHandlers = { 'ec2.volume-modified': onModified };
