import type { VolumeType } from '@aws-sdk/client-ec2';
import { seconds } from '../../../base/duration.ts';
import type { Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import type { VolumeRecord } from './compute-records.ts';
import { defaultEbsKeyArn, kmsKeyArn } from './named-resources.ts';
import type { Ec2State } from './state.ts';
import { forget } from './tags.ts';

/** What a volume shall be; sizes in GiB, throughput in MiB/s. */
export interface VolumeRequest {
  readonly zone: string;
  readonly type?: VolumeType | string | undefined;
  readonly size?: number | undefined;
  readonly iops?: number | undefined;
  readonly throughput?: number | undefined;
  readonly encrypted?: boolean | undefined;
  readonly kmsKeyId?: string | undefined;
  readonly snapshotId?: string | undefined;
  /** The size of the snapshot, the least that the volume may have. */
  readonly snapshotSize?: number | undefined;
  readonly multiAttach?: boolean | undefined;
}

interface TypeLimits {
  readonly size: readonly [number, number];
  readonly iops?: readonly [number, number];
  readonly throughput?: readonly [number, number];
  /** At most so many IOPS per GiB. */
  readonly ratio?: number;
}

/** https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html */
const limits: Readonly<Record<string, TypeLimits>> = {
  gp3: { size: [1, 65536], iops: [3000, 80000], throughput: [125, 2000], ratio: 500 },
  gp2: { size: [1, 16384] },
  io1: { size: [4, 16384], iops: [100, 64000], ratio: 50 },
  io2: { size: [4, 65536], iops: [100, 256000], ratio: 1000 },
  st1: { size: [125, 16384] },
  sc1: { size: [125, 16384] },
  standard: { size: [1, 1024] },
};

const invalid = (message: string, code = 'InvalidParameterValue'): AwsError => new AwsError(code, message);

function checkSize(type: string, size: number, request: VolumeRequest): void {
  const range = limits[type]?.size ?? [1, 0];
  if (size < range[0] || size > range[1]) {
    throw invalid(
      `Volume of ${size}GiB is outside the range of ${range[0]} to ${range[1]}GiB for volume type ${type}.`,
    );
  }
  if (request.snapshotSize !== undefined && size < request.snapshotSize) {
    const why = `Volume of size ${size}GB is smaller than snapshot '${request.snapshotId ?? ''}', expect size >= ${request.snapshotSize}GB`;
    throw invalid(why, 'InvalidBlockDeviceMapping');
  }
}

/** Checks a volume's numbers against its type. Throws InvalidParameterValue, InvalidParameterCombination or UnknownVolumeType. */
export function checkPerformance(
  type: string,
  size: number,
  request: Pick<VolumeRequest, 'iops' | 'throughput'>,
): void {
  const { iops, throughput } = request;
  const limit = limits[type];
  if (limit === undefined) throw invalid(`Unsupported volume type '${type}' for volume creation.`, 'UnknownVolumeType');
  if (iops !== undefined && limit.iops === undefined) {
    throw invalid(`The parameter iops is not supported for ${type} volumes.`, 'InvalidParameterCombination');
  }
  if (throughput !== undefined && limit.throughput === undefined) {
    throw invalid(`The parameter throughput is not supported for ${type} volumes.`, 'InvalidParameterCombination');
  }
  if ((type === 'io1' || type === 'io2') && iops === undefined) {
    throw invalid('The parameter iops must be specified for io1 and io2 volumes.', 'MissingParameter');
  }
  if (iops !== undefined && limit.iops !== undefined && (iops < limit.iops[0] || iops > limit.iops[1])) {
    throw invalid(
      `Volume iops of ${iops} is outside the range of ${limit.iops[0]} to ${limit.iops[1]} for volume type ${type}.`,
    );
  }
  if (iops !== undefined && limit.ratio !== undefined && iops > 3000 && iops > size * limit.ratio) {
    throw invalid(`Iops to volume size ratio of ${iops / size} is too high; maximum is ${limit.ratio}.`);
  }
  if (throughput !== undefined && limit.throughput !== undefined) {
    const [min, max] = limit.throughput;
    if (throughput < min || throughput > max)
      throw invalid(`Volume throughput of ${throughput} is outside the range of ${min} to ${max}.`);
    if (throughput > (iops ?? 3000) / 4)
      throw invalid(`Throughput (MiBps) to iops ratio of ${throughput / (iops ?? 3000)} is too high; maximum is 0.25.`);
  }
}

function keyOf(turn: Turn, request: VolumeRequest): string | undefined {
  if (request.kmsKeyId === undefined || request.kmsKeyId === '')
    return request.encrypted ? defaultEbsKeyArn(turn) : undefined;
  if (request.encrypted !== true) {
    throw invalid('KmsKeyId requires the parameter Encrypted to be set.', 'InvalidParameterDependency');
  }
  const arn = kmsKeyArn(turn, request.kmsKeyId);
  if (arn === undefined)
    throw invalid(`The KMS key '${request.kmsKeyId}' does not exist or cannot be used.`, 'InvalidKMSKey.InvalidState');
  return arn;
}

/** IOPS that a type has where none are asked: gp3 has 3000, gp2 three per GiB between 100 and 16000. */
function baseIops(type: string, size: number): number | undefined {
  if (type === 'gp3') return 3000;
  return type === 'gp2' ? Math.min(16000, Math.max(100, size * 3)) : undefined;
}

/** Checks a volume and gives its record, without an id's place in the state. */
export function newVolume(turn: Turn, request: VolumeRequest): VolumeRecord {
  const type = request.type ?? 'gp2';
  const size = request.size ?? request.snapshotSize;
  if (size === undefined)
    throw invalid('The request must contain the parameter size or snapshotId', 'MissingParameter');
  checkPerformance(type, size, request);
  checkSize(type, size, request);
  const kmsKeyId = keyOf(turn, request);
  const iops = request.iops ?? baseIops(type, size);
  const throughput = request.throughput ?? (type === 'gp3' ? 125 : undefined);
  return {
    id: turn.newId('vol-'),
    zone: request.zone,
    size,
    type,
    ...(iops !== undefined && { iops }),
    ...(throughput !== undefined && { throughput }),
    encrypted: kmsKeyId !== undefined,
    ...(kmsKeyId !== undefined && { kmsKeyId }),
    ...(request.snapshotId !== undefined && { snapshotId: request.snapshotId }),
    multiAttach: request.multiAttach === true,
    state: 'creating',
    createdAt: turn.now,
  };
}

/** How long EBS takes to make, attach, detach or delete a volume. */
export const volumeDelays = { create: seconds(4), attach: seconds(3), detach: seconds(5), delete: seconds(4) } as const;

/** Detaches a volume at once, as the end of its instance does, and deletes it where that was asked. */
export function releaseVolume(ec2: Ec2State, id: string): void {
  const volume = ec2.volumes[id];
  if (volume === undefined) return;
  const goes = volume.attachment?.deleteOnTermination === true;
  delete volume.attachment;
  volume.state = 'available';
  if (goes) forget(ec2, 'volumes', id);
}
