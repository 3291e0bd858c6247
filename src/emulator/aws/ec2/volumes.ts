import type {
  AttachVolumeRequest,
  CreateVolumeRequest,
  DeleteVolumeRequest,
  DescribeSnapshotsRequest,
  DescribeSnapshotsResult,
  DescribeVolumesRequest,
  DescribeVolumesResult,
  DetachVolumeRequest,
  Volume,
  VolumeAttachment,
  VolumeType,
} from '@aws-sdk/client-ec2';
import type { Json } from '../../../base/canonical-json.ts';
import type { Call, EventHandlers, Handlers, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import type { VolumeRecord } from './compute-records.ts';
import type { Fields } from './filter.ts';
import { once } from './idempotency.ts';
import { listing, nextToken } from './listing.ts';
import { get, required } from './lookup.ts';
import { toldKeyArn } from './named-resources.ts';
import { forget, setTags, tagList, tagsFor } from './tags.ts';
import { newVolume, volumeDelays } from './volume-records.ts';
import { zonesOf } from './zones.ts';

function attachmentsOf(volume: VolumeRecord): VolumeAttachment[] {
  const { attachment } = volume;
  if (attachment === undefined) return [];
  return [
    {
      VolumeId: volume.id,
      InstanceId: attachment.instanceId,
      Device: attachment.device,
      State: attachment.state,
      AttachTime: new Date(attachment.attachedAt),
      DeleteOnTermination: attachment.deleteOnTermination,
    },
  ];
}

function output(call: Turn, volume: VolumeRecord): Volume {
  return {
    VolumeId: volume.id,
    State: volume.state,
    AvailabilityZone: volume.zone,
    Size: volume.size,
    VolumeType: volume.type as VolumeType,
    ...(volume.iops !== undefined && { Iops: volume.iops }),
    ...(volume.throughput !== undefined && { Throughput: volume.throughput }),
    Encrypted: volume.encrypted,
    ...(volume.kmsKeyId !== undefined && { KmsKeyId: toldKeyArn(call, volume.kmsKeyId) }),
    SnapshotId: volume.snapshotId ?? '',
    MultiAttachEnabled: volume.multiAttach,
    CreateTime: new Date(volume.createdAt),
    Attachments: attachmentsOf(volume),
    Tags: tagList(call.state.ec2, volume.id),
  };
}

function createVolume(input: CreateVolumeRequest, call: Call): Volume {
  const tags = tagsFor(input.TagSpecifications, 'volume');
  const zone = zonesOf(call.region).find(
    (one) => one.name === input.AvailabilityZone || one.id === input.AvailabilityZoneId,
  );
  if (zone === undefined) {
    throw new AwsError(
      'InvalidZone.NotFound',
      `The zone '${required(input.AvailabilityZone, 'availabilityZone')}' does not exist.`,
    );
  }
  const snapshot = input.SnapshotId === undefined ? undefined : get(call, 'snapshots', input.SnapshotId);
  const [id] = once(call, input, () => {
    const volume = newVolume(call, {
      zone: zone.name,
      type: input.VolumeType,
      size: input.Size,
      iops: input.Iops,
      throughput: input.Throughput,
      encrypted: input.Encrypted === true || snapshot?.encrypted === true,
      kmsKeyId: input.KmsKeyId,
      snapshotId: snapshot?.id,
      snapshotSize: snapshot?.size,
      multiAttach: input.MultiAttachEnabled,
    });
    call.state.ec2.volumes[volume.id] = volume;
    setTags(call.state.ec2, volume.id, tags);
    call.later(volumeDelays.create, 'ec2.volume-changed', { volumeId: volume.id });
    return [volume.id];
  });
  return output(call, get(call, 'volumes', id));
}

function deleteVolume(input: DeleteVolumeRequest, call: Call): Record<string, never> {
  const volume = get(call, 'volumes', input.VolumeId);
  if (volume.attachment !== undefined) {
    throw new AwsError('VolumeInUse', `Volume ${volume.id} is currently attached to ${volume.attachment.instanceId}`);
  }
  if (volume.state === 'deleting') return {};
  volume.state = 'deleting';
  call.later(volumeDelays.delete, 'ec2.volume-changed', { volumeId: volume.id });
  return {};
}

function attachVolume(input: AttachVolumeRequest, call: Call): VolumeAttachment {
  const volume = get(call, 'volumes', input.VolumeId);
  const instance = get(call, 'instances', input.InstanceId);
  const device = required(input.Device, 'device');
  if (volume.state !== 'available' || volume.attachment !== undefined) {
    const [code, why] =
      volume.attachment === undefined
        ? ['IncorrectState', `Volume '${volume.id}' is not 'available'.`]
        : ['VolumeInUse', `${volume.id} is already attached to an instance`];
    throw new AwsError(code, why);
  }
  if (volume.zone !== instance.zone) {
    const why = `The volume '${volume.id}' is not in the same availability zone as instance '${instance.id}'`;
    throw new AwsError('InvalidVolume.ZoneMismatch', why);
  }
  if (instance.state !== 'running' && instance.state !== 'stopped') {
    throw new AwsError('IncorrectState', `Instance '${instance.id}' is not 'running'.`);
  }
  if (instance.blockDevices.some((one) => one.deviceName === device)) {
    const why = `Invalid value '${device}' for unixDevice. Attachment point ${device} is already in use`;
    throw new AwsError('InvalidParameterValue', why);
  }
  volume.state = 'in-use';
  volume.attachment = {
    instanceId: instance.id,
    device,
    state: 'attaching',
    attachedAt: call.now,
    deleteOnTermination: false,
  };
  instance.blockDevices.push({
    deviceName: device,
    volumeId: volume.id,
    deleteOnTermination: false,
    attachedAt: call.now,
  });
  call.later(volumeDelays.attach, 'ec2.volume-changed', { volumeId: volume.id });
  return attachmentsOf(volume)[0] ?? {};
}

function detachVolume(input: DetachVolumeRequest, call: Call): VolumeAttachment {
  const volume = get(call, 'volumes', input.VolumeId);
  const { attachment } = volume;
  if (attachment === undefined) {
    throw new AwsError('IncorrectState', `Volume '${volume.id}' is in the '${volume.state}' state.`);
  }
  if (input.InstanceId !== undefined && input.InstanceId !== attachment.instanceId) {
    const why = `The volume '${volume.id}' is not attached to instance '${input.InstanceId}'.`;
    throw new AwsError('InvalidAttachment.NotFound', why);
  }
  const instance = call.state.ec2.instances[attachment.instanceId];
  if (instance?.rootDeviceName === attachment.device && instance.state !== 'stopped') {
    throw new AwsError(
      'OperationNotPermitted',
      `Unable to detach root volume '${volume.id}' from instance '${instance.id}'`,
    );
  }
  attachment.state = 'detaching';
  call.later(volumeDelays.detach, 'ec2.volume-changed', { volumeId: volume.id });
  return attachmentsOf(volume)[0] ?? {};
}

/** A volume's next state: made, attached, detached or gone. */
function onChanged(data: Json, turn: Turn): void {
  const { ec2 } = turn.state;
  const id = (data as { readonly volumeId?: unknown }).volumeId;
  const volume = typeof id === 'string' ? ec2.volumes[id] : undefined;
  if (volume === undefined) return;
  if (volume.state === 'creating') volume.state = 'available';
  else if (volume.state === 'deleting') forget(ec2, 'volumes', volume.id);
  else if (volume.attachment?.state === 'attaching') volume.attachment.state = 'attached';
  else if (volume.attachment?.state === 'detaching') {
    const instance = ec2.instances[volume.attachment.instanceId];
    if (instance !== undefined)
      instance.blockDevices = instance.blockDevices.filter((one) => one.volumeId !== volume.id);
    delete volume.attachment;
    volume.state = 'available';
  }
}

const fields: Fields<VolumeRecord> = {
  'volume-id': (volume) => [volume.id],
  'volume-type': (volume) => [volume.type],
  'attachment.attach-time': (volume) => [volume.attachment && new Date(volume.attachment.attachedAt).toISOString()],
  'attachment.delete-on-termination': (volume) => [volume.attachment?.deleteOnTermination],
  'attachment.device': (volume) => [volume.attachment?.device],
  'attachment.instance-id': (volume) => [volume.attachment?.instanceId],
  'attachment.status': (volume) => [volume.attachment?.state],
  'availability-zone': (volume) => [volume.zone],
  'create-time': (volume) => [new Date(volume.createdAt).toISOString()],
  encrypted: (volume) => [volume.encrypted],
  'multi-attach-enabled': (volume) => [volume.multiAttach],
  size: (volume) => [volume.size],
  'snapshot-id': (volume) => [volume.snapshotId],
  status: (volume) => [volume.state],
};

function describeVolumes(input: DescribeVolumesRequest, call: Call): DescribeVolumesResult {
  const found = listing(call, 'volumes', { question: { ...input, ids: input.VolumeIds }, fields });
  return { Volumes: found.items.map((volume) => output(call, volume)), ...nextToken(found) };
}

function describeSnapshots(input: DescribeSnapshotsRequest, call: Call): DescribeSnapshotsResult {
  const found = listing(call, 'snapshots', {
    question: { ...input, ids: input.SnapshotIds },
    fields: {
      'snapshot-id': (snapshot) => [snapshot.id],
      'volume-id': (snapshot) => [snapshot.volumeId],
      'volume-size': (snapshot) => [snapshot.size],
      description: (snapshot) => [snapshot.description],
      encrypted: (snapshot) => [snapshot.encrypted],
      'owner-id': () => [call.account],
      status: () => ['completed'],
    },
  });
  return {
    Snapshots: found.items.map((snapshot) => ({
      SnapshotId: snapshot.id,
      VolumeId: snapshot.volumeId,
      VolumeSize: snapshot.size,
      Encrypted: snapshot.encrypted,
      Description: snapshot.description,
      OwnerId: call.account,
      Progress: '100%',
      State: 'completed',
      StartTime: new Date(snapshot.startedAt),
      Tags: tagList(call.state.ec2, snapshot.id),
    })),
    ...nextToken(found),
  };
}

export const volumeHandlers: Handlers = {
  CreateVolume: createVolume,
  DeleteVolume: deleteVolume,
  AttachVolume: attachVolume,
  DetachVolume: detachVolume,
  DescribeVolumes: describeVolumes,
  DescribeSnapshots: describeSnapshots,
};

export const volumeEvents: EventHandlers = { 'ec2.volume-changed': onChanged };
