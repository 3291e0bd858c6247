import type { RequestLaunchTemplateData } from '@aws-sdk/client-ec2';
import type { Turn } from '../../../call.ts';
import { AwsError } from '../../../call.ts';
import type { VolumeRecord } from '../compute-records.ts';
import { imageSnapshotId } from '../images.ts';
import { newVolume } from '../volume-records.ts';
import type { Placement } from './placement.ts';

type Mapping = NonNullable<RequestLaunchTemplateData['BlockDeviceMappings']>[number];

/** A volume that a launch makes. */
export interface PlannedDevice {
  readonly deviceName: string;
  readonly deleteOnTermination: boolean;
  readonly volume: VolumeRecord;
}

interface DeviceRequest {
  readonly deviceName: string;
  readonly imageSize?: number;
  readonly mapping?: Mapping;
}

function requestsOf(place: Placement, mappings: readonly Mapping[]): DeviceRequest[] {
  const named = (device: string) => mappings.filter((mapping) => mapping.DeviceName === device).at(-1);
  const fromImage = place.image.devices.map(([deviceName, imageSize]): DeviceRequest => {
    const mapping = named(deviceName);
    return { deviceName, imageSize, ...(mapping !== undefined && { mapping }) };
  });
  const known = place.image.devices.map(([device]) => device);
  const more = mappings
    .filter((mapping) => !known.includes(mapping.DeviceName ?? ''))
    .map((mapping): DeviceRequest => {
      if (mapping.DeviceName === undefined)
        throw new AwsError('MissingParameter', 'The request must contain the parameter deviceName');
      return { deviceName: mapping.DeviceName, mapping };
    });
  return [...fromImage, ...more].filter(({ mapping }) => mapping?.NoDevice === undefined);
}

/** The volumes of a launch, checked but not yet in the state: the image's own devices, as the mappings change them, and further ones. */
export function planDevices(turn: Turn, place: Placement, mappings: readonly Mapping[]): PlannedDevice[] {
  return requestsOf(place, mappings)
    .filter(({ mapping, imageSize }) => imageSize !== undefined || mapping?.Ebs !== undefined)
    .map(({ deviceName, imageSize, mapping }) => {
      const { Ebs: ebs } = mapping ?? {};
      const snapshotId = imageSize === undefined ? ebs?.SnapshotId : imageSnapshotId(place.image.id, deviceName);
      const volume = newVolume(turn, {
        zone: place.subnet.zone,
        type: ebs?.VolumeType ?? (imageSize === undefined ? 'gp2' : 'gp3'),
        size: ebs?.VolumeSize,
        iops: ebs?.Iops,
        throughput: ebs?.Throughput,
        encrypted: ebs?.Encrypted,
        kmsKeyId: ebs?.KmsKeyId,
        snapshotId,
        snapshotSize: imageSize,
      });
      return { deviceName, deleteOnTermination: ebs?.DeleteOnTermination ?? true, volume };
    });
}
